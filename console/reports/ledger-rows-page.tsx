import { Group, Text } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { $api, type Shapes } from '../data/api.ts';
import { oneOf } from '../data/search-params.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { type AllocationType, instantText, moneyText, termText } from '../ui/format.ts';
import { ListPager } from '../ui/list-pager.tsx';
import { Name } from '../ui/name.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Empty } from '../ui/states.tsx';
import { usedText } from './figures.ts';
import { RecordLink } from './record-link.tsx';
import { type LedgerSearch, numberParam } from './report-search.ts';

type Row = Shapes['LedgerRow'];
type Entitlement = Shapes['Entitlement'];

const SHOWN = 200;

const SHOWS = {
  use: 'Rows in which cases used term or gave it back. What was used is the sum of the changes of use.',
  term: 'Rows that grant term. The total is what remained after the first row, if that begins a period, and the changes of the others.',
  cases: 'The first row of each case. The number of cases is the number of rows.',
} as const;

/** The rows of a ledger that a figure of a report was made of. */
export function LedgerRowsPage() {
  const search = useSearch({ from: '/shell/reports/ledger' });
  const id = search.entitlement;
  const entitlement = $api.useQuery(
    'get',
    '/v1/entitlements/{id}',
    { params: { path: { id: id ?? '' } } },
    { enabled: id !== undefined },
  );
  if (id === undefined)
    return (
      <Page title="Rows behind a figure">
        <Empty title="No figure is chosen">A figure of a report leads here.</Empty>
      </Page>
    );
  return <QueryView query={entitlement}>{(data) => <RowsShown entitlement={data} search={search} />}</QueryView>;
}

function RowsShown({ entitlement, search }: { readonly entitlement: Entitlement; readonly search: LedgerSearch }) {
  const { id, name, allocationType, timeZone } = entitlement;
  const navigate = useNavigate({ from: '/reports/ledger' });
  const rows = oneOf(['use', 'term', 'cases'] as const, search.rows);
  const query = {
    rows,
    since: search.since,
    until: search.until,
    caseId: search.case,
    fromSeq: numberParam(search.fromSeq),
    toSeq: numberParam(search.toSeq),
    cursor: search.cursor,
    limit: SHOWN,
  };
  const list = $api.useQuery('get', '/v1/entitlements/{id}/ledger', { params: { path: { id }, query } });
  return (
    <Page
      title="Rows behind a figure"
      subtitle={
        <Group gap={6}>
          Ledger of
          <RecordLink noun="entitlements" id={id} name={name} />
          <span>
            {search.since !== undefined && `from ${instantText(search.since, timeZone)} `}
            {search.until !== undefined && `before ${instantText(search.until, timeZone)} `}
            (times of {timeZone})
          </span>
        </Group>
      }
    >
      {rows !== undefined && <Text maw="75ch">{SHOWS[rows]}</Text>}
      <QueryView query={list}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <Empty title="There are no such rows" />
          ) : (
            <>
              <Sums
                rows={items}
                allocationType={allocationType}
                isPart={nextCursor !== null || search.cursor !== undefined}
              />
              <DataTable
                caption="Ledger rows"
                columns={columnsOf(allocationType, timeZone)}
                rows={items}
                idOf={({ seq }) => String(seq)}
              />
              <ListPager
                cursor={search.cursor}
                nextCursor={nextCursor}
                shown={items.length}
                onGo={(cursor) => void navigate({ search: (before) => ({ ...before, cursor }) })}
              />
            </>
          )
        }
      </QueryView>
    </Page>
  );
}

interface SumsProps {
  readonly rows: readonly Row[];
  readonly allocationType: AllocationType;
  /** There are rows on other pages. */
  readonly isPart: boolean;
}

function Sums({ rows, allocationType, isPart }: SumsProps) {
  const change = rows.reduce((sum, row) => sum + row.change, 0);
  const used = rows.reduce((sum, row) => sum + row.useChange, 0);
  return (
    <Text role="status">
      {isPart ? 'Sums of this page' : 'Sums'}: {rows.length} {rows.length === 1 ? 'row' : 'rows'}, change{' '}
      {usedText(change, allocationType)}, used {usedText(used, allocationType)}.
    </Text>
  );
}

const columnsOf = (allocationType: AllocationType, timeZone: string): readonly Column<Row>[] => [
  { id: 'seq', header: 'No.', figures: true, cell: ({ seq }) => seq },
  { id: 'when', header: 'When', oneLine: true, cell: ({ when }) => instantText(when, timeZone) },
  { id: 'kind', header: 'What', oneLine: true, cell: ({ kind }) => kind.replaceAll('_', ' ') },
  {
    id: 'case',
    header: 'Case',
    from: 'xs',
    cell: ({ caseId }) => (caseId === null ? '–' : <RecordLink noun="cases" id={caseId} name={caseId} />),
  },
  { id: 'channel', header: 'Channel', oneLine: true, from: 'md', cell: ({ channel }) => channel ?? '–' },
  { id: 'change', header: 'Change', figures: true, cell: ({ change }) => usedText(change, allocationType) },
  {
    id: 'use',
    header: 'Change of use',
    figures: true,
    from: 'sm',
    cell: ({ useChange }) => usedText(useChange, allocationType),
  },
  {
    id: 'remaining',
    header: 'Remaining',
    figures: true,
    cell: ({ remainingAfter }) => termText(remainingAfter, allocationType),
  },
  {
    id: 'charge',
    header: 'Charged',
    figures: true,
    from: 'md',
    cell: ({ charge }) => (charge === null ? '–' : moneyText(charge.amount, charge.currency)),
  },
  { id: 'who', header: 'Who', from: 'sm', cell: ({ who }) => <Name>{who}</Name> },
  { id: 'why', header: 'Why', from: 'md', cell: ({ why }) => (why === null ? '–' : <Name>{why}</Name>) },
];
