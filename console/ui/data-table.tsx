import { Box, Checkbox, Table, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react';
import { type ColumnDef, FlexRender, tableFeatures, useTable } from '@tanstack/react-table';
import { type ReactNode, useMemo } from 'react';

const features = tableFeatures({});

/** One column of a list. */
export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** The name that the API sorts by; a column without it cannot be sorted. */
  readonly sortAs?: string;
  /** Figures stand at the end of their column, and are not broken into lines. */
  readonly figures?: boolean;
  /** Short texts, such as days, are not broken into lines. */
  readonly oneLine?: boolean;
  /** The column is left out on screens narrower than this. */
  readonly from?: 'xs' | 'sm' | 'md' | 'lg';
}

/** Which rows are chosen, by their ids. */
export interface Selection {
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
}

interface DataTableProps<Row> {
  /** What the table holds, for screen readers. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly idOf: (row: Row) => string;
  /** What the row is called, for the label of its checkbox. */
  readonly nameOf?: (row: Row) => string;
  /** As the API reads it: a name, with `-` in front for descending. */
  readonly sort?: string | undefined;
  readonly onSort?: (sort: string) => void;
  readonly selection?: Selection;
}

/** A table whose order is the server's: a click on a heading asks for another order. */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { caption, columns, rows, idOf, nameOf = idOf, sort, onSort, selection } = props;
  const definitions = useMemo<ColumnDef<typeof features, Row>[]>(
    () => columns.map(({ id, header, cell }) => ({ id, header, cell: ({ row }) => cell(row.original) })),
    [columns],
  );
  const data = useMemo(() => [...rows], [rows]);
  const table = useTable({ features, columns: definitions, data, getRowId: idOf });
  const byId = new Map(columns.map((column) => [column.id, column]));
  const looks = (id: string) => {
    const column = byId.get(id);
    const isFigures = column?.figures === true;
    return {
      ta: isFigures ? ('end' as const) : undefined,
      className: isFigures || column?.oneLine === true ? 'one-line' : 'cell',
      visibleFrom: column?.from,
    };
  };
  return (
    // A wide table scrolls in its own box, which the keyboard reaches; the page does not.
    <Box role="group" className="table-box" aria-label={caption} tabIndex={0}>
      <Table highlightOnHover stickyHeader verticalSpacing={7}>
        <Table.Caption className="only-spoken">{caption}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            {selection !== undefined && (
              <Table.Th w={36}>
                <AllBox ids={rows.map(idOf)} selection={selection} />
              </Table.Th>
            )}
            {columns.map((column) => (
              <Table.Th key={column.id} {...looks(column.id)} aria-sort={directionOf(column, sort)}>
                <Heading column={column} sort={sort} onSort={onSort} />
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {table.getRowModel().rows.map((row) => (
            <Table.Tr
              key={row.id}
              bg={selection?.chosen.has(row.id) === true ? 'var(--mantine-primary-color-light)' : undefined}
            >
              {selection !== undefined && (
                <Table.Td>
                  <Checkbox
                    size="xs"
                    aria-label={`Select ${nameOf(row.original)}`}
                    checked={selection.chosen.has(row.id)}
                    onChange={() => selection.onChange(toggled(selection.chosen, row.id))}
                  />
                </Table.Td>
              )}
              {row.getAllCells().map((cell) => (
                <Table.Td key={cell.id} {...looks(cell.column.id)}>
                  <FlexRender cell={cell} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Box>
  );
}

function toggled(chosen: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(chosen);
  if (!next.delete(id)) next.add(id);
  return next;
}

function AllBox({ ids, selection }: { readonly ids: readonly string[]; readonly selection: Selection }) {
  const here = ids.filter((id) => selection.chosen.has(id)).length;
  const all = ids.length > 0 && here === ids.length;
  const next = () => {
    const rest = [...selection.chosen].filter((id) => !ids.includes(id));
    selection.onChange(new Set(all ? rest : [...rest, ...ids]));
  };
  return (
    <Checkbox
      size="xs"
      aria-label="Select all rows of this page"
      checked={all}
      indeterminate={here > 0 && !all}
      onChange={next}
    />
  );
}

function directionOf<Row>({ sortAs }: Column<Row>, sort: string | undefined): 'ascending' | 'descending' | undefined {
  if (sortAs === undefined || sort === undefined) return undefined;
  if (sort === sortAs) return 'ascending';
  return sort === `-${sortAs}` ? 'descending' : undefined;
}

interface HeadingProps<Row> {
  readonly column: Column<Row>;
  readonly sort: string | undefined;
  readonly onSort: ((sort: string) => void) | undefined;
}

function Heading<Row>({ column, sort, onSort }: HeadingProps<Row>) {
  const { header, sortAs } = column;
  if (sortAs === undefined || onSort === undefined) return header;
  const direction = directionOf(column, sort);
  const Icon = direction === undefined ? IconArrowsSort : direction === 'ascending' ? IconArrowUp : IconArrowDown;
  return (
    <UnstyledButton fz="inherit" fw="inherit" onClick={() => onSort(direction === 'ascending' ? `-${sortAs}` : sortAs)}>
      {header}{' '}
      <Icon size={13} aria-hidden opacity={direction === undefined ? 0.35 : 1} style={{ verticalAlign: '-2px' }} />
    </UnstyledButton>
  );
}
