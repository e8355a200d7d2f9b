import type { Sql } from '../../db/postgres/sql.ts';
import { findOriginOfKey, findRenewalWithEntitlement } from '../../db/renewals/recalled-renewals.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { entitlementId } from '../../domain/ids.ts';
import { renewalIdOf } from '../../domain/renewals/renewal-course.ts';
import { newsOf } from '../../workflows/entitlements/renewals-of-run.ts';
import type { AcceptMessage, RecalledRenewal, RevivedRenewalInput } from '../../workflows/renewals/renewal-messages.ts';
import { acceptanceKeyOf, successorIdOf } from './make-successor.ts';

/** A renewal as its record has it, and what became of its entitlement; null where there is no such renewal. */
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

/** The entitlement takes an acceptance before the renewal's record says so. */
async function acceptanceOf(
  sql: Sql,
  id: string,
  { id: owner, renewedById }: Entitlement,
): Promise<AcceptMessage | null> {
  if (renewedById !== successorIdOf(id)) return null;
  const key = acceptanceKeyOf(id);
  const row = await findOriginOfKey(sql, owner, key);
  return row === undefined ? null : { ...row, key, changes: null };
}
