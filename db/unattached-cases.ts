import type { AttachEvent, CaseEvent } from '../domain/case-events.ts';
import { fingerprintOf } from '../domain/case-events.ts';
import type { NoneReason } from '../domain/matching.ts';
import { isRefused, type Refusal, refuse } from '../domain/refusals.ts';
import { decideUnattached, type UnattachedCase } from '../domain/unattached.ts';
import { recordChange } from './audit.ts';
import { jsonParameter, type Sql } from './connect.ts';
import { inTransaction } from './transaction.ts';

export interface UnattachedOutcome {
  readonly repeated: boolean;
  readonly refused: Refusal | null;
}

/** Why a case has no entitlement: in one word, and in a sentence. */
export interface NoEntitlement {
  readonly reason: NoneReason | 'taken_off';
  readonly explanation: string;
}

/**
 * Applies an event to a case without an entitlement, in one transaction, once by its key. PostgreSQL alone owns such a
 * case. A refusal leaves no key: it changed nothing, and may be asked again.
 */
export async function applyUnattached(
  sql: Sql,
  event: CaseEvent,
  at: Date,
  { why, by }: { why: NoEntitlement | null; by: string },
): Promise<UnattachedOutcome> {
  return await inTransaction(sql, async (tx): Promise<UnattachedOutcome> => {
    const mark = fingerprintOf(event);
    await tx`select pg_advisory_xact_lock(hashtextextended(${event.caseId}, 0))`;
    const [first] = await tx<
      { fingerprint: string }[]
    >`select fingerprint from unattached_events where key = ${event.key}`;
    if (first !== undefined) {
      const conflict = refuse('idempotency_conflict', `The key ${event.key} came before with other content.`);
      return { repeated: first.fingerprint === mark, refused: first.fingerprint === mark ? null : conflict.refused };
    }
    const refused =
      event.kind === 'attach' ? await insertCase(tx, event, at, why) : await updateCase(tx, event, at, by);
    if (refused !== null) return { repeated: false, refused };
    await tx`insert into unattached_events (key, fingerprint, case_id, outcome, at)
      values (${event.key}, ${mark}, ${event.caseId}, ${jsonParameter(tx, { kind: event.kind })}, ${at})`;
    return { repeated: false, refused: null };
  });
}

async function insertCase(tx: Sql, event: AttachEvent, at: Date, why: NoEntitlement | null): Promise<Refusal | null> {
  const inserted = await tx`
    insert into cases (id, customer_id, contact_id, product_id, channel, title, status, minutes,
      decrement_entitlement_term, reason, explanation, created_at, updated_at)
    values (${event.caseId}, ${event.customerId}, ${event.contactId}, ${event.productId}, ${event.channel}, ${event.title},
      'active', ${event.minutes}, ${event.decrements}, ${why?.reason ?? 'picking_is_off'}, ${why?.explanation ?? null}, ${at}, ${at})
    on conflict (id) do nothing returning id`;
  return inserted.length === 1 ? null : refuse('conflict', `The case ${event.caseId} exists already.`).refused;
}

async function updateCase(tx: Sql, event: CaseEvent, at: Date, by: string): Promise<Refusal | null> {
  const [kase] = await tx<UnattachedCase[]>`
    select id as "caseId", customer_id as "customerId", contact_id as "contactId", product_id as "productId", channel, status, minutes,
      decrement_entitlement_term as decrements
    from cases where id = ${event.caseId} and entitlement_id is null for update`;
  if (kase === undefined)
    return refuse('not_found', `There is no case ${event.caseId} without an entitlement.`).refused;
  const decided = decideUnattached(kase, event);
  if (isRefused(decided)) return decided.refused;
  await tx`
    update cases set customer_id = ${decided.customerId}, contact_id = ${decided.contactId}, product_id = ${decided.productId}, channel = ${decided.channel},
      status = ${decided.status}, minutes = ${decided.minutes}, decrement_entitlement_term = ${decided.decrements},
      updated_at = ${at}, version = coalesce(version, 0) + 1
    where id = ${event.caseId}`;
  if (decided.decrements !== kase.decrements)
    await recordChange(tx, {
      by,
      role: null,
      reason: event.reason ?? null,
      action: 'updated',
      recordType: 'case',
      recordId: event.caseId,
      before: { decrementEntitlementTerm: kase.decrements },
      after: { decrementEntitlementTerm: decided.decrements },
    });
  return null;
}
