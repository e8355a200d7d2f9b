import { useSearch } from '@tanstack/react-router';
import { $api, api, type Shapes } from '../data/api.ts';
import { jsonOnly } from '../data/json-only.ts';
import { oneOf } from '../data/search-params.ts';
import type { Column } from '../ui/data-table.tsx';
import { numberText, termText } from '../ui/format.ts';
import { Name } from '../ui/name.tsx';
import { FigureLink } from './figure-link.tsx';
import { percentText, usedText } from './figures.ts';
import { RankedBars } from './ranked-bars.tsx';
import { RecordLink } from './record-link.tsx';
import { ReportFrame, ROWS_SHOWN } from './report-frame.tsx';

type Row = Shapes['UtilisationRow'];

const GROUPS = ['customer', 'tier', 'entitlement'] as const;
type Group = (typeof GROUPS)[number];
const UNITS = ['cases', 'hours', 'unlimited'] as const;
type Unit = (typeof UNITS)[number];
const SORTED_BY = ['usedInSpan', 'cases', 'usedTerm', 'usedShare'] as const;
const SORTS = SORTED_BY.flatMap((name) => [name, `-${name}`] as const);
const NO_TIER = 'without a tier';

/** What the row is about, in words. */
const nameOf = ({ name, tier, customerName, customerId }: Row, by: Group): string => {
  if (by === 'tier') return tier ?? NO_TIER;
  if (by === 'customer') return customerName ?? customerId ?? '';
  return `${customerName ?? customerId ?? ''}: ${name ?? ''}`;
};

const linkTo = ({ links }: Row, figure: 'ledger' | 'used' | 'cases'): string =>
  'entitlements' in links ? links.entitlements : links[figure];

const figure = (
  by: Group,
  id: string,
  header: string,
  of: (row: Row) => string,
  behind: 'ledger' | 'used' | 'cases',
) => ({
  id,
  header,
  figures: true,
  cell: (row: Row) => (
    <FigureLink link={linkTo(row, behind)} of={nameOf(row, by)}>
      {of(row)}
    </FigureLink>
  ),
});

/** The two things that a term counts. They are never compared: 300 minutes are not more than 200 cases. */
const COUNTED = ['cases', 'hours'] as const;
type Counted = (typeof COUNTED)[number];
const countedIn = ({ allocationType }: Row): Counted => (allocationType === 'hours' ? 'hours' : 'cases');

/** What was used in the span, in a column of its own for each unit that may be listed. */
const usedColumns = (by: Group, unit: Unit | undefined): readonly Column<Row>[] =>
  COUNTED.filter((each) => unit === undefined || (unit === 'hours') === (each === 'hours')).map((counted) => ({
    id: `used ${counted}`,
    header: unit === undefined ? `Used in the span, ${counted}` : 'Used in the span',
    figures: true,
    ...(unit === undefined ? {} : { sortAs: 'usedInSpan' }),
    cell: (row: Row) =>
      countedIn(row) === counted ? (
        <FigureLink link={linkTo(row, 'used')} of={nameOf(row, by)}>
          {usedText(row.usedInSpan, row.allocationType)}
        </FigureLink>
      ) : (
        '–'
      ),
  }));

