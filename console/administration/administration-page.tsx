import { Page } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';

/** Administration. */
export const AdministrationPage = () => (
  <Page title="Administration">
    <Empty title="Nothing here yet" />
  </Page>
);
