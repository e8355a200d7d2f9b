import { Text } from '@mantine/core';
import { $api, type Shapes } from '../data/api.ts';
import { CustomerLink } from '../pickers/record-names.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Empty } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { CaseLink } from './list-columns.tsx';

const MOST = 20;
/** The API searches by two letters and more. */
const SHORTEST = 2;

const COLUMNS: readonly Column<Shapes['FoundCase']>[] = [
  { id: 'title', header: 'Case', cell: CaseLink },
  { id: 'status', header: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  { id: 'customer', header: 'Customer', from: 'xs', cell: ({ customerId }) => <CustomerLink id={customerId} /> },
];

/** The cases that a search by title or id finds, the best match first. */
export function FoundCases({ q }: { readonly q: string }) {
  const isLong = q.length >= SHORTEST;
  const query = { q, limit: MOST };
  const found = $api.useQuery('get', '/v1/search', { params: { query } }, { enabled: isLong });
  if (!isLong) return <Text c="dimmed">Type at least {SHORTEST} letters.</Text>;
  return (
    <QueryView query={found}>
      {({ cases }) =>
        cases.length === 0 ? (
          <Empty title="No case matches">Search for words of the title, or for the id.</Empty>
        ) : (
          <>
            <DataTable caption="Cases" columns={COLUMNS} rows={cases} idOf={({ id }) => id} />
            <Text c="dimmed">
              {cases.length === MOST ? `The best ${MOST} matches; type more to narrow them` : `${cases.length} found`}
            </Text>
          </>
        )
      }
    </QueryView>
  );
}
