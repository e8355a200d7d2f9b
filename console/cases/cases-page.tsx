import { Page } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';

/** Cases. */
export const CasesPage = () => (
  <Page title="Cases">
    <Empty title="Nothing here yet" />
  </Page>
);
