import { Page } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';

/** Customers. */
export const CustomersPage = () => (
  <Page title="Customers">
    <Empty title="Nothing here yet" />
  </Page>
);
