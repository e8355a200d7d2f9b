import { Anchor, Button, Group, Text } from '@mantine/core';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { $api, type Shapes } from '../data/api.ts';
import { useMay } from '../data/me.ts';
import { Name } from '../ui/name.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { ActiveEntitlements } from './active-entitlements.tsx';
import { ContactsSection } from './contacts-section.tsx';
import { CustomerDialog } from './customer-dialog.tsx';
import { RecentCases } from './recent-cases.tsx';
import { RenewalsSection } from './renewals-section.tsx';
import { UseByMonth } from './use-by-month.tsx';

type Customer = Shapes['Customer'];

/** One customer: what is left first, then cases, contacts, renewals and the use by month. */
export function CustomerPage() {
  const { id } = useParams({ from: '/shell/customers/$id' });
  const customer = $api.useQuery('get', '/v1/customers/{id}', { params: { path: { id } } });
  return <QueryView query={customer}>{(data) => <CustomerShown customer={data} />}</QueryView>;
}

function CustomerShown({ customer }: { readonly customer: Customer }) {
  const { id, name } = customer;
  const { dialog } = useSearch({ from: '/shell/customers/$id' });
  const navigate = useNavigate({ from: '/customers/$id' });
  const mayWrite = useMay('writeRecords');
  const mayWriteEntitlements = useMay('writeEntitlements');
  const mayHandleCases = useMay('handleCases');
  const openDialog = (opened: 'edit' | undefined) => void navigate({ search: { dialog: opened } });
  const of = new URLSearchParams({ customer: id });
  return (
    <Page
      title={name}
      subtitle={<AboutCustomer customer={customer} />}
      actions={
        <>
          {mayHandleCases && (
            <Button component={Link} to={`/cases/new?${of}`} variant="default">
              New case
            </Button>
          )}
          {mayWriteEntitlements && (
            <Button component={Link} to={`/entitlements/new?${of}`} variant="default">
              New entitlement
            </Button>
          )}
          {mayWrite && <Button onClick={() => openDialog('edit')}>Change</Button>}
        </>
      }
    >
      <ActiveEntitlements customerId={id} />
      <RecentCases customerId={id} />
      <ContactsSection customerId={id} />
      <RenewalsSection customerId={id} />
      <UseByMonth customerId={id} />
      <CustomerDialog
        opened={mayWrite && dialog === 'edit'}
        customer={customer}
        onClose={() => openDialog(undefined)}
        onDone={() => openDialog(undefined)}
      />
    </Page>
  );
}

function AboutCustomer({ customer: { id, type, timeZone, tier, accountManager } }: { readonly customer: Customer }) {
  return (
    <Group gap="md" component="dl" m={0}>
      <Fact of="Id">
        <Name>{id}</Name>
      </Fact>
      <Fact of="Kind">{type === 'account' ? 'organisation' : 'person'}</Fact>
      {tier !== null && (
        <Fact of="Tier">
          <Name>{tier}</Name>
        </Fact>
      )}
      <Fact of="Time zone">{timeZone ?? 'UTC'}</Fact>
      <Fact of="Account manager">
        {accountManager === null ? (
          'none'
        ) : (
          <Anchor href={`mailto:${accountManager.email}`} underline="always" inherit>
            <Name>{accountManager.name}</Name>
          </Anchor>
        )}
      </Fact>
    </Group>
  );
}

/** One fact about a record: what it is, and its value beside it. */
const Fact = ({ of, children }: { readonly of: string; readonly children: ReactNode }) => (
  <Group gap={6} wrap="nowrap" align="baseline" miw={0}>
    <Text component="dt" c="dimmed" className="one-line">
      {of}
    </Text>
    <Text component="dd" c="var(--mantine-color-text)" m={0} miw={0}>
      {children}
    </Text>
  </Group>
);
