import { Stack, Table, Text } from '@mantine/core';
import type { Shapes } from '../data/api.ts';
import { termText } from '../ui/format.ts';
import { differencesBetween, moneyWords } from './record-amended-words.ts';

/** What an amendment or its void would do: before and after side by side, the term and the money. Nothing has happened. */
export function PreviewShown({ preview }: { readonly preview: Shapes['AmendmentPreview'] }) {
  const { before, after, change, money } = preview;
  const differences = differencesBetween(before, after);
  return (
    <Stack gap="xs" role="status" aria-label="What it would do">
      <Table withTableBorder>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>
              <span className="only-spoken">Field</span>
            </Table.Th>
            <Table.Th>Before</Table.Th>
            <Table.Th>After</Table.Th>
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
      <Text>
        {`The remaining term changes by ${termText(change, after.allocationType)}. Money: ${moneyWords(money)}.`}
      </Text>
    </Stack>
  );
}
