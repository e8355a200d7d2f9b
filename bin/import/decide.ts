import { z } from 'zod';
import { readRows } from '../../api/directory/bulk-rows.ts';
import type { ApiClient } from '../../client/api-client.ts';
import type { Kind } from './kinds.ts';

/** What became of a row: `valid` in a dry run. */
export interface Result {
  readonly outcome: 'created' | 'updated' | 'unchanged' | 'valid' | 'refused';
  readonly code?: string | undefined;
  readonly field?: string | undefined;
  readonly detail?: string | undefined;
}

/** Decides what becomes of rows of one kind; answers one result for each row, in order. */
export type Decide = (kind: Kind, rows: readonly Record<string, unknown>[]) => Promise<readonly Result[]>;

const Results = z.object({
  results: z.array(
    z.object({
      outcome: z.enum(['created', 'updated', 'unchanged', 'refused']),
      code: z.string().optional(),
      field: z.string().optional(),
      detail: z.string().optional(),
    }),
  ),
});

/** Sends the rows to the API, which writes them. */
export const bySending =
  (client: ApiClient): Decide =>
  async (kind, rows) =>
    (await client.call({ method: 'POST', path: `/v1/bulk/${kind.name}`, body: { rows } }, Results)).results;

/** A dry run: checks the rows with the API's own schemas and sends nothing. */
export const byChecking: Decide = async (kind, rows) =>
  readRows(rows, kind.schema).map(({ refused }) =>
    refused === null ? { outcome: 'valid' } : { outcome: 'refused', ...refused },
  );
