import { z } from 'zod';
import { type Refusal, refuse } from '../../domain/refusals.ts';
import { refusalOf } from '../http/problem-details.ts';
import { readShape } from '../http/read-shape.ts';
import { contactBody, customerBody, idSchema, productBody } from '../http/schemas.ts';

/** Rows in one request: a second's work at most. The body's own limit of 1 MB may be met before. */
export const MAX_BULK_ROWS = 1_000;

/** What `PUT` takes, with the id that stands in the path there. */
export const customerRow = customerBody.extend({ id: idSchema }).meta({ id: 'CustomerRow' });
export const contactRow = contactBody.extend({ id: idSchema }).meta({ id: 'ContactRow' });
export const productRow = productBody.extend({ id: idSchema }).meta({ id: 'ProductRow' });

/** As it is documented. Each row is read by itself, so that a wrong one does not stop the others. */
export const rowsBody = (row: z.ZodType) => z.strictObject({ rows: z.array(row).min(1).max(MAX_BULK_ROWS) });

/** A row in its schema's shape, or why it is none. `id` where one can be read. */
export type ReadRow<Row> = { readonly id: string | null } & (
  | { readonly row: Row; readonly refused: null }
  | { readonly row: null; readonly refused: Refusal }
);

/** Reads rows of one request or file. Refuses `validation_failed`, and `conflict` for an id that stood there before. */
export function readRows<Row>(rows: readonly unknown[], schema: z.ZodType<Row>): readonly ReadRow<Row>[] {
  const seen = new Set<string>();
  return rows.map((given): ReadRow<Row> => {
    const id = WithId.safeParse(given).data?.id ?? null;
    const isRepeated = id !== null && seen.has(id);
    if (id !== null) seen.add(id);
    if (isRepeated) return { id, row: null, ...refuse('conflict', `The id ${id} stands there twice.`, 'id') };
    const read = readShape(schema, given);
    return read.success ? { id, row: read.data, refused: null } : { id, row: null, refused: refusalOf(read.error) };
  });
}

const WithId = z.object({ id: idSchema });
