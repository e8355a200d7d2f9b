import type { AttachEvent, CaseEvent } from '../../domain/cases/case-event.ts';
import { fingerprintOf, isSameContent } from '../../domain/cases/case-event.ts';
import type { Considered } from '../../domain/cases/considered.ts';
import { decideUnattached, type UnattachedCase } from '../../domain/cases/unattached.ts';
import { type Decided, isRefused, type Refusal, refuse } from '../../domain/refusals.ts';
import { recordChange } from '../access/audit.ts';
import { readHolds } from '../clocks/clock-facts.ts';
import { isGivenUp } from '../ledger/case-ownership.ts';
import { jsonParameter } from '../postgres/connect.ts';
import type { Sql } from '../postgres/sql.ts';
import { inTransaction } from '../postgres/transaction.ts';
import {
  type CaseRecord,
  type CaseWithout,
  caseColumns,
  type NoEntitlementReason,
  withoutEntitlement,
} from './cases.ts';

export interface UnattachedOutcome {
  readonly repeated: boolean;
  readonly refused: Refusal | null;
  /** The case after the event; null where it was refused, and for events of versions that did not keep it. */
  readonly after: CaseWithout | null;
}

/** Why a case has no entitlement: in one word, in a sentence, and what was considered. */
export interface NoEntitlement {
  readonly reason: NoEntitlementReason;
  readonly explanation: string;
  readonly considered: Considered;
}

/**
 * Applies an event to a case without an entitlement, in one transaction and once for its key. Only PostgreSQL holds
 * such a case. A refusal changes nothing and keeps no key, so the caller may ask again. Refuses `conflict` for a case
 * that exists, `not_found` for a case that has an entitlement or does not exist, `idempotency_conflict` for a key that
 * came with other content, `unavailable` while an entitlement decides under the key, and what `decideUnattached`
 * refuses.
 */
export async function applyUnattached(
  sql: Sql,
  event: CaseEvent,
  at: Date,
  { why, by }: { why: NoEntitlement | null; by: string },
): Promise<UnattachedOutcome> {
  return await inTransaction(sql, async (tx): Promise<UnattachedOutcome> => {
    await tx`select pg_advisory_xact_lock(hashtextextended(${event.caseId}, 0))`;
    const [first] = await tx<{ fingerprint: string; after: CaseWithout | null; isInLedger: boolean }[]>`
      select fingerprint, outcome -> 'case' as after, false as "isInLedger" from unattached_events where key = ${event.key}
      union all
      select fingerprint, null, true from ledger where key = ${event.key} and not ${isGivenUp(tx, tx`ledger`)}`;
    if (first !== undefined) return repeatedOutcome(event, first);
    const decided =
      event.kind === 'attach' ? await insertCase(tx, event, at, why) : await updateCase(tx, event, at, by);
    if (isRefused(decided)) return { repeated: false, refused: decided.refused, after: null };
    const after = withoutEntitlement(decided);
    await tx`insert into unattached_events (key, fingerprint, case_id, outcome, at)
      values (${event.key}, ${fingerprintOf(event)}, ${event.caseId}, ${jsonParameter(tx, { kind: event.kind, ...forClocks(event), case: after })}, ${at})`;
    return { repeated: false, refused: null, after };
  });
}

/** What an event says about the clocks that the case may get later; see db/clocks/clock-facts.ts. */
function forClocks(event: CaseEvent): { reason?: string; holds?: readonly string[] } {
  if (event.kind === 'hold' || event.kind === 'release') return { reason: event.reason };
  return event.kind === 'attach' && event.holds !== undefined ? { holds: event.holds } : {};
}

/**
 * Where an entitlement decided under the key in the meantime, its answer stands; the caller finds it by asking again.
 */
function repeatedOutcome(
  event: CaseEvent,
  { fingerprint, after, isInLedger }: { fingerprint: string; after: CaseWithout | null; isInLedger: boolean },
): UnattachedOutcome {
  const refused = isInLedger
    ? refuse('unavailable', 'An entitlement is deciding about the case. Ask again with the same key.').refused
    : isSameContent(fingerprint, event)
      ? null
      : refuse('idempotency_conflict', `The key ${event.key} was used before with other content.`).refused;
  return { repeated: refused === null, refused, after: refused === null ? after : null };
}

async function insertCase(
  tx: Sql,
  event: AttachEvent,
  at: Date,
  why: NoEntitlement | null,
): Promise<Decided<CaseRecord>> {
  const [inserted] = await tx<CaseRecord[]>`
    insert into cases (id, customer_id, contact_id, product_id, channel, title, status, minutes,
      decrement_entitlement_term, reason, explanation, considered, created_at, updated_at)
    values (${event.caseId}, ${event.customerId}, ${event.contactId}, ${event.productId}, ${event.channel}, ${event.title},
      'active', ${event.minutes}, ${event.decrements}, ${why?.reason ?? 'picking_is_off'}, ${why?.explanation ?? null},
      ${why === null ? null : jsonParameter(tx, why.considered)}, ${at}, ${at})
    on conflict (id) do nothing returning ${caseColumns(tx)}`;
  return inserted ?? refuse('conflict', `The case ${event.caseId} exists already.`);
}

async function updateCase(tx: Sql, event: CaseEvent, at: Date, by: string): Promise<Decided<CaseRecord>> {
  const [supportCase] = await tx<UnattachedCase[]>`
    select id as "caseId", customer_id as "customerId", contact_id as "contactId", product_id as "productId", channel, status, minutes,
      decrement_entitlement_term as decrements
    from cases where id = ${event.caseId} and entitlement_id is null for update`;
  if (supportCase === undefined) return refuse('not_found', `There is no case ${event.caseId} without an entitlement.`);
  const holds = event.kind === 'hold' ? await readHolds(tx, event.caseId) : [];
  const decided = decideUnattached(supportCase, event, holds);
  if (isRefused(decided)) return decided;
  const [after] = await tx<CaseRecord[]>`
    update cases set customer_id = ${decided.customerId}, contact_id = ${decided.contactId}, product_id = ${decided.productId}, channel = ${decided.channel},
      status = ${decided.status}, minutes = ${decided.minutes}, decrement_entitlement_term = ${decided.decrements},
      updated_at = ${at}, version = coalesce(version, 0) + 1
    where id = ${event.caseId} returning ${caseColumns(tx)}`;
  if (after === undefined) throw new TypeError('The case is locked by this transaction, so the update finds it.');
  if (decided.decrements !== supportCase.decrements)
    await recordChange(tx, {
      by,
      role: null,
      reason: event.reason ?? null,
      action: 'updated',
      recordType: 'case',
      recordId: event.caseId,
      before: { decrementEntitlementTerm: supportCase.decrements },
      after: { decrementEntitlementTerm: decided.decrements },
    });
  return after;
}
