import { dateAt, type EpochMs, plusDays, startOfDay } from '../calendar.ts';
import { lifeRow, type Origin, type RowDraft } from '../ledger/ledger-row.ts';
import { boughtAfterTurn } from '../terms/earlier-purchases.ts';
import { type Plan, periodAt, periodFrom, rolledOver, type TermPeriod } from '../terms/periods.ts';
import { type TopUp, topUpsLeft, topUpTotal } from '../terms/top-ups.ts';
import { rolloverCapOf, usedAfterTurn } from './after-turn.ts';
import { boughtOf, remainingTerm } from './balance.ts';
import type { Entitlement } from './entitlement.ts';
import { isHeldUp } from './pause-time.ts';
import { topUpsWith } from './topping-up.ts';

/**
 * The period in which an entitlement is activated; null without periods. If it is activated again within a period that
 * it had before, the entitlement continues that period: deactivating and activating does not grant an allotment twice.
 */
export function periodOnActivation(entitlement: Entitlement, startsAt: EpochMs, now: EpochMs): TermPeriod | null {
  const { details, period } = entitlement;
  if (details.period === null) return null;
  const goesOn = period !== null && period.startsAt >= startsAt;
  const begun = goesOn ? continued(entitlement, period) : periodAt(planOf(entitlement), now);
  return withUse(begun, period?.usedBefore ?? 0);
}

/** What determines the periods of an entitlement: its details, and the pauses that moved its end. */
export const planOf = ({ details, movedDays }: Entitlement): Plan =>
  movedDays === undefined ? details : { ...details, movedDays };

/** The period anew from its start, as long as its plan says, and longer by the pauses within it. */
function continued(entitlement: Entitlement, { startsAt, movedDays = 0 }: TermPeriod): TermPeriod | null {
  if (movedDays === 0) return periodFrom(planOf(entitlement), startsAt);
  const { details } = entitlement;
  const before = (entitlement.movedDays ?? 0) - movedDays;
  const asPlanned = periodFrom({ ...details, movedDays: before }, startsAt);
  if (asPlanned === null) return null;
  const lastDay = plusDays(dateAt(asPlanned.endsAt, details.timeZone), movedDays);
  return { startsAt, endsAt: startOfDay(lastDay, details.timeZone), movedDays };
}

const withUse = (period: TermPeriod | null, usedBefore: number): TermPeriod | null =>
  period === null || usedBefore === 0 ? period : { ...period, usedBefore };

/** The change of the terms that falls due at `due`: top-ups expire first, then the period turns, then top-ups start. */
export function turnOfTerms(entitlement: Entitlement, origin: Origin, due: EpochMs): RowDraft {
  const remaining = remainingTerm(entitlement) ?? 0;
  const left = topUpsLeft(entitlement.topUps, remaining);
  const expires = ({ expiresAt }: TopUp) => expiresAt !== null && expiresAt <= due;
  if (entitlement.topUps.some(expires)) {
    const lapsed = topUpTotal(left.filter(expires));
    return lifeRow(origin, 'top_up_expired', { topUps: left.filter((topUp) => !expires(topUp)) }, -lapsed || 0);
  }
  const period = isHeldUp(entitlement) ? null : entitlement.period;
  if (period !== null && period.endsAt <= due) return turnPeriod(entitlement, origin, { due, remaining, left });
  return startTopUp(entitlement, origin, due) ?? turnPeriod(entitlement, origin, { due, remaining, left });
}

/** A top-up whose first day has come. One that expired while the entitlement was a draft adds nothing. */
function startTopUp(entitlement: Entitlement, origin: Origin, due: EpochMs): RowDraft | undefined {
  const [first, ...topUpsAhead] = entitlement.topUpsAhead ?? [];
  if (first === undefined || first.startsAt > due) return undefined;
  const { startsAt, startsOn, ...topUp } = first;
  const facts = { topUpsAhead, topUp: { ...topUp, startsAt, startsOn, price: null, currency: null } };
  const hasExpired = topUp.expiresAt !== null && topUp.expiresAt <= origin.at;
  if (hasExpired) return lifeRow(origin, 'topped_up', facts);
  return lifeRow(origin, 'topped_up', { ...facts, topUps: topUpsWith(entitlement, topUp) }, topUp.amount);
}

/**
 * Grants the allotment anew. What is left of the old one lapses, except for the rollover; of a period that lay wholly in
 * a pause nothing rolls over. What was bought is settled, a debt is forgiven, and top-ups stay as they are. The channels'
 * rows are treated alike.
 */
function turnPeriod(
  entitlement: Entitlement,
  origin: Origin,
  { due, remaining, left }: { due: EpochMs; remaining: number; left: readonly TopUp[] },
): RowDraft {
  const { details, used } = entitlement;
  const ofTopUps = topUpTotal(left);
  const granted = (details.totalTerm ?? 0) + rolledOver(remaining - ofTopUps, rolloverCapOf(entitlement));
  const facts = {
    period: withUse(periodFrom(planOf(entitlement), due), used),
    topUps: left,
    usedByChannel: usedAfterTurn(entitlement),
    ...(entitlement.decidesAsVersion1
      ? {}
      : { bought: boughtAfterTurn(boughtOf(entitlement), Math.max(0, -remaining)) }),
  };
  return lifeRow(origin, 'period_started', facts, granted + ofTopUps - remaining);
}
