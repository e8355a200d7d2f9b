import type { EntitlementId } from '../../domain/ids.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import { existenceOf } from '../entitlements/existence.ts';
import type { Sql } from '../postgres/sql.ts';

/** The details of the newest successor that the predecessor's ledger names; undefined if it names none. */
async function detailsOfNewestSuccessor(
  sql: Sql,
  predecessorId: EntitlementId,
): Promise<EntitlementDetails | undefined> {
  const [row] = await sql<{ details: EntitlementDetails }[]>`
    select facts->'details' as details from ledger
    where entitlement_id = ${predecessorId} and kind = 'renewed' order by seq desc limit 1`;
  return row?.details;
}

/** What the making of successors reads from the database. */
export const successorRecords = (sql: Sql) => ({
  existenceOf: (id: EntitlementId) => existenceOf(sql, id),
  detailsOfNewest: (predecessorId: EntitlementId) => detailsOfNewestSuccessor(sql, predecessorId),
});
