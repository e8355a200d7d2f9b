import { useSearch } from '@tanstack/react-router';
import { $api, api, type Shapes } from '../data/api.ts';
import { jsonOnly } from '../data/json-only.ts';
import { oneOf } from '../data/search-params.ts';
import type { Column } from '../ui/data-table.tsx';
import { dayText, numberText } from '../ui/format.ts';
import { LazyColumnChart } from '../ui/lazy-chart.tsx';
import { Name } from '../ui/name.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { countedByMonths } from './by-time.ts';
import { FigureLink } from './figure-link.tsx';
import { RecordLink } from './record-link.tsx';
import { ReportFrame, ROWS_SHOWN } from './report-frame.tsx';

type Row = Shapes['RenewalsRow'];

const SORTS = ['endDate', '-endDate'] as const;
const STAGES = ['open', 'snoozed', 'accepted', 'declined', 'lapsed', 'withdrawn'] as const;
const COLORS = {
  open: 'blue.6',
  snoozed: 'gray.5',
  accepted: 'pine.6',
  declined: 'red.6',
  lapsed: 'orange.6',
  withdrawn: 'gray.7',
} as const;

const COLUMNS: readonly Column<Row>[] = [
  {
    id: 'entitlement',
    header: 'Renewal of',
    cell: ({ id, entitlementName }) => <RecordLink noun="renewals" id={id} name={entitlementName} />,
  },
  {
    id: 'customer',
    header: 'Customer',
    cell: ({ customerId, customerName }) => <RecordLink noun="customers" id={customerId} name={customerName} />,
  },
  { id: 'stage', header: 'Stage', cell: ({ stage }) => <StatusBadge status={stage} /> },
  { id: 'ends', header: 'Ends', oneLine: true, sortAs: 'endDate', cell: ({ endDate }) => dayText(endDate) },
  { id: 'days', header: 'Days left', figures: true, from: 'sm', cell: ({ daysLeft }) => numberText(daysLeft) },
  {
    id: 'proposal',
    header: 'Proposal',
    from: 'sm',
    cell: ({ entitlementName, proposal, links }) => (
      <FigureLink link={links.ledger} of={entitlementName}>
        {proposal}
      </FigureLink>
    ),
  },
  {
    id: 'successor',
    header: 'Successor',
    from: 'md',
    cell: ({ successorId, successorEnded }) =>
      successorId === null ? (
        '–'
      ) : (
        <RecordLink
          noun="entitlements"
          id={successorId}
          name={successorEnded ? 'ended before its start' : 'successor'}
        />
      ),
  },
  {
    id: 'decided',
    header: 'Decided by',
    from: 'md',
    cell: ({ decidedBy }) => (decidedBy === null ? '–' : <Name>{decidedBy}</Name>),
  },
  { id: 'reason', header: 'Reason', from: 'lg', cell: ({ reason }) => (reason === null ? '–' : <Name>{reason}</Name>) },
];

/** Every renewal, by the end that it is about. */
export function RenewalsReport() {
  const search = useSearch({ from: '/shell/reports/$name' });
  const filters = {
    stage: oneOf(STAGES, search.stage),
    customerId: search.customer,
    tier: search.tier,
    owner: search.owner,
    sort: oneOf(SORTS, search.sort),
  };
  const query = $api.useQuery(
    'get',
    '/v1/reports/renewals',
    { params: { query: { ...filters, cursor: search.cursor, limit: ROWS_SHOWN } } },
    { select: (answer) => jsonOnly(answer), placeholderData: (before) => before },
  );
  return (
    <ReportFrame
      name="renewals"
      query={query}
      filters={['stage', 'customer', 'tier', 'owner']}
      csv={(cursor, signal) =>
        api.GET('/v1/reports/renewals', {
          params: { query: { ...filters, cursor, format: 'csv' } },
          parseAs: 'text',
          signal,
        })
      }
      columns={COLUMNS}
      idOf={({ id }) => id}
      sort="endDate"
      empty="No renewal matches. An entitlement starts its renewal some days before it ends."
      chart={({ items }) => <StagesByMonth rows={items} />}
    />
  );
}

function StagesByMonth({ rows }: { readonly rows: readonly Row[] }) {
  const present = STAGES.filter((stage) => rows.some((row) => row.stage === stage));
  const counts = present.map((stage) => `${rows.filter((row) => row.stage === stage).length} ${stage}`);
  return (
    <LazyColumnChart
      summary={`Renewals by the month of the end and by stage: ${counts.join(', ')}. The table below has the figures.`}
      rows={countedByMonths(
        rows.map(({ endDate, stage }) => ({ day: endDate, series: stage })),
        present,
      )}
      series={present.map((stage) => ({ name: stage, label: stage, color: COLORS[stage] }))}
    />
  );
}
