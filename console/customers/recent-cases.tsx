import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { $api, type Shapes } from '../data/api.ts';
import { EntitlementLink } from '../pickers/record-names.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { instantText } from '../ui/format.ts';
import { Name } from '../ui/name.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Section } from '../ui/section.tsx';
import { Empty } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';

type Case = Shapes['Case'];

const SHOWN = 10;

const COLUMNS: readonly Column<Case>[] = [
  {
    id: 'case',
    header: 'Case',
    cell: ({ id, title }) => (
      <Anchor component={Link} to={`/cases/${encodeURIComponent(id)}`}>
        <Name>{title ?? id}</Name>
      </Anchor>
    ),
  },
  { id: 'status', header: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  { id: 'channel', header: 'Channel', from: 'sm', cell: ({ channel }) => channel ?? '–' },
  {
    id: 'cover',
    header: 'Entitlement',
    from: 'xs',
    cell: ({ entitlementId }) => (entitlementId === null ? 'none' : <EntitlementLink id={entitlementId} />),
  },
  { id: 'created', header: 'Recorded', oneLine: true, from: 'sm', cell: ({ createdAt }) => instantText(createdAt) },
];

/** The newest cases of a customer. */
export function RecentCases({ customerId }: { readonly customerId: string }) {
  const query = { customerId, sort: '-createdAt', limit: SHOWN } as const;
  const cases = $api.useQuery('get', '/v1/cases', { params: { query } });
  return (
    <Section
      title="Newest cases"
      actions={
        <Anchor component={Link} to={`/cases?${new URLSearchParams({ customer: customerId })}`}>
          All cases of the customer
        </Anchor>
      }
    >
      <QueryView query={cases}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="The customer has no cases" />
          ) : (
            <DataTable caption="Newest cases" columns={COLUMNS} rows={items} idOf={({ id }) => id} />
          )
        }
      </QueryView>
    </Section>
  );
}
