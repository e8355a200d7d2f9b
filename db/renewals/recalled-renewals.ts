import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import type { Renewal } from '../../domain/renewals/renewal-course.ts';
import type { Sql } from '../postgres/sql.ts';

/** A renewal as it was recorded, and its entitlement as the read model has it. */
export interface RenewalWithEntitlement {
  readonly renewal: Renewal;
  /** The number of the last step that was recorded. */
  readonly seq: number;
  readonly successorId: string | null;
  readonly updatedAt: Date;
  readonly decidedKey: string | null;
  readonly decidedContent: string | null;
  readonly entitlement: Entitlement;
}

/** The record of a renewal with its entitlement; undefined where there is no such renewal. */
export async function findRenewalWithEntitlement(sql: Sql, id: string): Promise<RenewalWithEntitlement | undefined> {
  const [found] = await sql<RenewalWithEntitlement[]>`
    select r.state as renewal, r.seq, r.successor_id as "successorId", r.updated_at as "updatedAt",
      r.decided_key as "decidedKey", r.decided_content as "decidedContent", e.state as entitlement
    from renewals r join entitlements e on e.id = r.entitlement_id where r.id = ${id}`;
  return found;
}

/** Who caused the ledger row that has this key, and why; undefined where the entitlement has no such row. */
export async function findOriginOfKey(
  sql: Sql,
  id: EntitlementId,
  key: string,
): Promise<{ readonly by: string; readonly reason: string | null } | undefined> {
  const [row] = await sql<{ by: string; reason: string | null }[]>`
    select by, reason from ledger where entitlement_id = ${id} and key = ${key}`;
  return row;
}
