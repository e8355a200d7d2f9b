import { z } from 'zod';
import type { ChangeOrigin } from '../../db/access/audit.ts';
import { type BulkOutcome, bulkContacts, bulkCustomers, bulkProducts } from '../../db/directory/bulk.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { PERMISSIONS } from '../../domain/access/roles.ts';
import type { Refusal } from '../../domain/refusals.ts';
import type { Endpoint, Services } from '../http/endpoint.ts';
import { changeBy } from '../http/identity.ts';
import { notFound } from '../http/problem.ts';
import { bodyOf, reasonOf } from '../http/request.ts';
import { reasonQuery } from '../http/schemas.ts';
import { bulkAnswer, type bulkResult } from './bulk-answers.ts';
import { contactRow, customerRow, MAX_BULK_ROWS, productRow, readRows, rowsBody } from './bulk-rows.ts';
import { contactStays } from './contact-moves.ts';

type Outcomes = ReadonlyMap<string, BulkOutcome | Refusal>;

interface Bulk<Row> {
  readonly what: 'customers' | 'contacts' | 'products';
  readonly tag: string;
  readonly schema: z.ZodType<Row>;
  /** Writes all rows in one transaction, and returns the outcomes by id; no id may come twice. */
  readonly write: (sql: Sql, rows: readonly Row[], origin: ChangeOrigin) => Promise<Outcomes>;
}

/** Sending the same rows again changes nothing, so the route needs no idempotency key. */
const bulkEndpoint = <Row>({ sql }: Services, { what, tag, schema, write }: Bulk<Row>): Endpoint => ({
  method: 'post',
  path: `/v1/bulk/${what}`,
  tag,
  summary: `Creates or changes up to 1,000 ${what}; a refused row does not stop the others`,
  roles: PERMISSIONS.writeRecords,
  body: rowsBody(schema),
  query: reasonQuery,
  answers: { 200: { means: 'One result for each row, in the order of the rows', body: bulkAnswer } },
  handle: async (request, response) => {
    const read = readRows(bodyOf(request, rowsAsGiven).rows, schema);
    const good = read.flatMap(({ row }) => (row === null ? [] : [row]));
    // A reason that is refused is refused whatever the rows are.
    const origin = changeBy(request, reasonOf(request));
    const outcomes = good.length === 0 ? new Map() : await write(sql, good, origin);
    response.json({ results: read.map(({ id, refused }) => resultOf(id, refused ?? outcomes.get(id ?? ''))) });
  },
});

const rowsAsGiven = z.strictObject({ rows: z.array(z.unknown()).min(1).max(MAX_BULK_ROWS) });

function resultOf(id: string | null, outcome: BulkOutcome | Refusal | undefined): z.infer<typeof bulkResult> {
  if (outcome === undefined) throw new TypeError('The outcome of a row is missing.');
  return typeof outcome === 'string' ? { id, outcome } : { id, outcome: 'refused', ...outcome };
}

export const bulkEndpoints = (services: Services): readonly Endpoint[] => [
  bulkEndpoint(services, { what: 'customers', tag: 'Customers', schema: customerRow, write: writeCustomers }),
  bulkEndpoint(services, { what: 'contacts', tag: 'Contacts', schema: contactRow, write: writeContacts }),
  bulkEndpoint(services, { what: 'products', tag: 'Products', schema: productRow, write: writeProducts }),
];

const writeCustomers = (
  sql: Sql,
  rows: readonly z.infer<typeof customerRow>[],
  origin: ChangeOrigin,
): Promise<Outcomes> =>
  bulkCustomers(
    sql,
    rows.map(({ timeZone = null, accountManager = null, tier = null, ...row }) => ({
      ...row,
      timeZone,
      accountManager,
      tier,
    })),
    origin,
  );

const writeProducts = (
  sql: Sql,
  rows: readonly z.infer<typeof productRow>[],
  origin: ChangeOrigin,
): Promise<Outcomes> =>
  bulkProducts(
    sql,
    rows.map(({ family = null, ...row }) => ({ ...row, family })),
    origin,
  );

async function writeContacts(
  sql: Sql,
  rows: readonly z.infer<typeof contactRow>[],
  origin: ChangeOrigin,
): Promise<Outcomes> {
  const contacts = rows.map(({ email = null, ...row }) => ({ ...row, email }));
  const outcomes = await bulkContacts(sql, contacts, origin);
  return new Map(
    contacts.map(({ id, customerId }): [string, BulkOutcome | Refusal] => {
      const outcome = outcomes.get(id) ?? 'unchanged';
      if (outcome === 'no_such_customer') return [id, notFound('customer', customerId, 'customerId').refusal];
      if (typeof outcome === 'object') return [id, contactStays(id, outcome.namedBy)];
      return [id, outcome];
    }),
  );
}
