import { Alert, Button, Group, Progress, Stack, Text, Title } from '@mantine/core';
import { ErrorNote } from '../../ui/action-dialog.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { downloadCsv } from '../../ui/download.ts';
import { numberText } from '../../ui/format.ts';
import { Name } from '../../ui/name.tsx';
import type { ImportKind } from './import-choices.ts';
import type { CsvTable } from './read-csv.ts';
import { type RefusedRow, reportOf } from './report-csv.ts';
import type { ImportState } from './use-import.ts';

const REFUSED_SHOWN = 100;
const ALL = 100;

interface ImportProgressProps {
  readonly state: ImportState;
  readonly table: CsvTable;
  readonly kind: ImportKind;
  readonly onStop: () => void;
  readonly onGoOn: () => void;
}

/** How far an import is, and afterwards what became of the rows. */
export function ImportProgress({ state, table, kind, onStop, onGoOn }: ImportProgressProps) {
  const { status, of, counts, refused, error } = state;
  const done = counts.created + counts.updated + counts.unchanged + counts.refused;
  return (
    <Stack component="section" aria-label="Import">
      <Title order={2} size="h3">
        {TITLES[status]}
      </Title>
      <Progress.Root>
        <Progress.Section value={(done / Math.max(of, 1)) * ALL} aria-label="Rows that are done" />
      </Progress.Root>
      <Text role="status">
        {numberText(done)} of {numberText(of)} {kind}: {numberText(counts.created)} created,{' '}
        {numberText(counts.updated)} updated, {numberText(counts.unchanged)} unchanged, {numberText(counts.refused)}{' '}
        refused
      </Text>
      {status === 'stopped' && (
        <>
          {error === null ? (
            <Alert color="yellow" variant="light">
              You stopped the import. What was sent so far stays.
            </Alert>
          ) : (
            <ErrorNote error={error} />
          )}
          <Group>
            <Button onClick={onGoOn}>Go on with the rest</Button>
          </Group>
        </>
      )}
      {status === 'sending' && (
        <Group>
          <Button variant="default" onClick={onStop}>
            Stop
          </Button>
          <Text c="dimmed">Stay on this page until it is done.</Text>
        </Group>
      )}
      {refused.length > 0 && <Refused refused={refused} table={table} />}
    </Stack>
  );
}

const TITLES: Readonly<Record<ImportState['status'], string>> = {
  sending: 'Importing',
  stopped: 'Stopped',
  done: 'Done',
};

function Refused({ refused, table }: { readonly refused: readonly RefusedRow[]; readonly table: CsvTable }) {
  return (
    <Stack component="section" aria-label="Refused rows">
      <Group justify="space-between">
        <Title order={3}>Refused rows</Title>
        <Button
          variant="default"
          onClick={() => downloadCsv(`refused-${table.fileName}`, reportOf(table.header, refused))}
        >
          Download the refused rows
        </Button>
      </Group>
      <DataTable
        caption="Refused rows"
        columns={COLUMNS}
        rows={refused.slice(0, REFUSED_SHOWN)}
        idOf={({ line }) => String(line)}
      />
      {refused.length > REFUSED_SHOWN && (
        <Text c="dimmed">
          The first {REFUSED_SHOWN} of {numberText(refused.length)}. The download has all of them.
        </Text>
      )}
    </Stack>
  );
}

const COLUMNS: readonly Column<RefusedRow>[] = [
  { id: 'line', header: 'Line', figures: true, cell: ({ line }) => numberText(line) },
  { id: 'first', header: 'Row', from: 'sm', cell: ({ cells }) => <Name>{cells.join(', ')}</Name> },
  { id: 'field', header: 'Column', cell: ({ field }) => <Name>{field}</Name> },
  { id: 'why', header: 'What is wrong', cell: ({ detail }) => <Name>{detail}</Name> },
];
