import { type FileRow, readFileRows } from './csv-file.ts';
import type { Kind } from './kinds.ts';

/**
 * Half of what a request may hold, and well below its limit of 1 MB: progress shows, and a lost answer costs little.
 */
const MAX_ROWS = 500;
const MAX_CHARACTERS = 250_000;

/** A row of a file: either valid, or refused because of its content before anything is sent. */
export interface Entry {
  readonly line: number;
  readonly id: string;
  readonly row: Record<string, unknown>;
  readonly refused: { readonly code: string; readonly field: string; readonly detail: string } | null;
}

/**
 * The rows of a file in batches, one for each request. When an id comes again, its first row counts; the others are
 * refused.
 */
export async function* batchesOf(path: string, kind: Kind): AsyncGenerator<readonly Entry[]> {
  const lineOfId = new Map<string, number>();
  let batch: Entry[] = [];
  let characters = 0;
  for await (const fileRow of readFileRows(path, kind)) {
    const entry = entryOf(fileRow, kind, lineOfId);
    const length = JSON.stringify(entry.row).length;
    if (batch.length === MAX_ROWS || (batch.length > 0 && characters + length > MAX_CHARACTERS)) {
      yield batch;
      batch = [];
      characters = 0;
    }
    batch.push(entry);
    characters += length;
  }
  if (batch.length > 0) yield batch;
}

function entryOf({ line, values, wrong }: FileRow, kind: Kind, lineOfId: Map<string, number>): Entry {
  const { id = '' } = values;
  const entry = { line, id, row: kind.rowOf(values), refused: null };
  if (wrong !== null) return { ...entry, refused: { code: 'validation_failed', ...wrong } };
  const before = lineOfId.get(id);
  if (before !== undefined) {
    const detail = `The id ${id} is on line ${before} already.`;
    return { ...entry, refused: { code: 'conflict', field: 'id', detail } };
  }
  if (id !== '') lineOfId.set(id, line);
  return entry;
}
