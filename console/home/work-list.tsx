import { Anchor, Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { numberText } from '../ui/format.ts';

interface WorkListProps<Row> {
  readonly title: string;
  /** Null: the role has no use for the list, and it is left out. */
  readonly list: { readonly total: number; readonly rows: readonly Row[] } | null;
  readonly columns: readonly Column<Row>[];
  readonly idOf: (row: Row) => string;
  /** What would appear here, for the time when nothing does. */
  readonly empty: string;
  /** The page with all of them. */
  readonly all: { readonly to: string; readonly label: string };
}

/** One list of the home page: the most urgent rows, each with its next action, and the way to all of them. */
export function WorkList<Row extends object>({ title, list, columns, idOf, empty, all }: WorkListProps<Row>) {
  if (list === null) return null;
  const { total, rows } = list;
  return (
    <Stack gap="xs" component="section" miw={0}>
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Title order={2}>{title}</Title>
          <Badge variant="light" color={total === 0 ? 'gray' : undefined} autoContrast>
            {numberText(total)}
          </Badge>
        </Group>
        {total > 0 && (
          <Anchor component={Link} to={all.to}>
            {all.label}
          </Anchor>
        )}
      </Group>
      {rows.length === 0 ? (
        <Paper withBorder p="md">
          <Text c="dimmed">{empty}</Text>
        </Paper>
      ) : (
        <DataTable caption={title} columns={columns} rows={rows} idOf={idOf} />
      )}
      {total > rows.length && (
        <Text c="dimmed" fz="sm">
          The {rows.length} most urgent of {numberText(total)}.
        </Text>
      )}
    </Stack>
  );
}

interface NextActionProps {
  readonly to: string;
  /** What one does there: a verb. */
  readonly does: string;
  /** On which record, for those who hear the button without its row. */
  readonly about: string;
}

/** The way to the next action of a row. */
export const NextAction = ({ to, does, about }: NextActionProps) => (
  <Button component={Link} to={to} size="compact-sm" variant="light" aria-label={`${does}: ${about}`}>
    {does}
  </Button>
);
