import { Badge, Button, Group, Modal, Progress, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useBlocker } from '@tanstack/react-router';
import { csvText } from '../data/csv-text.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { downloadCsv } from '../ui/download.ts';
import { Name } from '../ui/name.tsx';
import type { BulkCommand, BulkRow, BulkState } from './bulk-run.ts';

const WORDS: Readonly<Record<BulkState, { readonly text: string; readonly color: string }>> = {
  waiting: { text: 'waiting', color: 'gray' },
  done: { text: 'done', color: 'pine' },
  refused: { text: 'refused', color: 'red' },
  unanswered: { text: 'not answered', color: 'orange' },
  undone: { text: 'not done', color: 'gray' },
};

const COLUMNS: readonly Column<BulkRow>[] = [
  { id: 'name', header: 'Entitlement', cell: ({ name }) => <Name>{name}</Name> },
  { id: 'customer', header: 'Customer', from: 'sm', cell: ({ customer }) => <Name>{customer}</Name> },
  {
    id: 'result',
    header: 'Result',
    cell: ({ state }) => (
      <Badge variant="light" color={WORDS[state].color} size="sm" tt="none" autoContrast>
        {WORDS[state].text}
      </Badge>
    ),
  },
  { id: 'words', header: 'What happened', cell: ({ words }) => (words === '' ? '' : <Name>{words}</Name>) },
];

interface BulkReportProps {
  readonly run: { readonly command: BulkCommand; readonly rows: readonly BulkRow[]; readonly isRunning: boolean };
  readonly canRetry: boolean;
  readonly onStop: () => void;
  readonly onAgain: () => void;
  readonly onClose: () => void;
}

const PERCENT = 100;

function download({ command, rows }: BulkReportProps['run']): void {
  const reason = 'reason' in command ? command.reason : '';
  const lines = rows.map(({ id, name, customer, state, words }) => [
    id,
    name,
    customer,
    command.kind,
    reason,
    WORDS[state].text,
    words,
  ]);
  downloadCsv(
    `${command.kind}-report.csv`,
    csvText([['id', 'name', 'customer', 'command', 'reason', 'result', 'words'], ...lines]),
  );
}

/** How far a command over several entitlements is, and what became of each. */
export function BulkReport({ run, canRetry, onStop, onAgain, onClose }: BulkReportProps) {
  const { command, rows, isRunning } = run;
  useBlocker({ shouldBlockFn: () => isRunning, enableBeforeUnload: () => isRunning });
  const count = (...states: BulkState[]) => rows.filter(({ state }) => states.includes(state)).length;
  const ended = rows.length - count('waiting');
  return (
    <Modal
      opened
      size="xl"
      title={command.kind === 'activate' ? 'Activating' : 'Canceling'}
      onClose={onClose}
      withCloseButton={!isRunning}
      closeOnEscape={!isRunning}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack>
        <Progress value={(ended / rows.length) * PERCENT} aria-label="Progress" animated={isRunning} />
        <Text role="status">
          {ended} of {rows.length} ended: {count('done')} done, {count('refused')} refused, {count('unanswered')} not
          answered, {count('undone')} not done.
        </Text>
        <DataTable caption="What became of each" columns={COLUMNS} rows={rows} idOf={({ id }) => id} />
        <Group justify="flex-end" gap="xs">
          {isRunning ? (
            <Button variant="default" onClick={onStop}>
              Stop
            </Button>
          ) : (
            <>
              {canRetry && (
                <Button variant="default" onClick={onAgain}>
                  Try the rest again
                </Button>
              )}
              <Button
                variant="default"
                leftSection={<IconDownload size={15} aria-hidden />}
                onClick={() => download(run)}
              >
                Download the report
              </Button>
              <Button onClick={onClose}>Close</Button>
            </>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}
