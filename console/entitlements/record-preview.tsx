import { Stack, Table, Text } from '@mantine/core';
import { type AllocationType, instantText, termText } from '../ui/format.ts';
import styles from './record.module.css';
import { moneyWords } from './record-amended-words.ts';
import { differencesBetween } from './record-differences.tsx';
import { type LedgerRow, rowDetails, rowTitle } from './record-ledger-words.ts';
import type { AnyPreview } from './record-preview-answer.ts';

interface PreviewShownProps {
  readonly preview: AnyPreview;
  /** When the state on the right is reached. */
  readonly after?: string;
}

/**
 * What a command would do to a contract: before and after side by side, the rows that it would write, and for an
 * amendment the term and the money. Nothing has happened.
 */
export function PreviewShown({ preview, after = 'After' }: PreviewShownProps) {
  const { rows, before } = preview;
  const { allocationType, timeZone } = preview.after;
  const differences = differencesBetween(before, preview.after);
  return (
    <Stack gap="xs" role="status" aria-label="What it would do">
      {differences.length === 0 ? (
        <Text>No term of the contract changes.</Text>
      ) : (
        <Table withTableBorder layout="fixed" className={styles.compared}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>
                <span className="only-spoken">Field</span>
              </Table.Th>
              <Table.Th>Before</Table.Th>
              <Table.Th>{after}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {differences.map(({ label, was, becomes }) => (
              <Table.Tr key={label}>
                <Table.Th scope="row">{label}</Table.Th>
                <Table.Td>{was}</Table.Td>
                <Table.Td>{becomes}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {'money' in preview && (
        <Text>
          {`The remaining term changes by ${termText(preview.change, allocationType)}. Money: ${moneyWords(preview.money)}.`}
        </Text>
      )}
      <Text size="sm">What the ledger would say:</Text>
      <ol className={styles.plainList} aria-label="Rows of the ledger">
        {rows.map((row) => (
          <Row key={row.seq} row={row} allocationType={allocationType} timeZone={timeZone} />
        ))}
      </ol>
    </Stack>
  );
}

interface RowProps {
  readonly row: LedgerRow;
  readonly allocationType: AllocationType;
  readonly timeZone: string;
}

function Row({ row, allocationType, timeZone }: RowProps) {
  const details = rowDetails(row, allocationType);
  return (
    <li>
      <Text size="sm">
        {rowTitle(row)}
        {details.length > 0 && `: ${details.join('; ')}`}
      </Text>
      <Text size="sm" c="dimmed">
        <time dateTime={row.when}>{instantText(row.when, timeZone)}</time>
      </Text>
    </li>
  );
}
