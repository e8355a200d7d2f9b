import { readRows } from '../../api/directory/bulk-rows.ts';
import type { AllotClient } from '../../client/client.ts';
import type { components } from '../../client/schema.d.ts';
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

type Row = components['schemas']['CustomerRow' | 'ContactRow' | 'ProductRow'];

/** Sends the rows to the API, which writes them. It checks each row by itself and answers what is wrong with it. */
export const bySending =
  (client: AllotClient): Decide =>
  async (kind, rows) =>
    (await client.post(`/v1/bulk/${kind.name}`, { body: { rows: rows as Row[] } })).results;

/** A dry run: checks the rows with the API's own schemas and sends nothing. */
export const byChecking: Decide = async (kind, rows) =>
  readRows(rows, kind.schema).map(({ refused }) =>
    refused === null ? { outcome: 'valid' } : { outcome: 'refused', ...refused },
  );
