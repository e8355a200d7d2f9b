import type { Entitlement } from '../entitlements/entitlement.ts';
import { record } from '../entitlements/evolve.ts';
import type { CaseKind, Origin, RowDraft, RowFacts } from '../ledger/ledger-row.ts';
import type { SupportCase } from '../ledger/support-case.ts';
import type { Refusal } from '../refusals.ts';
import { NOTHING_BOUGHT } from '../terms/bought.ts';
import type { CaseEvent } from './case-event.ts';
import { type Settlement, settle } from './settling.ts';
import { beforeChannelChange, settleInNewChannel } from './settling-channel-change.ts';
import { withSpillAdjusted } from './spill.ts';
import { takenEarlier, tookByVersion1, withPeriodsOf } from './taken-by-period.ts';
import { version1Charge, version1Over, version1OverInNewChannel } from './version-1.ts';

/** What happened to a case. */
interface CaseChange {
  readonly kind: CaseKind;
  readonly before: SupportCase | undefined;
  /** The case as the event leaves it, before what it takes is settled. */
  readonly after: SupportCase;
  readonly facts?: RowFacts | null;
}

/**
 * The rows for what happens to a case. What it takes and holds, and whether it is open, changes by the difference
 * between before and after. The last row has the event's key. A row has one charge, so where several charges are
 * credited, a row without a key comes before it for each further one.
 */
export function caseRows(entitlement: Entitlement, origin: Origin, happened: CaseChange): readonly RowDraft[] {
  const change = { ...happened, after: withSpillAdjusted(happened.before, happened.after) };
  if (entitlement.decidesAsVersion1) return [rowOfVersion1(entitlement, origin, change)];
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

/** 1 for an open case, else 0. */
const openCount = (supportCase: SupportCase | undefined): number =>
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
    openChange: openCount(after) - openCount(before),
    overage,
    charge,
    case: after,
    refusal: null,
    detail: null,
    facts: null,
    ...origin,
  };
}

/** The one row that version 1 decided for such a change of a case. */
function rowOfVersion1(
  entitlement: Entitlement,
  origin: Origin,
  { kind, before, after, facts = null }: CaseChange,
  over = version1Over(entitlement, before, after),
): RowDraft {
  const supportCase = over === after.over ? after : { ...after, over };
  const [from, price] = [before?.over ?? 0, after.rule.price ?? null];
  const change = (before?.taken ?? 0) - after.taken || 0;
  const charge = version1Charge(from, over, price);
  const row = caseRow(origin, kind, before, { case: supportCase, change, overage: over - from, charge });
  return { ...row, facts };
}

/**
 * The rows of a case that changes its channel. A row belongs to one channel, so there are two: the old channel gets
 * back what the case took in this period, then the new channel gives it. Only the second row has money, and only the
 * difference is billed. What the case took in earlier periods stays with the old channel.
 */
export function channelChangeRows(
  entitlement: Entitlement,
  origin: Origin,
  before: SupportCase,
  changed: SupportCase,
  facts: RowFacts | null,
): readonly RowDraft[] {
  const after = withSpillAdjusted(before, changed);
  const withoutKey = { ...origin, key: null, fingerprint: null };
  if (entitlement.decidesAsVersion1)
    return channelChangeOfVersion1(entitlement, { origin, withoutKey }, before, after, facts);
  const kept = Math.min(takenEarlier(entitlement, before), after.taken);
  const returned = { ...after, channel: before.channel, taken: kept, held: 0 };
  const steps = settle(entitlement, before, returned);
  const takesAnew = after.taken > kept;
  // A case that takes nothing anew is credited as usual, and so is one that version 1 charged by its own overage.
  const settlesOnce = takesAnew && !tookByVersion1(before);
  const returns = { kind: 'updated', before, after: returned } as const;
  const back = rowsOf(entitlement, withoutKey, returns, settlesOnce ? [withoutMoney(steps)] : steps);
  const given = back.reduce((now, row) => record(now, row).entitlement, entitlement);
  const reached = { ...(back.at(-1)?.case ?? returned), channel: after.channel };
  const next = withPeriodsOf(after, reached);
  const again = settlesOnce
    ? settleInNewChannel(given, reached, next, beforeChannelChange(entitlement, before))
    : settle(given, reached, next);
  return [...back, ...rowsOf(given, origin, { kind: 'updated', before: reached, after: next, facts }, again)];
}

/** Adds up what comes back, into one settlement without a charge. */
function withoutMoney(steps: readonly Settlement[]): Settlement {
  const [first, ...others] = steps;
  if (first === undefined) throw new TypeError('A settlement has at least one step.');
  const sum = others.reduce((one, other) => ({ ...other, overage: one.overage + other.overage }), first);
  return { ...sum, charge: null };
}

function channelChangeOfVersion1(
  entitlement: Entitlement,
  { origin, withoutKey }: { readonly origin: Origin; readonly withoutKey: Origin },
  before: SupportCase,
  after: SupportCase,
  facts: RowFacts | null,
): readonly RowDraft[] {
  const nothing = { ...after, channel: before.channel, taken: 0, held: 0 };
  const back = rowOfVersion1(entitlement, withoutKey, { kind: 'updated', before, after: nothing });
  const given = record(entitlement, back).entitlement;
  const over = version1OverInNewChannel(given, before, after);
  const from = { ...after, taken: 0, held: 0, over: 0 };
  return [back, rowOfVersion1(given, origin, { kind: 'updated', before: from, after, facts }, over)];
}

/**
 * The row that records a refusal, so that its key gets the same answer again and the refusal can be explained later.
 * `event` is null if the event could not be read.
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
