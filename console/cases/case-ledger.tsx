import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { $api, type Shapes } from '../data/api.ts';
import { jsonOnly } from '../data/json-only.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { type AllocationType, instantText, termText } from '../ui/format.ts';
import { Name } from '../ui/name.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Section } from '../ui/section.tsx';
import { ROW_WORDS } from './words.ts';

type Row = Shapes['LedgerRow'];

const MOST_ROWS = 100;

const columnsIn = (unit: AllocationType): readonly Column<Row>[] => [
  { id: 'when', header: 'When', cell: ({ when }) => instantText(when) },
  {
    id: 'what',
    header: 'What',
    cell: ({ kind, refusal }) =>
      `${ROW_WORDS[kind] ?? kind}${refusal === null ? '' : `: ${refusal.replaceAll('_', ' ')}`}`,
  },
  { id: 'took', header: 'Change', figures: true, cell: ({ change }) => changeText(change, unit) },
  {
    id: 'left',
    header: 'Left',
    figures: true,
    from: 'xs',
    cell: ({ remainingAfter }) => termText(remainingAfter, unit),
  },
  { id: 'who', header: 'Who', from: 'sm', cell: ({ who }) => <Name>{who}</Name> },
  { id: 'why', header: 'Why', from: 'md', cell: ({ why }) => (why === null ? '–' : <Name>{why}</Name>) },
];

function changeText(change: number, unit: AllocationType): string {
  if (change === 0) return '–';
  // An unlimited entitlement counts nothing, so its rows change nothing.
  return `${change > 0 ? '+' : ''}${termText(change, unit)}`;
}

/** The rows that the case has in the ledger of its entitlement: what it took and gave back. */
export function CaseLedger({
  supportCase: { id, entitlementId },
}: {
  readonly supportCase: Shapes['CaseWithDecision'];
}) {
  return (
    <Section title="What it took">
      {entitlementId === null ? (
        <Text c="dimmed">A case without an entitlement takes nothing.</Text>
      ) : (
        <Rows caseId={id} entitlementId={entitlementId} />
      )}
    </Section>
  );
}

function Rows({ caseId, entitlementId }: { readonly caseId: string; readonly entitlementId: string }) {
  const path = { id: entitlementId };
  // The newest rows say how the case stands.
  const query = { caseId, limit: MOST_ROWS, sort: '-seq' as const };
  const entitlement = $api.useQuery('get', '/v1/entitlements/{id}', { params: { path } });
  const rows = $api.useQuery('get', '/v1/entitlements/{id}/ledger', { params: { path, query } });
  return (
    <QueryView query={rows}>
      {(answer) => {
        const { items, nextCursor } = jsonOnly(answer);
        return (
          <>
            <DataTable
              caption="Rows of the ledger, the newest first"
              columns={columnsIn(entitlement.data?.allocationType ?? 'cases')}
              rows={items}
              idOf={({ seq }) => String(seq)}
            />
            {nextCursor !== null && (
              <Text size="sm" c="dimmed">
                These are the newest {MOST_ROWS} rows.{' '}
                <Anchor component={Link} to={`/entitlements/${entitlementId}`} inherit>
                  The entitlement's ledger
                </Anchor>{' '}
                has all of them.
              </Text>
            )}
          </>
        );
      }}
    </QueryView>
  );
}
