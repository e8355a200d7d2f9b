/** What became of the rows of one file. */
export interface Counts {
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  refused: number;
  /** In a dry run: rows in which nothing is wrong. */
  valid: number;
}

export const noCounts = (): Counts => ({ rows: 0, created: 0, updated: 0, unchanged: 0, refused: 0, valid: 0 });

type Column = keyof Counts;

export const columnsOf = (dryRun: boolean): readonly Column[] =>
  dryRun ? ['valid', 'refused'] : ['created', 'updated', 'unchanged', 'refused'];

export const grouped = (count: number): string => count.toLocaleString('en-GB');

const NAME_WIDTH = 12;
const NUMBER_WIDTH = 12;

/** The table of all files, one line for each, under a header. */
export function tableLines(counted: readonly (readonly [name: string, counts: Counts])[], dryRun: boolean): string[] {
  const columns: readonly Column[] = ['rows', ...columnsOf(dryRun)];
  const line = (name: string, cells: readonly string[]) =>
    `${name.padEnd(NAME_WIDTH)}${cells.map((cell) => cell.padStart(NUMBER_WIDTH)).join('')}`;
  return [
    line('', columns),
    ...counted.map(([name, counts]) =>
      line(
        name,
        columns.map((column) => grouped(counts[column])),
      ),
    ),
  ];
}
