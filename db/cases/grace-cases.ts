import type { GraceCase } from '../../domain/cases/grace-cases.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import type { Sql } from '../postgres/sql.ts';

/** Whether all rows of the ledger up to the newest one are written, so that no case is missing among its cases. */
export async function hasNoGap(sql: Sql, id: EntitlementId): Promise<boolean> {
  const [found] = await sql<{ whole: boolean }[]>`
    select count(*) = coalesce(max(seq), 0) as whole from ledger where entitlement_id = ${id}`;
  return found?.whole ?? true;
}

/** Up to `limit` cases that attached in the grace of the entitlement, in order of id, after the case `after`. */
export async function readGraceCases(
  sql: Sql,
  id: EntitlementId,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<readonly GraceCase[]> {
  return await sql<GraceCase[]>`
    select id as "caseId", customer_id as "customerId", contact_id as "contactId", product_id as "productId", channel, title,
      status, minutes, decrement_entitlement_term as decrements, entitlement_id as "entitlementId",
      entitlement_seq as "entitlementSeq", coalesce(version, 0) as version, reason,
      (select case_after -> 'heldFor' from ledger
        where ledger.entitlement_id = cases.entitlement_id and ledger.seq = cases.entitlement_seq) as "heldFor"
    from cases where entitlement_id = ${id} and in_grace and status <> 'canceled' and (${after}::text is null or id > ${after})
    order by id limit ${limit}`;
}