const columnsBy = (by: Group, unit: Unit | undefined): readonly Column<Row>[] => [
  ...(by === 'tier'
    ? [{ id: 'tier', header: 'Tier', cell: (row: Row) => <Name>{nameOf(row, by)}</Name> }]
    : [
        {
          id: 'customer',
          header: 'Customer',
          cell: ({ customerId, customerName }: Row) =>
            customerId === null ? '–' : <RecordLink noun="customers" id={customerId} name={customerName} />,
        },
      ]),
  ...(by === 'entitlement'
    ? [
        {
          id: 'entitlement',
          header: 'Entitlement',
          cell: ({ entitlementId, name }: Row) =>
            entitlementId === null ? '–' : <RecordLink noun="entitlements" id={entitlementId} name={name} />,
        },
      ]
    : []),
  { id: 'unit', header: 'Counted in', oneLine: true, from: 'sm', cell: ({ allocationType }) => allocationType },
  { ...figure(by, 'cases', 'Cases in the span', ({ cases }) => numberText(cases), 'cases'), sortAs: 'cases' },
  ...usedColumns(by, unit),
  ...(by === 'entitlement'
    ? []
    : [
        {
          ...figure(by, 'active', 'Active now', ({ entitlements }) => numberText(entitlements), 'ledger'),
          from: 'md' as const,
        },
      ]),
  {
    ...figure(by, 'granted', 'Granted now', (row) => termOrNone(row, row.grantedTerm), 'ledger'),
    from: 'sm',
  },
  {
    ...figure(by, 'used', 'Used of it', (row) => termOrNone(row, row.usedTerm), 'ledger'),
    ...(unit === undefined ? {} : { sortAs: 'usedTerm' }),
    from: 'sm',
  },
  {
    id: 'share',
    header: 'Share',
    sortAs: 'usedShare',
    figures: true,
    from: 'xs',
    cell: ({ usedShare }) => (usedShare === null ? '–' : percentText(usedShare)),
  },
];

/** A term of the active entitlements; there is none without an active one. */
const termOrNone = ({ allocationType, entitlements }: Row, term: number | null): string =>
  term === null && entitlements === 0 ? 'none' : termText(term, allocationType);

/** An order by terms needs one unit. Without one, the number of cases is what all rows have in common. */
function sortOf(asked: string | undefined, unit: Unit | undefined): (typeof SORTS)[number] {
  const byTerm = /^-?used(InSpan|Term)$/.test(asked ?? '');
  const sort = unit === undefined && byTerm ? undefined : oneOf(SORTS, asked);
  return sort ?? (unit === undefined ? '-cases' : '-usedInSpan');
}

/** What is granted and used, by customer, tier or entitlement. */
export function UtilisationReport() {
  const search = useSearch({ from: '/shell/reports/$name' });
  const by = oneOf(GROUPS, search.by) ?? 'customer';
  const unit = oneOf(UNITS, search.unit);
  const sort = sortOf(search.sort, unit);
  const filters = {
    by,
    since: search.since,
    until: search.until,
    customerId: search.customer,
    tier: search.tier,
    withoutTier: oneOf(['true'] as const, search.withoutTier),
    owner: search.owner,
    allocationType: unit,
    sort,
  };
  const query = $api.useQuery(
    'get',
    '/v1/reports/utilisation',
    { params: { query: { ...filters, cursor: search.cursor, limit: ROWS_SHOWN } } },
    { select: (answer) => jsonOnly(answer), placeholderData: (before) => before },
  );
  return (
    <ReportFrame
      name="utilisation"
      query={query}
      filters={['by', 'since', 'until', 'unit', 'customer', 'tier', 'withoutTier', 'owner']}
      csv={(cursor, signal) =>
        api.GET('/v1/reports/utilisation', {
          params: { query: { ...filters, cursor, format: 'csv' } },
          parseAs: 'text',
          signal,
        })
      }
      columns={columnsBy(by, unit)}
      idOf={rowIdOf}
      sort={sort}
      empty="No entitlement matches the filters, or none was used in the span."
      // The rows of the page that came before may be of another kind until the new ones are read.
      chart={({ items, by: answered }) => <CasesInSpan rows={items} by={answered} />}
    />
  );
}

const rowIdOf = ({ entitlementId, customerId, tier, allocationType }: Row): string =>
  [entitlementId, customerId, tier, allocationType].join(' ');

function CasesInSpan({ rows, by }: { readonly rows: readonly Row[]; readonly by: Group }) {
  const most = Math.max(1, ...rows.map(({ cases }) => cases));
  const bars = [...rows]
    .sort((one, other) => other.cases - one.cases)
    .map((row) => ({
      id: rowIdOf(row),
      label: nameOf(row, by),
      share: row.cases / most,
      figure: `${numberText(row.cases)} ${row.cases === 1 ? 'case' : 'cases'}`,
    }));
  return <RankedBars label={`Cases in the span by ${by}`} bars={bars} />;
}
