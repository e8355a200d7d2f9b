import { Group, Paper, Text } from '@mantine/core';
import { useSearch } from '@tanstack/react-router';
import { $api, api, type Shapes } from '../data/api.ts';
import { jsonOnly } from '../data/json-only.ts';
import { oneOf } from '../data/search-params.ts';
import type { Column } from '../ui/data-table.tsx';
import { instantText, moneyText, numberText } from '../ui/format.ts';
import { LazyColumnChart } from '../ui/lazy-chart.tsx';
import { Name } from '../ui/name.tsx';
import { countedByDays } from './by-time.ts';
import { FigureLink } from './figure-link.tsx';
import { usedText } from './figures.ts';
import { RecordLink } from './record-link.tsx';
import { ReportFrame, ROWS_SHOWN } from './report-frame.tsx';

type Row = Shapes['OverridesRow'];
type Total = Shapes['OverridesTotal'];

const SORTS = ['when', '-when'] as const;

const COLUMNS: readonly Column<Row>[] = [
  { id: 'when', header: 'When', oneLine: true, sortAs: 'when', cell: ({ when }) => instantText(when) },
  {
    id: 'entitlement',
    header: 'Entitlement',
    cell: ({ entitlementId, entitlementName }) => (
      <RecordLink noun="entitlements" id={entitlementId} name={entitlementName} />
    ),
  },
  {
    id: 'customer',
    header: 'Customer',
    from: 'sm',
    cell: ({ customerId, customerName }) => <RecordLink noun="customers" id={customerId} name={customerName} />,
  },
  {
    id: 'case',
    header: 'Case',
    from: 'sm',
    cell: ({ caseId }) => (caseId === null ? '–' : <RecordLink noun="cases" id={caseId} name={caseId} />),
  },
  {
    id: 'overrode',
    header: 'Let in past',
    from: 'md',
    cell: ({ overrode }) => (overrode === null ? '–' : overrode.map((code) => code.replaceAll('_', ' ')).join(', ')),
  },
  {
    id: 'overage',
    header: 'Beyond the term',
    figures: true,
    cell: ({ entitlementName, seq, overage, allocationType, links }) => (
      <FigureLink link={links.ledger} of={`${entitlementName}, ${seq}`}>
        {usedText(overage, allocationType)}
      </FigureLink>
    ),
  },
  {
    id: 'amount',
    header: 'Charged',
    figures: true,
    cell: ({ entitlementName, seq, amount, currency, links }) =>
      amount === null || currency === null ? (
        '–'
      ) : (
        <FigureLink link={links.ledger} of={`${entitlementName}, ${seq}`}>
          {moneyText(amount, currency)}
        </FigureLink>
      ),
  },
  { id: 'who', header: 'Who', from: 'md', cell: ({ who }) => <Name>{who}</Name> },
  { id: 'why', header: 'Why', from: 'md', cell: ({ why }) => (why === null ? '–' : <Name>{why}</Name>) },
];

/** Who let what in past the terms, and what it costs. */
export function OverridesReport() {
  const search = useSearch({ from: '/shell/reports/$name' });
  const filters = {
    since: search.since,
    until: search.until,
    customerId: search.customer,
    tier: search.tier,
    owner: search.owner,
    sort: oneOf(SORTS, search.sort),
  };
  const query = $api.useQuery(
    'get',
    '/v1/reports/overrides',
    { params: { query: { ...filters, cursor: search.cursor, limit: ROWS_SHOWN } } },
    { select: (answer) => jsonOnly(answer), placeholderData: (before) => before },
  );
  return (
    <ReportFrame
      name="overrides"
      query={query}
      filters={['since', 'until', 'customer', 'tier', 'owner']}
      csv={(cursor, signal) =>
        api.GET('/v1/reports/overrides', {
          params: { query: { ...filters, cursor, format: 'csv' } },
          parseAs: 'text',
          signal,
        })
      }
      columns={COLUMNS}
      idOf={({ entitlementId, seq }) => `${entitlementId} ${seq}`}
      sort="-when"
      empty="Nobody let a case in past its terms, and nothing was used beyond them."
      head={({ totals }) => <Totals totals={totals} />}
      chart={({ items }) => <ByDay rows={items} />}
    />
  );
}

/** The totals of the whole span, one for each currency and unit; amounts of different currencies are not added up. */
function Totals({ totals }: { readonly totals: readonly Total[] }) {
  return (
    <Group gap="sm" component="section" aria-label="Totals of the span">
      {totals.map(({ allocationType, currency, rows, overrides, overage, amount }) => (
        <Paper key={`${allocationType} ${currency}`} withBorder p="md">
          <Text size="xl" fw={600}>
            {amount === null || currency === null ? usedText(overage, allocationType) : moneyText(amount, currency)}
          </Text>
          <Text size="sm" c="dimmed">
            {amount === null ? 'beyond the term' : `charged for ${usedText(overage, allocationType)}`} in{' '}
            {numberText(rows)} {rows === 1 ? 'row' : 'rows'}, {numberText(overrides)}{' '}
            {overrides === 1 ? 'override' : 'overrides'}
          </Text>
        </Paper>
      ))}
    </Group>
  );
}

function ByDay({ rows }: { readonly rows: readonly Row[] }) {
  const kindOf = ({ overrode, amount }: Row) =>
    overrode !== null ? 'override' : amount !== null ? 'charge' : 'overage';
  const dated = rows.map((row) => ({ day: row.when, series: kindOf(row) }));
  const count = (kind: string) => dated.filter(({ series }) => series === kind).length;
  return (
    <LazyColumnChart
      summary={`Rows by day: ${count('override')} overrides, ${count('overage')} overages, ${count('charge')} charges or credits. The table below has the figures.`}
      rows={countedByDays(dated, ['override', 'overage', 'charge'])}
      series={[
        { name: 'override', label: 'Overrides', color: 'orange.6' },
        { name: 'overage', label: 'Overages', color: 'gray.6' },
        { name: 'charge', label: 'Charges and credits', color: 'pine.6' },
      ]}
    />
  );
}
