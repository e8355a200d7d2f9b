import { useSearch } from '@tanstack/react-router';
import { $api, api, type Shapes } from '../data/api.ts';
import { jsonOnly } from '../data/json-only.ts';
import { oneOf } from '../data/search-params.ts';
import type { Column } from '../ui/data-table.tsx';
import { dayText, numberText, termText } from '../ui/format.ts';
import { LazyColumnChart } from '../ui/lazy-chart.tsx';
import { Name } from '../ui/name.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { countedByDays } from './by-time.ts';
import { FigureLink } from './figure-link.tsx';
import { RecordLink } from './record-link.tsx';
import { ReportFrame, ROWS_SHOWN } from './report-frame.tsx';
import { numberParam } from './report-search.ts';

type Row = Shapes['ExpiringRow'];

const SORTS = ['endDate', '-endDate'] as const;

const COLUMNS: readonly Column<Row>[] = [
  { id: 'name', header: 'Entitlement', cell: ({ id, name }) => <RecordLink noun="entitlements" id={id} name={name} /> },
  {
    id: 'customer',
    header: 'Customer',
    from: 'sm',
    cell: ({ customerId, customerName }) => <RecordLink noun="customers" id={customerId} name={customerName} />,
  },
  { id: 'status', header: 'Status', from: 'sm', cell: ({ status }) => <StatusBadge status={status} /> },
  { id: 'ends', header: 'Ends', oneLine: true, sortAs: 'endDate', cell: ({ endDate }) => dayText(endDate) },
  { id: 'days', header: 'Days left', figures: true, cell: ({ daysLeft }) => numberText(daysLeft) },
  {
    id: 'left',
    header: 'Left',
    figures: true,
    cell: ({ name, remainingTerm, allocationType, links }) => (
      <FigureLink link={links.ledger} of={name}>
        {termText(remainingTerm, allocationType)}
      </FigureLink>
    ),
  },
  {
    id: 'renewed',
    header: 'Renewed',
    oneLine: true,
    cell: ({ renewed, renewedById }) =>
      renewedById === null ? (
        renewed ? (
          'yes'
        ) : (
          'no'
        )
      ) : (
        <RecordLink noun="entitlements" id={renewedById} name="by its successor" />
      ),
  },
  {
    id: 'manager',
    header: 'Account manager',
    from: 'md',
    cell: ({ accountManager }) => (accountManager === null ? '–' : <Name>{accountManager.name}</Name>),
  },
];

/** What ends soon, the nearest end first. */
export function ExpiringReport() {
  const search = useSearch({ from: '/shell/reports/$name' });
  const filters = {
    days: numberParam(search.days),
    renewed: oneOf(['true', 'false'] as const, search.renewed),
    customerId: search.customer,
    tier: search.tier,
    owner: search.owner,
    sort: oneOf(SORTS, search.sort),
  };
  const query = $api.useQuery(
    'get',
    '/v1/reports/expiring',
    { params: { query: { ...filters, cursor: search.cursor, limit: ROWS_SHOWN } } },
    { select: (answer) => jsonOnly(answer), placeholderData: (before) => before },
  );
  return (
    <ReportFrame
      name="expiring"
      query={query}
      filters={['days', 'renewed', 'customer', 'tier', 'owner']}
      csv={(cursor, signal) =>
        api.GET('/v1/reports/expiring', {
          params: { query: { ...filters, cursor, format: 'csv' } },
          parseAs: 'text',
          signal,
        })
      }
      columns={COLUMNS}
      idOf={({ id }) => id}
      sort="endDate"
      empty="No entitlement ends so soon. Look further ahead to see more."
      chart={({ items }) => <Ends rows={items} />}
    />
  );
}

function Ends({ rows }: { readonly rows: readonly Row[] }) {
  const ends = rows.map(({ endDate, renewed }) => ({ day: endDate, series: renewed ? 'renewed' : 'notRenewed' }));
  const renewed = rows.filter((row) => row.renewed).length;
  return (
    <LazyColumnChart
      summary={`Entitlements by the time of their end: ${renewed} renewed, ${rows.length - renewed} not renewed. The table below has the figures.`}
      rows={countedByDays(ends, ['notRenewed', 'renewed'])}
      series={[
        { name: 'notRenewed', label: 'Not renewed', color: 'orange.6' },
        { name: 'renewed', label: 'Renewed', color: 'pine.6' },
      ]}
    />
  );
}
