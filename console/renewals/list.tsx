import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { $api, type Shapes } from '../data/api.ts';
import { oneOf } from '../data/search-params.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { dayText } from '../ui/format.ts';
import { ListPager } from '../ui/list-pager.tsx';
import { Name } from '../ui/name.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Empty } from '../ui/states.tsx';
import { filterOf, type Open, SORTS } from './list-choices.ts';
import { StageBadge } from './stage-badge.tsx';
import { dayWithDistance, type Stage } from './words.ts';

export type RenewalRow = Shapes['RenewalsRow'];

const SHOWN = 25;

export const RenewalLink = ({ id, entitlementName }: RenewalRow) => (
  <Anchor component={Link} to={`/renewals/${encodeURIComponent(id)}`}>
    <Name>{entitlementName}</Name>
  </Anchor>
);

/** Who must decide, or who did. */
export function WhoDecides({ accountManager, decidedBy }: RenewalRow) {
  if (decidedBy !== null) return <Name>{decidedBy}</Name>;
  return accountManager === null ? <Text span>nobody is named</Text> : <Name>{accountManager.name}</Name>;
}

export const decideByText = ({ decideBy }: RenewalRow): string => (decideBy === null ? '–' : dayWithDistance(decideBy));

const COLUMNS: readonly Column<RenewalRow>[] = [
  { id: 'entitlement', header: 'Renewal of', cell: RenewalLink },
  {
    id: 'customer',
    header: 'Customer',
    cell: ({ customerId, customerName }) => (
      <Anchor component={Link} to={`/customers/${encodeURIComponent(customerId)}`}>
        <Name>{customerName ?? customerId}</Name>
      </Anchor>
    ),
  },
  { id: 'decideBy', header: 'Decide by', cell: decideByText },
  { id: 'ends', header: 'Last day', sortAs: 'endDate', from: 'md', cell: ({ endDate }) => dayText(endDate) },
  { id: 'stage', header: 'Stage', cell: ({ stage }) => <StageBadge stage={stage} /> },
  { id: 'who', header: 'Who decides', from: 'sm', cell: WhoDecides },
  { id: 'proposal', header: 'Proposal', from: 'sm', cell: ({ proposal }) => <Name>{proposal}</Name> },
];

interface RenewalsListProps {
  readonly open: Open;
  readonly stage: Stage | undefined;
  readonly customer: string | undefined;
  readonly sort: (typeof SORTS)[number];
  readonly cursor: string | undefined;
  readonly onChange: (changes: Record<string, string | undefined>) => void;
}

/** The renewals in the order in which their entitlements end, which is the order in which they are to be decided. */
export function RenewalsList({ open, stage, customer, sort, cursor, onChange }: RenewalsListProps) {
  const query = {
    ...filterOf(open, customer),
    ...(stage === undefined ? {} : { stage }),
    ...(cursor === undefined ? {} : { cursor }),
    sort,
    limit: SHOWN,
  };
  const list = $api.useQuery(
    'get',
    '/v1/reports/renewals',
    { params: { query } },
    { placeholderData: (before) => before },
  );
  return (
    <QueryView query={list}>
      {({ items, nextCursor }) =>
        items.length === 0 ? (
          <NoRenewal open={open} isNarrowed={stage !== undefined || customer !== undefined} />
        ) : (
          <>
            <DataTable
              caption="Renewals"
              columns={COLUMNS}
              rows={items}
              idOf={({ id }) => id}
              sort={sort}
              onSort={(next) => onChange({ sort: oneOf(SORTS, next) })}
            />
            <ListPager
              cursor={cursor}
              nextCursor={nextCursor}
              shown={items.length}
              onGo={(next) => onChange({ cursor: next })}
            />
          </>
        )
      }
    </QueryView>
  );
}

export function NoRenewal({ open, isNarrowed }: { readonly open: Open; readonly isNarrowed: boolean }) {
  if (isNarrowed) return <Empty title="No renewal matches">Change the stage or the customer.</Empty>;
  return (
    <Empty title={open === 'true' ? 'There is no renewal to decide' : 'There is no renewal here yet'}>
      A renewal appears some days before its entitlement ends, as the renewal policy says. Account managers see the
      renewals of their own customers.
    </Empty>
  );
}
