import type { Sql } from '../../db/postgres/sql.ts';
import { findOriginOfKey, findRenewalWithEntitlement } from '../../db/renewals/recalled-renewals.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { acceptanceKeys } from '../../domain/entitlements/succession.ts';
import { entitlementId } from '../../domain/ids.ts';
import { renewalIdOf } from '../../domain/renewals/renewal-course.ts';
import { successorIdOf } from '../../temporal/successor-maker.ts';
import { newsOf } from '../../workflows/entitlements/renewals-of-run.ts';
import type { AcceptMessage, RecalledRenewal, RevivedRenewalInput } from '../../workflows/renewals/renewal-messages.ts';

/** A renewal as its record shows it, and what became of its entitlement; null if there is no such renewal. */
export async function recallRenewal(
  sql: Sql,
  which: Pick<RevivedRenewalInput, 'entitlementId' | 'n'>,
): Promise<RecalledRenewal | null> {
  const id = renewalIdOf(which);
  const found = await findRenewalWithEntitlement(sql, id);
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
  const row = await findOriginOfKey(sql, owner, key);
  return row === undefined ? null : { ...row, key, changes: null };
}
