import { Page } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';

/** Renewals. */
export const RenewalsPage = () => (
  <Page title="Renewals">
    <Empty title="Nothing here yet" />
  </Page>
);
