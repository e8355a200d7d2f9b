import type { EntitlementId } from '../../domain/ids.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import type { Sql } from '../postgres/sql.ts';

/** Whether an entitlement was made: `none` yet, there, or deleted as a draft. */
export async function existenceOf(sql: Sql, id: EntitlementId): Promise<'none' | 'there' | 'deleted'> {
  const [row] = await sql<{ deleted: boolean }[]>`select deleted from entitlements where id = ${id}`;
  if (row === undefined) return 'none';
  return row.deleted ? 'deleted' : 'there';
}

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
