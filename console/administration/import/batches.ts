import type { MappedRow } from './mapped-rows.ts';

/** Half of what a request may hold, and well below its limit of 1 MB: progress shows, and a lost answer costs little. */
const MAX_ROWS = 500;
const MAX_CHARACTERS = 250_000;

/** The rows in batches, one for each request, in their order. */
export function batchesOf(rows: readonly MappedRow[]): readonly (readonly MappedRow[])[] {
  const batches: MappedRow[][] = [];
  let characters = 0;
  for (const row of rows) {
    const length = JSON.stringify(row.values).length;
    const last = batches.at(-1);
    if (last === undefined || last.length === MAX_ROWS || characters + length > MAX_CHARACTERS) {
      batches.push([row]);
      characters = length;
    } else {
      last.push(row);
      characters += length;
    }
  }
  return batches;
}
