import type { CaseOnEntitlement } from './case.ts';
import type { CaseEvent } from './case-events.ts';
import { channelRemaining, type Entitlement, hasWholeTotal, remainingTerm } from './entitlement.ts';
import type { CaseKind, Origin, RowDraft, RowFacts } from './ledger.ts';
import { chargeFor, overageOf } from './overage.ts';
import type { Refusal } from './refusals.ts';
import { respilled } from './spill.ts';

const openness = (kase: CaseOnEntitlement | undefined): number => (kase?.status === 'active' && !kase.detached ? 1 : 0);

/** What happens to a case, as a row: what it takes, reserves and opens is the difference between before and after. */
export function caseRow(
  entitlement: Entitlement,
  origin: Origin,
  kind: CaseKind,
  before: CaseOnEntitlement | undefined,
  next: CaseOnEntitlement,
  facts: RowFacts | null = null,
  over?: number,
): RowDraft {
  const settledCase = respilled(before, next, entitlement.seq + 1);
  const after = over === undefined ? withOverage(entitlement, before, settledCase) : { ...settledCase, over };
  const overBefore = before?.over ?? 0;
  return {
    kind,
    caseId: after.caseId,
    channel: after.channel,
    change: (before?.taken ?? 0) - after.taken || 0,
    heldChange: after.held - (before?.held ?? 0),
    openChange: openness(after) - openness(before),
    overage: after.over - overBefore,
    charge: after.over === overBefore ? null : chargeFor(overBefore, after.over, after.rule.price ?? null),
    case: after,
    refusal: null,
    detail: null,
    facts,
    ...origin,
  };
}

/**
 * How much lies past the allotment of a case that goes to another channel, on an entitlement that has what it took back.
 * What it had within the total stays within; the row of the new channel counts anew.
 */
export function overageIn(entitlement: Entitlement, before: CaseOnEntitlement, after: CaseOnEntitlement): number {
  const anew = (left: number | null) => overageOf({ taken: 0, over: 0 }, after.taken, left);
  const more = Math.max(0, after.taken - before.taken);
  const ofTotal = Math.min(before.over + more, anew(remainingTerm(entitlement)));
  return Math.max(ofTotal, anew(ownRemaining(entitlement, after.channel)));
}

/** What the row of a channel has left, where it is a limit of its own. */
const ownRemaining = (entitlement: Entitlement, channel: string | null): number | null =>
  channel === null || hasWholeTotal(entitlement, channel) ? null : channelRemaining(entitlement, channel);

/** How much of what the case takes now lies past the total, or past the row of its channel. */
function withOverage(
  entitlement: Entitlement,
  before: CaseOnEntitlement | undefined,
  after: CaseOnEntitlement,
): CaseOnEntitlement {
  const taken = before?.taken ?? 0;
  if (after.taken === taken) return after;
  const ofAll = remainingTerm(entitlement);
  const ofChannel = ownRemaining(entitlement, after.channel);
  const left = ofAll === null || ofChannel === null ? ofAll : Math.min(ofAll, ofChannel);
  const over = overageOf({ taken, over: before?.over ?? 0 }, after.taken, left);
  return over === after.over ? after : { ...after, over };
}

/** The row that keeps a refusal, so that the same key gets the same answer and the decision can be explained later. */
export const refusedRow = (event: CaseEvent, refused: Refusal, origin: Origin): RowDraft => ({
  kind: 'refused',
  caseId: event.caseId,
  channel: event.kind === 'attach' ? event.channel : null,
  change: 0,
  heldChange: 0,
  openChange: 0,
  overage: 0,
  charge: null,
  case: null,
  refusal: refused.code,
  detail: refused.detail,
  facts: null,
  ...origin,
});
