import { Page } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';

/** Is this covered?. */
export const PanelPage = () => (
  <Page title="Is this covered?">
    <Empty title="Nothing here yet" />
  </Page>
);
