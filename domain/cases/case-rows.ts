import { type Entitlement, record } from '../entitlements/entitlement.ts';
import type { CaseKind, Origin, RowDraft, RowFacts } from '../ledger/ledger-row.ts';
import type { SupportCase } from '../ledger/support-case.ts';
import type { Refusal } from '../refusals.ts';
import { NOTHING_BOUGHT } from '../terms/bought.ts';
import type { CaseEvent } from './case-event.ts';
import { asTakenBy, takenEarlier, tookBefore } from './case-parts.ts';
import { movedOverBefore, overBefore, ownCharge } from './overage-before.ts';
import { type Settlement, settle } from './settling.ts';
import { beforeMove, settleAgain } from './settling-moves.ts';
import { respilled } from './spill.ts';

/** What happened to a case. */
interface CaseChange {
  readonly kind: CaseKind;
  readonly before: SupportCase | undefined;
  /** As the event leaves it; how much of it lies past the grants is settled here. */
  readonly after: SupportCase;
  readonly facts?: RowFacts | null;
}

/**
 * What happens to a case, as rows: what it takes, reserves and opens is the difference between before and after. One
 * row under the event's key; before it one for each further charge that is credited, as a row has one charge.
 */
export function caseRows(entitlement: Entitlement, origin: Origin, happened: CaseChange): readonly RowDraft[] {
  const change = { ...happened, after: respilled(happened.before, happened.after) };
  if (entitlement.decidesAsBefore) return [rowAsBefore(entitlement, origin, change)];
  return rowsOf(entitlement, origin, change, settle(entitlement, change.before, change.after));
}

function rowsOf(
  entitlement: Entitlement,
  origin: Origin,
  { kind, before, facts = null }: CaseChange,
  settlements: readonly Settlement[],
): readonly RowDraft[] {
  const last = settlements.length - 1;
  let known = before;
  let bought = entitlement.bought ?? NOTHING_BOUGHT;
  return settlements.map((settlement, index) => {
    const isLast = index === last;
    const by = isLast ? origin : { ...origin, key: null, fingerprint: null };
    const row = caseRow(by, isLast ? kind : 'updated', known, settlement);
    const isSame = settlement.bought === bought;
    known = settlement.case;
    bought = settlement.bought;
    if (isSame) return isLast ? { ...row, facts } : row;
    return { ...row, facts: { ...(isLast ? facts : null), bought } };
  });
}

const openness = (supportCase: SupportCase | undefined): number =>
  supportCase?.status === 'active' && !supportCase.detached ? 1 : 0;

function caseRow(
  origin: Origin,
  kind: CaseKind,
  before: SupportCase | undefined,
  { case: after, change, overage, charge }: Omit<Settlement, 'bought'>,
): RowDraft {
  const useChange = after.taken - (before?.taken ?? 0);
  return {
    kind,
    caseId: after.caseId,
    channel: after.channel,
    change,
    useChange: useChange === -change ? null : useChange,
    heldChange: after.held - (before?.held ?? 0),
    openChange: openness(after) - openness(before),
    overage,
    charge,
    case: after,
    refusal: null,
    detail: null,
    facts: null,
    ...origin,
  };
}

/** The same as a version before 2 decided it. */
function rowAsBefore(
  entitlement: Entitlement,
  origin: Origin,
  { kind, before, after, facts = null }: CaseChange,
  over = overBefore(entitlement, before, after),
): RowDraft {
  const supportCase = over === after.over ? after : { ...after, over };
  const [from, price] = [before?.over ?? 0, after.rule.price ?? null];
  const change = (before?.taken ?? 0) - after.taken || 0;
  const charge = ownCharge(from, over, price);
  const row = caseRow(origin, kind, before, { case: supportCase, change, overage: over - from, charge });
  return { ...row, facts };
}

/**
 * A change of channel. Two rows, as a row speaks of one channel: the old one gets back what was taken in this period,
 * the new one gives. The money stands on the second row alone, and only the difference is billed. What the case took in
 * earlier periods stays where it is.
 */
export function moveRows(
  entitlement: Entitlement,
  origin: Origin,
  before: SupportCase,
  changed: SupportCase,
  facts: RowFacts | null,
): readonly RowDraft[] {
  const after = respilled(before, changed);
  const silent = { ...origin, key: null, fingerprint: null };
  if (entitlement.decidesAsBefore) return moveAsBefore(entitlement, { origin, silent }, before, after, facts);
  const kept = Math.min(takenEarlier(entitlement, before), after.taken);
  const returned = { ...after, channel: before.channel, taken: kept, held: 0 };
  const steps = settle(entitlement, before, returned);
  const takesAnew = after.taken > kept;
  // What takes nothing anew is credited as ever; so is a case that an older version charged by itself.
  const isSilent = takesAnew && !tookBefore(before);
  const returns = { kind: 'updated', before, after: returned } as const;
  const back = rowsOf(entitlement, silent, returns, isSilent ? [inOne(steps)] : steps);
  const given = back.reduce((now, row) => record(now, row).entitlement, entitlement);
  const reached = { ...(back.at(-1)?.case ?? returned), channel: after.channel };
  const next = asTakenBy(after, reached);
  const again = isSilent
    ? settleAgain(given, reached, next, beforeMove(entitlement, before))
    : settle(given, reached, next);
  return [...back, ...rowsOf(given, origin, { kind: 'updated', before: reached, after: next, facts }, again)];
}

/** All that comes back, without its money. */
function inOne(steps: readonly Settlement[]): Settlement {
  const [first, ...others] = steps;
  if (first === undefined) throw new TypeError('Something is settled in at least one step.');
  const sum = others.reduce((one, other) => ({ ...other, overage: one.overage + other.overage }), first);
  return { ...sum, charge: null };
}

function moveAsBefore(
  entitlement: Entitlement,
  { origin, silent }: { readonly origin: Origin; readonly silent: Origin },
  before: SupportCase,
  after: SupportCase,
  facts: RowFacts | null,
): readonly RowDraft[] {
  const nothing = { ...after, channel: before.channel, taken: 0, held: 0 };
  const back = rowAsBefore(entitlement, silent, { kind: 'updated', before, after: nothing });
  const given = record(entitlement, back).entitlement;
  const over = movedOverBefore(given, before, after);
  const from = { ...after, taken: 0, held: 0, over: 0 };
  return [back, rowAsBefore(given, origin, { kind: 'updated', before: from, after, facts }, over)];
}

/**
 * The row that keeps a refusal, so that the same key gets the same answer and the decision can be explained later; null for
 * an event that could not be read.
 */
export const refusedRow = (event: CaseEvent | null, refused: Refusal, origin: Origin): RowDraft => ({
  kind: 'refused',
  caseId: event?.caseId ?? null,
  channel: event?.kind === 'attach' ? event.channel : null,
  change: 0,
  useChange: null,
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
