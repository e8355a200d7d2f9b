import { Alert, Button, Group, Select, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useMemo } from 'react';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { numberText } from '../../ui/format.ts';
import { Name } from '../../ui/name.tsx';
import { FIELDS, type ImportKind } from './import-choices.ts';
import type { MappedRow, Mapping } from './mapped-rows.ts';
import type { CsvTable } from './read-csv.ts';

const ROWS_SHOWN = 20;

interface PreviewProps {
  readonly table: CsvTable;
  readonly kind: ImportKind;
  readonly mapping: Mapping;
  readonly onMapping: (mapping: Mapping) => void;
  readonly rows: readonly MappedRow[];
  readonly problems: readonly string[];
  readonly onStart: (rows: readonly MappedRow[]) => void;
}

/** What the file would become, before anything is sent. */
export function Preview({ table, kind, mapping, onMapping, rows, problems, onStart }: PreviewProps) {
  const refused = rows.filter((row) => row.refused !== null).length;
  const later = rows.slice(ROWS_SHOWN).filter((row) => row.refused !== null);
  const columns = useMemo(() => columnsOf(mapping), [mapping]);
  const fields = [...FIELDS[kind].required, ...FIELDS[kind].optional];
  return (
    <Stack component="section" aria-label="Preview">
      <Title order={2} size="h3">
        Preview
      </Title>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
        {table.header.map((name, at) => (
          <Select
            // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place; names can come twice.
            key={at}
            label={`Column ${name === '' ? at + 1 : name}`}
            placeholder="Left out"
            clearable
            data={fields}
            value={mapping[at] ?? null}
            onChange={(field) => onMapping(mapping.map((before, place) => (place === at ? field : before)))}
          />
        ))}
      </SimpleGrid>
      {problems.length > 0 && (
        <Alert color="red" variant="light" role="alert">
          {problems.map((problem) => (
            <Text key={problem}>{problem}</Text>
          ))}
        </Alert>
      )}
      <Text role="status">
        {table.fileName}: {numberText(rows.length)} rows
        {refused > 0 && `, ${numberText(refused)} of them wrong; they will not be sent`}
      </Text>
      <DataTable
        caption={`The first ${ROWS_SHOWN} rows`}
        columns={columns}
        rows={rows.slice(0, ROWS_SHOWN)}
        idOf={({ line }) => String(line)}
      />
      {later.length > 0 && (
        <>
          <Text>
            Further down, {numberText(later.length)} {later.length === 1 ? 'row' : 'rows'}{' '}
            {later.length === 1 ? 'is' : 'are'} wrong
            {later.length > ROWS_SHOWN ? `; the first ${ROWS_SHOWN}:` : ':'}
          </Text>
          <DataTable
            caption="Wrong rows further down"
            columns={columns}
            rows={later.slice(0, ROWS_SHOWN)}
            idOf={({ line }) => String(line)}
          />
        </>
      )}
      <Group>
        <Button onClick={() => onStart(rows)} disabled={problems.length > 0 || rows.length === refused}>
          Import {numberText(rows.length - refused)} {kind}
        </Button>
      </Group>
    </Stack>
  );
}

const columnsOf = (mapping: Mapping): readonly Column<MappedRow>[] => [
  { id: 'line', header: 'Line', figures: true, cell: ({ line }) => numberText(line) },
  ...[...new Set(mapping.filter((field) => field !== null))].map(
    (field): Column<MappedRow> => ({
      id: `field ${field}`,
      header: field,
      cell: ({ values }) => <Name>{values[field] ?? ''}</Name>,
    }),
  ),
  {
    id: 'wrong',
    header: 'What is wrong',
    cell: ({ refused }) => refused !== null && <Name c="red">{refused.detail}</Name>,
  },
];
