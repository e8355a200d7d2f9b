import { useSearch } from '@tanstack/react-router';
import { $api, api, type Shapes } from '../data/api.ts';
import { jsonOnly } from '../data/json-only.ts';
import { oneOf } from '../data/search-params.ts';
import type { Column } from '../ui/data-table.tsx';
import { dayText, termText } from '../ui/format.ts';
import { FigureLink } from './figure-link.tsx';
import { paceText, percentText } from './figures.ts';
import { RankedBars } from './ranked-bars.tsx';
import { RecordLink } from './record-link.tsx';
import { ReportFrame, ROWS_SHOWN } from './report-frame.tsx';
import { numberParam } from './report-search.ts';

type Row = Shapes['NearDepletionRow'];

const SORTS = ['usedShare', '-usedShare', 'remainingTerm', '-remainingTerm'] as const;
/** From this share on the bar has the colour of a warning; the figure beside it says the same. */
const NEARLY_ALL = 0.9;

const COLUMNS: readonly Column<Row>[] = [
  { id: 'name', header: 'Entitlement', cell: ({ id, name }) => <RecordLink noun="entitlements" id={id} name={name} /> },
  {
    id: 'customer',
    header: 'Customer',
    from: 'sm',
    cell: ({ customerId, customerName }) => <RecordLink noun="customers" id={customerId} name={customerName} />,
  },
  {
    id: 'used',
    header: 'Used',
    figures: true,
    cell: ({ name, usedTerm, allocationType, links }) => (
      <FigureLink link={links.used} of={name}>
        {termText(usedTerm, allocationType)}
      </FigureLink>
    ),
  },
  {
    id: 'total',
    header: 'Of',
    figures: true,
    from: 'xs',
    cell: ({ name, totalTerm, allocationType, links }) => (
      <FigureLink link={links.total} of={name}>
        {termText(totalTerm, allocationType)}
      </FigureLink>
    ),
  },
  {
    id: 'share',
    header: 'Share',
    sortAs: 'usedShare',
    figures: true,
    cell: ({ usedShare }) => percentText(usedShare),
  },
  {
    id: 'left',
    header: 'Left',
    sortAs: 'remainingTerm',
    figures: true,
    cell: ({ name, remainingTerm, allocationType, links }) => (
      <FigureLink link={links.ledger} of={name}>
        {termText(remainingTerm, allocationType)}
      </FigureLink>
    ),
  },
  {
    id: 'pace',
    header: 'Pace',
    figures: true,
    from: 'md',
    cell: ({ name, pacePerDay, allocationType, links }) => (
      <FigureLink link={links.pace} of={name}>
        {paceText(pacePerDay, allocationType)}
      </FigureLink>
    ),
  },
  {
    id: 'depletes',
    header: 'Used up on',
    oneLine: true,
    cell: ({ depletesOn }) => (depletesOn === null ? 'not at this pace' : dayText(depletesOn)),
  },
  { id: 'ends', header: 'Ends', oneLine: true, from: 'sm', cell: ({ endDate }) => dayText(endDate) },
];

/** Contracts that run out, the fullest first. */
export function NearDepletionReport() {
  const search = useSearch({ from: '/shell/reports/$name' });
  const filters = {
    threshold: numberParam(search.threshold),
    customerId: search.customer,
    tier: search.tier,
    owner: search.owner,
    sort: oneOf(SORTS, search.sort),
  };
  const query = $api.useQuery(
    'get',
    '/v1/reports/near-depletion',
    { params: { query: { ...filters, cursor: search.cursor, limit: ROWS_SHOWN } } },
    { select: (answer) => jsonOnly(answer), placeholderData: (before) => before },
  );
  return (
    <ReportFrame
      name="near-depletion"
      query={query}
      filters={['threshold', 'customer', 'tier', 'owner']}
      csv={(cursor, signal) =>
        api.GET('/v1/reports/near-depletion', {
          params: { query: { ...filters, cursor, format: 'csv' } },
          parseAs: 'text',
          signal,
        })
      }
      columns={COLUMNS}
      idOf={({ id }) => id}
      sort="-usedShare"
      empty="No active entitlement has used so much of its term. Lower the share to see more."
      chart={({ items }) => (
        <RankedBars
          label="Used share of the term by entitlement"
          bars={items.map(({ id, name, customerName, customerId, usedShare }) => ({
            id,
            label: `${customerName ?? customerId}: ${name}`,
            share: usedShare,
            figure: percentText(usedShare),
            color: usedShare >= NEARLY_ALL ? 'orange' : 'pine',
          }))}
        />
      )}
    />
  );
}
