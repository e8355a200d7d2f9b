import { CIVIL_DATE_RULE, type CivilDate, type EpochMs, isCivilDate, plusDays, startOfDay } from './calendar.ts';
import { MAX_TERM } from './details.ts';
import { type Entitlement, remainingTerm } from './entitlement.ts';
import { lifeRow, type Origin, type RowDraft } from './ledger.ts';
import { periodAt, periodFrom, rolledOver, type TermPeriod } from './periods.ts';
import { type Decided, refuse } from './refusals.ts';
import { MAX_TOP_UPS, type TopUp, topUpsLeft, topUpTotal, withTopUp } from './top-ups.ts';

/** Term that was bought beside the allotment. */
export interface TopUpCommand {
  /** Cases or minutes. */
  readonly amount: number;
  /** The last day on which it counts, in the entitlement's zone; null: as long as the entitlement. */
  readonly expiresOn: CivilDate | null;
  /** What was paid for all of it, a decimal; kept for reports. */
  readonly price: string | null;
  readonly currency: string | null;
}

/**
 * Adds a top-up to what remains. Refuses `validation_failed` for an amount that is none or an expiry that is past,
 * `wrong_state` where nothing is counted or too many top-ups wait for their expiry.
 */
export function decideTopUp(entitlement: Entitlement, command: TopUpCommand, origin: Origin): Decided<RowDraft> {
  const { amount, expiresOn, price, currency } = command;
  const { allocationType, timeZone } = entitlement.details;
  if (allocationType === 'unlimited') return refuse('wrong_state', 'An unlimited entitlement needs no top-up.');
  if (!Number.isSafeInteger(amount) || amount < 1 || amount > MAX_TERM)
    return refuse('validation_failed', `A top-up is a whole number from 1 to ${MAX_TERM}.`, 'amount');
  if (expiresOn !== null && !isCivilDate(expiresOn))
    return refuse('validation_failed', `${expiresOn} is not ${CIVIL_DATE_RULE}.`, 'expiresOn');
  const expiresAt = expiresOn === null ? null : startOfDay(plusDays(expiresOn, 1), timeZone);
  if (expiresAt !== null && expiresAt <= origin.at)
    return refuse('validation_failed', `The day ${expiresOn} is past in ${timeZone}.`, 'expiresOn');
  const topUp: TopUp = { amount, expiresOn, expiresAt };
  // What was used so far was used of what was there: a new one that expires earlier has no part in it.
  const topUps = withTopUp(topUpsLeft(entitlement.topUps, remainingTerm(entitlement) ?? 0), topUp);
  if (topUps.length > MAX_TOP_UPS)
    return refuse('wrong_state', `The entitlement has ${MAX_TOP_UPS} top-ups with an expiry of their own already.`);
  return lifeRow(origin, 'topped_up', { topUps, topUp: { ...topUp, price, currency } }, amount);
}

/** The period that an activation finds or goes on with: an edit does not grant the same period twice. */
export function periodOnActivation(entitlement: Entitlement, startsAt: EpochMs, now: EpochMs): TermPeriod | null {
  const { details, period } = entitlement;
  if (details.period === null) return null;
  const goesOn = period !== null && period.startsAt >= startsAt;
  return withUse(goesOn ? periodFrom(details, period.startsAt) : periodAt(details, now), period?.usedBefore ?? 0);
}

const withUse = (period: TermPeriod | null, usedBefore: number): TermPeriod | null =>
  period === null || usedBefore === 0 ? period : { ...period, usedBefore };

/** What falls due at `due` within the term: top-ups expire first, then the period turns. */
export function turnOfTerms(entitlement: Entitlement, origin: Origin, due: EpochMs): RowDraft {
  const remaining = remainingTerm(entitlement) ?? 0;
  const left = topUpsLeft(entitlement.topUps, remaining);
  const isDue = ({ expiresAt }: TopUp) => expiresAt !== null && expiresAt <= due;
  if (entitlement.topUps.some(isDue)) {
    const lapsed = topUpTotal(left.filter(isDue));
    return lifeRow(origin, 'top_up_expired', { topUps: left.filter((topUp) => !isDue(topUp)) }, -lapsed || 0);
  }
  return periodTurn(entitlement, origin, { due, remaining, left });
}

/**
 * Grants the allotment anew: what is left of it lapses but for the rollover, a debt is not carried on, and top-ups stay
 * as they are. Channels' rows likewise.
 */
function periodTurn(
  { details, used, usedByChannel }: Entitlement,
  origin: Origin,
  { due, remaining, left }: { due: EpochMs; remaining: number; left: readonly TopUp[] },
): RowDraft {
  const bought = topUpTotal(left);
  const granted = (details.totalTerm ?? 0) + rolledOver(remaining - bought, details.rolloverCap);
  const carried = details.channels.flatMap(({ channel, totalTerm }) => {
    const ofChannel = Object.hasOwn(usedByChannel, channel) ? (usedByChannel[channel] ?? 0) : 0;
    const over = rolledOver((totalTerm ?? 0) - ofChannel, details.rolloverCap);
    return over === 0 ? [] : [[channel, -over] as const];
  });
  const facts = {
    period: withUse(periodFrom(details, due), used),
    topUps: left,
    usedByChannel: Object.fromEntries(carried),
  };
  return lifeRow(origin, 'period_started', facts, granted + bought - remaining);
}
