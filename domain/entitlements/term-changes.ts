import { CIVIL_DATE_RULE, type CivilDate, type EpochMs, isCivilDate, plusDays, startOfDay } from '../calendar.ts';
import { lifeRow, type Origin, type RowDraft } from '../ledger/ledger-row.ts';
import { type Decided, type Refusal, refuse } from '../refusals.ts';
import { MAX_TERM } from '../terms/allocation.ts';
import { boughtAfterTurn, boughtOfChannel } from '../terms/bought.ts';
import { isPayable, minorDigits } from '../terms/money.ts';
import { periodAt, periodFrom, rolledOver, type TermPeriod } from '../terms/periods.ts';
import { MAX_TOP_UPS, type TopUp, topUpsLeft, topUpTotal, withTopUp, withTopUpAhead } from '../terms/top-ups.ts';
import { boughtOf, type Entitlement, remainingTerm } from './entitlement.ts';

/** Term that was bought beside the allotment. */
export interface TopUpCommand {
  /** Cases or minutes. */
  readonly amount: number;
  /** The last day on which it counts, in the entitlement's zone; null: as long as the entitlement. */
  readonly expiresOn: CivilDate | null;
  /** The first day on which it counts, in the entitlement's zone; absent or past: at once. */
  readonly startsOn?: CivilDate | null;
  /** What was paid for all of it, a decimal; kept for reports. */
  readonly price: string | null;
  readonly currency: string | null;
}

/**
 * Adds a top-up to what remains, at once or from its own start on. Refuses `validation_failed` for an amount that is
 * none, for days that are past, outside the term or in the wrong order, and for a price that nobody can pay;
 * `wrong_state` where nothing is counted or the entitlement has too many top-ups.
 */
export function decideTopUp(entitlement: Entitlement, command: TopUpCommand, origin: Origin): Decided<RowDraft> {
  const { amount, expiresOn, startsOn = null, price, currency } = command;
  const refused = problemWithTopUp(entitlement, command, origin.at);
  if (refused !== undefined) return { refused };
  const { timeZone } = entitlement.details;
  const expiresAt = expiresOn === null ? null : startOfDay(plusDays(expiresOn, 1), timeZone);
  const topUp: TopUp = { amount, expiresOn, expiresAt };
  const ahead = entitlement.topUpsAhead ?? [];
  const startsAt = startsOn === null ? origin.at : startOfDay(startsOn, timeZone);
  const full = () =>
    refuse(
      'wrong_state',
      `The entitlement has ${MAX_TOP_UPS} top-ups already: wait until one of them is used or expires.`,
    );
  if (startsOn !== null && startsAt > origin.at) {
    if (entitlement.topUps.length + ahead.length >= MAX_TOP_UPS) return full();
    const added = { ...topUp, startsOn, startsAt };
    const topUpsAhead = withTopUpAhead(ahead, added);
    return lifeRow(origin, 'topped_up', { topUpsAhead, topUp: { ...added, price, currency } });
  }
  const topUps = topUpsWith(entitlement, topUp);
  if (topUps.length + ahead.length > MAX_TOP_UPS) return full();
  return lifeRow(origin, 'topped_up', { topUps, topUp: { ...topUp, price, currency } }, amount);
}

/** What was used so far was used of what was there: a new top-up that expires earlier has no part in it. */
const topUpsWith = (entitlement: Entitlement, topUp: TopUp): readonly TopUp[] =>
  withTopUp(topUpsLeft(entitlement.topUps, remainingTerm(entitlement) ?? 0), topUp);

