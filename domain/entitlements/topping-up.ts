import { CIVIL_DATE_RULE, type CivilDate, type EpochMs, endOfDay, isCivilDate, startOfDay } from '../calendar.ts';
import { lifeRow, type Origin, type RowDraft } from '../ledger/ledger-row.ts';
import { type Decided, invalid, type Refusal, refuse } from '../refusals.ts';
import { MAX_TERM } from '../terms/allocation.ts';
import { isPayable, minorDigits } from '../terms/money.ts';
import { MAX_TOP_UPS, type TopUp, topUpsLeft, withTopUp, withTopUpAhead } from '../terms/top-ups.ts';
import { remainingTerm } from './balance.ts';
import type { Entitlement } from './entitlement.ts';

/** Term that is sold beside the allotment. */
export interface TopUpCommand {
  /** Cases or minutes. */
  readonly amount: number;
  /** The last day on which it counts, in the entitlement's zone; null: as long as the entitlement. */
  readonly expiresOn: CivilDate | null;
  /** The first day on which it counts, in the entitlement's zone; absent, null or past: at once. */
  readonly startsOn?: CivilDate | null;
  /** What was paid for all of it, a decimal; kept for reports. */
  readonly price: string | null;
  readonly currency: string | null;
}

/**
 * Adds a top-up to what remains, at once or from its own start on. Refuses `validation_failed` with the field for a
 * wrong amount, for days that are past, outside the term or in the wrong order, and for a price with too many decimal
 * places; `wrong_state` where nothing is counted or the entitlement has too many top-ups.
 */
export function decideTopUp(entitlement: Entitlement, command: TopUpCommand, origin: Origin): Decided<RowDraft> {
  const { amount, expiresOn, startsOn = null, price, currency } = command;
  const refused = problemWithTopUp(entitlement, command, origin.at);
  if (refused !== undefined) return { refused };
  const { timeZone } = entitlement.details;
  const expiresAt = expiresOn === null ? null : endOfDay(expiresOn, timeZone);
  const topUp: TopUp = { amount, expiresOn, expiresAt };
  const ahead = entitlement.topUpsAhead ?? [];
  const startsAt = startsOn === null ? origin.at : startOfDay(startsOn, timeZone);
  if (startsOn !== null && startsAt > origin.at) {
    if (entitlement.topUps.length + ahead.length >= MAX_TOP_UPS) return tooManyTopUps();
    const added = { ...topUp, startsOn, startsAt };
    const topUpsAhead = withTopUpAhead(ahead, added);
    return lifeRow(origin, 'topped_up', { topUpsAhead, topUp: { ...added, price, currency } });
  }
  const topUps = topUpsWith(entitlement, topUp);
  if (topUps.length + ahead.length > MAX_TOP_UPS) return tooManyTopUps();
  return lifeRow(origin, 'topped_up', { topUps, topUp: { ...topUp, price, currency } }, amount);
}

const tooManyTopUps = () =>
  refuse(
    'wrong_state',
    `The entitlement has ${MAX_TOP_UPS} top-ups already: wait until one of them is used or expires.`,
  );

/** The top-ups with a new one. Past use is counted against the older ones, even if the new one expires earlier. */
export const topUpsWith = (entitlement: Entitlement, topUp: TopUp): readonly TopUp[] =>
  withTopUp(topUpsLeft(entitlement.topUps, remainingTerm(entitlement) ?? 0), topUp);

function problemWithTopUp(entitlement: Entitlement, command: TopUpCommand, now: EpochMs): Refusal | undefined {
  const { amount, expiresOn, startsOn = null, price, currency } = command;
  const { allocationType, timeZone, endDate } = entitlement.details;
  if (allocationType === 'unlimited') return refuse('wrong_state', 'An unlimited entitlement needs no top-up.').refused;
  if (!Number.isSafeInteger(amount) || amount < 1 || amount > MAX_TERM)
    return invalid('amount', `A top-up is a whole number from 1 to ${MAX_TERM}.`);
  for (const [field, day] of Object.entries({ startsOn, expiresOn })) {
    if (day !== null && !isCivilDate(day)) return invalid(field, `${day} is not ${CIVIL_DATE_RULE}.`);
    // Version 1 accepted days past the end. Such a day never comes.
    if (day !== null && day > endDate && !entitlement.decidesAsVersion1)
      return invalid(field, `The entitlement ends on ${endDate}: ${day} is after its end.`);
  }
  if (expiresOn !== null && endOfDay(expiresOn, timeZone) <= now)
    return invalid('expiresOn', `The day ${expiresOn} is past in ${timeZone}.`);
  if (startsOn !== null && expiresOn !== null && expiresOn < startsOn)
    return invalid('expiresOn', `The top-up starts on ${startsOn} and cannot expire before that.`);
  if (price !== null && currency !== null && !entitlement.decidesAsVersion1 && !isPayable(price, currency))
    return invalid('price', `An amount in ${currency} has at most ${minorDigits(currency)} decimal places.`);
  return undefined;
}
