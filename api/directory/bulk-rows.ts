import { z } from 'zod';
import { type Refusal, refuse } from '../../domain/refusals.ts';
import { readShape } from '../http/read-shape.ts';
import { idSchema } from '../http/schemas.ts';
import { refusalOf } from '../http/validation-problem.ts';
import { contactBody, customerBody, productBody } from './schemas.ts';

/** The most rows in one request: at most a second's work. Long rows may reach the body's limit of 1 MB first. */
export const MAX_BULK_ROWS = 1_000;

/** A row is the body of `PUT`, with the id that `PUT` has in its path. */
export const customerRow = customerBody.extend({ id: idSchema }).meta({ id: 'CustomerRow' });
export const contactRow = contactBody.extend({ id: idSchema }).meta({ id: 'ContactRow' });
export const productRow = productBody.extend({ id: idSchema }).meta({ id: 'ProductRow' });

/**
 * The body as it is documented. The route validates each row separately, so that a wrong row does not stop the others.
 */
export const rowsBody = (row: z.ZodType) => z.strictObject({ rows: z.array(row).min(1).max(MAX_BULK_ROWS) });

/** A valid row, or why it was refused. `id` is null where the row has no valid id. */
export type ReadRow<Row> = { readonly id: string | null } & (
  | { readonly row: Row; readonly refused: null }
  | { readonly row: null; readonly refused: Refusal }
);

/**
 * Validates the rows of one request or file. Refuses `validation_failed`, and `conflict` for an id that an earlier row
 * has.
 */
export function readRows<Row>(rows: readonly unknown[], schema: z.ZodType<Row>): readonly ReadRow<Row>[] {
  const seen = new Set<string>();
  return rows.map((given): ReadRow<Row> => {
    const id = WithId.safeParse(given).data?.id ?? null;
    const isRepeated = id !== null && seen.has(id);
    if (id !== null) seen.add(id);
    if (isRepeated)
      return {
        id,
        row: null,
        ...refuse('conflict', `The id ${id} is in an earlier row too: give each id once.`, 'id'),
      };
    const read = readShape(schema, given);
    return read.success ? { id, row: read.data, refused: null } : { id, row: null, refused: refusalOf(read.error) };
  });
}

const WithId = z.object({ id: idSchema });
