import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { $api, type Shapes } from '../data/api.ts';
import { jsonOnly } from '../data/json-only.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { dayText } from '../ui/format.ts';
import { Name } from '../ui/name.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Section } from '../ui/section.tsx';
import { Empty } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';

type Renewal = Shapes['RenewalsRow'];

const MOST = 50;

const COLUMNS: readonly Column<Renewal>[] = [
  {
    id: 'entitlement',
    header: 'Renewal of',
    cell: ({ id, entitlementName }) => (
      <Anchor component={Link} to={`/renewals/${encodeURIComponent(id)}`}>
        <Name>{entitlementName}</Name>
      </Anchor>
    ),
  },
  { id: 'stage', header: 'Stage', cell: ({ stage }) => <StatusBadge status={stage} /> },
  { id: 'ends', header: 'Ends', oneLine: true, cell: ({ endDate }) => dayText(endDate) },
  { id: 'proposal', header: 'Proposal', from: 'sm', cell: ({ proposal }) => proposal },
  {
    id: 'decided',
    header: 'Decided by',
    from: 'md',
    cell: ({ decidedBy }) => (decidedBy === null ? '–' : <Name>{decidedBy}</Name>),
  },
];

/** The renewals of a customer, decided or not, by the end that they are about. */
export function RenewalsSection({ customerId }: { readonly customerId: string }) {
  const query = { customerId, sort: '-endDate', limit: MOST } as const;
  const renewals = $api.useQuery(
    'get',
    '/v1/reports/renewals',
    { params: { query } },
    { select: (answer) => jsonOnly(answer) },
  );
  return (
    <Section title="Renewals">
      <QueryView query={renewals}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No renewal has begun">An entitlement starts its renewal some days before it ends.</Empty>
          ) : (
            <DataTable caption="Renewals" columns={COLUMNS} rows={items} idOf={({ id }) => id} />
          )
        }
      </QueryView>
    </Section>
  );
}
