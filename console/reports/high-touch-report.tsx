import { Text } from '@mantine/core';
import { useSearch } from '@tanstack/react-router';
import { $api, api, type Shapes } from '../data/api.ts';
import { jsonOnly } from '../data/json-only.ts';
import { oneOf } from '../data/search-params.ts';
import type { Column } from '../ui/data-table.tsx';
import { minutesText, numberText } from '../ui/format.ts';
import { Name } from '../ui/name.tsx';
import { FigureLink } from './figure-link.tsx';
import { percentText } from './figures.ts';
import { RankedBars } from './ranked-bars.tsx';
import { RecordLink } from './record-link.tsx';
import { ReportFrame, ROWS_SHOWN } from './report-frame.tsx';

type Row = Shapes['HighTouchRow'];

const SORTS = ['cases', '-cases'] as const;

const COLUMNS: readonly Column<Row>[] = [
  {
    id: 'customer',
    header: 'Customer',
    cell: ({ customerId, name }) => <RecordLink noun="customers" id={customerId} name={name} />,
  },
  {
    id: 'cases',
    header: 'Cases',
    sortAs: 'cases',
    figures: true,
    cell: ({ customerId, name, cases, links }) => (
      <FigureLink link={links.entitlements} of={name ?? customerId}>
        {numberText(cases)}
      </FigureLink>
    ),
  },
  {
    id: 'share',
    header: 'Of all cases',
    figures: true,
    cell: ({ shareOfCases }) => percentText(shareOfCases),
  },
  {
    id: 'minutes',
    header: 'Time',
    figures: true,
    cell: ({ customerId, name, minutes, links }) => (
      <FigureLink link={links.entitlements} of={name ?? customerId}>
        {minutesText(minutes)}
      </FigureLink>
    ),
  },
  { id: 'tier', header: 'Tier', from: 'sm', cell: ({ tier }) => (tier === null ? '–' : <Name>{tier}</Name>) },
  {
    id: 'manager',
    header: 'Account manager',
    from: 'md',
    cell: ({ accountManager }) => (accountManager === null ? '–' : <Name>{accountManager.name}</Name>),
  },
];

/** Who asks most. */
export function HighTouchReport() {
  const search = useSearch({ from: '/shell/reports/$name' });
  const filters = {
    since: search.since,
    until: search.until,
    tier: search.tier,
    sort: oneOf(SORTS, search.sort),
  };
  const query = $api.useQuery(
    'get',
    '/v1/reports/high-touch',
    { params: { query: { ...filters, cursor: search.cursor, limit: ROWS_SHOWN } } },
    { select: (answer) => jsonOnly(answer), placeholderData: (before) => before },
  );
  return (
    <ReportFrame
      name="high-touch"
      query={query}
      filters={['since', 'until', 'tier']}
      csv={(cursor, signal) =>
        api.GET('/v1/reports/high-touch', {
          params: { query: { ...filters, cursor, format: 'csv' } },
          parseAs: 'text',
          signal,
        })
      }
      columns={COLUMNS}
      idOf={({ customerId }) => customerId}
      sort="-cases"
      empty="No case was attached in the span."
      head={({ casesOfAll }) => <Text>{numberText(casesOfAll)} cases of all customers in the span.</Text>}
      chart={({ items }) => <MostCases rows={items} />}
    />
  );
}

function MostCases({ rows }: { readonly rows: readonly Row[] }) {
  const most = Math.max(1, ...rows.map(({ cases }) => cases));
  const bars = rows.map(({ customerId, name, cases, minutes }) => ({
    id: customerId,
    label: name ?? customerId,
    share: cases / most,
    figure: `${numberText(cases)}, ${minutesText(minutes)}`,
  }));
  return <RankedBars label="Cases by customer" bars={bars} />;
}