function problemWithTopUp(entitlement: Entitlement, command: TopUpCommand, now: EpochMs): Refusal | undefined {
  const { amount, expiresOn, startsOn = null, price, currency } = command;
  const { allocationType, timeZone, endDate } = entitlement.details;
  const wrong = (field: string, detail: string) => refuse('validation_failed', detail, field).refused;
  if (allocationType === 'unlimited') return refuse('wrong_state', 'An unlimited entitlement needs no top-up.').refused;
  if (!Number.isSafeInteger(amount) || amount < 1 || amount > MAX_TERM)
    return wrong('amount', `A top-up is a whole number from 1 to ${MAX_TERM}.`);
  for (const [field, day] of Object.entries({ startsOn, expiresOn })) {
    if (day !== null && !isCivilDate(day)) return wrong(field, `${day} is not ${CIVIL_DATE_RULE}.`);
    // Dates of older versions may lie past the end: there they only never come.
    if (day !== null && day > endDate && !entitlement.decidesAsVersion1)
      return wrong(field, `The entitlement ends on ${endDate}: ${day} is after its end.`);
  }
  if (expiresOn !== null && startOfDay(plusDays(expiresOn, 1), timeZone) <= now)
    return wrong('expiresOn', `The day ${expiresOn} is past in ${timeZone}.`);
  if (startsOn !== null && expiresOn !== null && expiresOn < startsOn)
    return wrong('expiresOn', `The top-up starts on ${startsOn} and cannot expire before that.`);
  if (price !== null && currency !== null && !entitlement.decidesAsVersion1 && !isPayable(price, currency))
    return wrong('price', `An amount in ${currency} has at most ${minorDigits(currency)} decimal places.`);
  return undefined;
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

/** What falls due at `due` within the term: top-ups expire first, then the period turns, then top-ups begin. */
export function turnOfTerms(entitlement: Entitlement, origin: Origin, due: EpochMs): RowDraft {
  const remaining = remainingTerm(entitlement) ?? 0;
  const left = topUpsLeft(entitlement.topUps, remaining);
  const isDue = ({ expiresAt }: TopUp) => expiresAt !== null && expiresAt <= due;
  if (entitlement.topUps.some(isDue)) {
    const lapsed = topUpTotal(left.filter(isDue));
    return lifeRow(origin, 'top_up_expired', { topUps: left.filter((topUp) => !isDue(topUp)) }, -lapsed || 0);
  }
  const { period } = entitlement;
  if (period !== null && period.endsAt <= due) return turnPeriod(entitlement, origin, { due, remaining, left });
  return startOfTopUp(entitlement, origin, due) ?? turnPeriod(entitlement, origin, { due, remaining, left });
}

/** A top-up whose day has come; one that expired while the entitlement was a draft adds nothing. */
function startOfTopUp(entitlement: Entitlement, origin: Origin, due: EpochMs): RowDraft | undefined {
  const [first, ...topUpsAhead] = entitlement.topUpsAhead ?? [];
  if (first === undefined || first.startsAt > due) return undefined;
  const { startsAt, startsOn, ...topUp } = first;
  const facts = { topUpsAhead, topUp: { ...topUp, startsAt, startsOn, price: null, currency: null } };
  const isOver = topUp.expiresAt !== null && topUp.expiresAt <= origin.at;
  if (isOver) return lifeRow(origin, 'topped_up', facts);
  return lifeRow(origin, 'topped_up', { ...facts, topUps: topUpsWith(entitlement, topUp) }, topUp.amount);
}

/**
 * Grants the allotment anew: what is left of it lapses but for the rollover, what was bought is settled, a debt is not
 * carried on, and top-ups stay as they are. Channels' rows likewise.
 */
function turnPeriod(
  entitlement: Entitlement,
  origin: Origin,
  { due, remaining, left }: { due: EpochMs; remaining: number; left: readonly TopUp[] },
): RowDraft {
  const { details, used, usedByChannel } = entitlement;
  const bought = topUpTotal(left);
  const granted = (details.totalTerm ?? 0) + rolledOver(remaining - bought, details.rolloverCap);
  const carried = details.channels.flatMap(({ channel, totalTerm }) => {
    const ofChannel = Object.hasOwn(usedByChannel, channel) ? (usedByChannel[channel] ?? 0) : 0;
    const total = (totalTerm ?? 0) + boughtOfChannel(entitlement.bought, channel);
    const over = rolledOver(total - ofChannel, details.rolloverCap);
    return over === 0 ? [] : [[channel, -over] as const];
  });
  const facts = {
    period: withUse(periodFrom(details, due), used),
    topUps: left,
    usedByChannel: Object.fromEntries(carried),
    ...(entitlement.decidesAsVersion1
      ? {}
      : { bought: boughtAfterTurn(boughtOf(entitlement), Math.max(0, -remaining)) }),
  };
  return lifeRow(origin, 'period_started', facts, granted + bought - remaining);
}
