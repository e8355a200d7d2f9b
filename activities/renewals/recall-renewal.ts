import type { Sql } from '../../db/postgres/sql.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { acceptanceKeys } from '../../domain/entitlements/succession.ts';
import { entitlementId } from '../../domain/ids.ts';
import { type Renewal, renewalIdOf } from '../../domain/renewals/renewal-course.ts';
import { successorIdOf } from '../../temporal/successor-maker.ts';
import { newsOf } from '../../workflows/entitlements/renewals-of-run.ts';
import type { AcceptMessage, RecalledRenewal, RevivedRenewalInput } from '../../workflows/renewals/renewal-messages.ts';

interface Recalled {
  readonly renewal: Renewal;
  readonly seq: number;
  readonly successorId: string | null;
  readonly updatedAt: Date;
  readonly decidedKey: string | null;
  readonly decidedContent: string | null;
  readonly entitlement: Entitlement;
}

/** A renewal as its record shows it, and what became of its entitlement; null if there is no such renewal. */
export async function recallRenewal(
  sql: Sql,
  which: Pick<RevivedRenewalInput, 'entitlementId' | 'n'>,
): Promise<RecalledRenewal | null> {
  const id = renewalIdOf(which);
  const [found] = await sql<Recalled[]>`
    select r.state as renewal, r.seq, r.successor_id as "successorId", r.updated_at as "updatedAt",
      r.decided_key as "decidedKey", r.decided_content as "decidedContent", e.state as entitlement
    from renewals r join entitlements e on e.id = r.entitlement_id where r.id = ${id}`;
  if (found === undefined) return null;
  const { renewal, seq, successorId, updatedAt, decidedKey, decidedContent, entitlement } = found;
  return {
    renewal,
    seq,
    successorId: successorId === null ? null : entitlementId(successorId),
    at: updatedAt.getTime(),
    news: newsOf(entitlement),
    decided: decidedKey === null || decidedContent === null ? null : { key: decidedKey, content: decidedContent },
    accepted: await acceptanceOf(sql, id, entitlement),
  };
}

/** An acceptance that the entitlement's ledger has and the renewal's record has not: the entitlement takes it first. */
async function acceptanceOf(
  sql: Sql,
  id: string,
  { id: owner, renewedById }: Entitlement,
): Promise<AcceptMessage | null> {
  if (renewedById !== successorIdOf(id)) return null;
  const key = acceptanceKeys(id).accept;
  const [row] = await sql<{ by: string; reason: string | null }[]>`
    select by, reason from ledger where entitlement_id = ${owner} and key = ${key}`;
  return row === undefined ? null : { ...row, key, changes: null };
}
