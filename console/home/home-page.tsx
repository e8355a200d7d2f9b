import { Page } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';

/** Home. */
export const HomePage = () => (
  <Page title="Home">
    <Empty title="Nothing here yet" />
  </Page>
);
