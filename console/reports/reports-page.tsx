import { Page } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';

/** Reports. */
export const ReportsPage = () => (
  <Page title="Reports">
    <Empty title="Nothing here yet" />
  </Page>
);
