import { Modal, Stack, Text } from '@mantine/core';
import type { Shapes } from '../../data/api.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { instantText } from '../../ui/format.ts';
import { Name } from '../../ui/name.tsx';
import { wordsOfName } from '../parts/words.ts';

interface EntryDialogProps {
  /** Undefined closes the dialog. */
  readonly entry: Shapes['AuditEntry'] | undefined;
  readonly onClose: () => void;
}

/** What an entry of the audit changed, field by field. */
export const EntryDialog = ({ entry, onClose }: EntryDialogProps) => (
  <Modal
    opened={entry !== undefined}
    onClose={onClose}
    title="What changed"
    size="xl"
    closeButtonProps={{ 'aria-label': 'Close' }}
  >
    {entry !== undefined && <Changes entry={entry} />}
  </Modal>
);

function Changes({ entry }: { readonly entry: Shapes['AuditEntry'] }) {
  const { at, by, action, recordType, recordId, before, after, reason } = entry;
  const [old, present] = [new Map(Object.entries(before ?? {})), new Map(Object.entries(after ?? {}))];
  const fields = [...new Set([...old.keys(), ...present.keys()])];
  return (
    <Stack>
      <Text>
        {wordsOfName(action)} {wordsOfName(recordType).toLowerCase()} <Name fw={600}>{recordId}</Name>, by{' '}
        <Name>{by}</Name>, {instantText(at)}
      </Text>
      {reason !== null && (
        <Text>
          Reason: <Name>{reason}</Name>
        </Text>
      )}
      <DataTable
        caption="Changes"
        columns={COLUMNS}
        rows={fields.map((field) => ({ field, before: old.get(field), after: present.get(field) }))}
        idOf={({ field }) => field}
      />
    </Stack>
  );
}

interface ChangedField {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

const COLUMNS: readonly Column<ChangedField>[] = [
  { id: 'field', header: 'Field', cell: ({ field }) => field },
  { id: 'before', header: 'Before', cell: ({ before }) => textOf(before) },
  { id: 'after', header: 'After', cell: ({ after }) => textOf(after) },
];

function textOf(value: unknown) {
  if (value === undefined || value === null) return <Text c="dimmed">none</Text>;
  return <bdi>{typeof value === 'string' ? value : JSON.stringify(value)}</bdi>;
}
