import { endOfDay } from '../calendar.ts';
import { lifeRow, type Origin, type RowDraft, type RowFacts } from '../ledger/ledger-row.ts';
import { type Decided, invalid, type Refusal, refuse } from '../refusals.ts';
import type { Voidable } from '../terms/amendments.ts';
import { decimalOfUnits, type Money, negated, tenThousandthsOf } from '../terms/contract-price.ts';
import { type EntitlementDetails, unitOf } from '../terms/details.ts';
import { daysOf, halfUp } from '../terms/proration.ts';
import { covered, wholeDaysOf } from './amended-money.ts';
import { currentBought, endOf, withUse } from './amended-row.ts';
import { shortChannel } from './amended-terms.ts';
import { remainingTerm } from './balance.ts';
import type { Entitlement } from './entitlement.ts';
import { withLapsedElsewhere } from './evolve-amendments.ts';

/**
 * Takes back the last amendment by one that compensates it: what it granted and what it charged come back, and what it
 * changed is as it was. Refuses `wrong_state` for an amendment that is not the last one, or that an edit or the end of
 * the term has overtaken; `validation_failed` where more is used than would be left, of a channel too, with restrict.
 */
export function decideVoid(entitlement: Entitlement, { n }: { readonly n: number }, origin: Origin): Decided<RowDraft> {
  const { amendments = [], amendmentsEver = 0, details, renewedById } = withLapsedElsewhere(entitlement, origin.at);
  const last = amendments.at(-1);
  if (n < 1 || n > amendmentsEver) return refuse('not_found', `The entitlement has no amendment ${n}.`);
  if (last === undefined || last.n !== n) return notTheLast(entitlement, n);
  const restored = { ...details, ...last.before };
  const end = endOf(entitlement, restored);
  if (end.endsAt !== undefined && renewedById !== null)
    return refuse(
      'wrong_state',
      `The successor ${renewedById} begins where this one ends: endDate can no longer change.`,
      'endDate',
    );
  if (end.endsAt !== undefined && endOfDay(restored.endDate, details.timeZone) <= origin.at)
    return refuse('wrong_state', `The end before the amendment, ${restored.endDate}, is past.`, 'endDate');
  const change = -last.change || 0;
  const ofChannels = opposite(last.ofChannels);
  const used = problemWithUseBefore(entitlement, restored, { change, ofChannels });
  if (used !== undefined) return { refused: used };
  const facts: RowFacts = {
    amendment: { n: amendmentsEver + 1, effective: 'now', voids: n },
    details: restored,
    before: valuesOf(details, last),
    money: moneyBack(last, entitlement, restored),
    ofChannels,
    ...end,
    ...currentBought(entitlement, change),
    ...(last.topUps === undefined ? {} : { topUps: last.topUps }),
  };
  return lifeRow(origin, 'amendment_voided', facts, change);
}

function notTheLast({ amendments = [], amendmentsAhead = [] }: Entitlement, n: number): { readonly refused: Refusal } {
  const last = amendments.at(-1);
  if (amendmentsAhead.some((one) => one.n === n))
    return refuse('wrong_state', `The amendment ${n} lies ahead: take it back instead.`);
  if (last !== undefined && amendments.some((one) => one.n === n))
    return refuse('wrong_state', `The amendment ${last.n} came later: void that one first.`);
  return refuse(
    'wrong_state',
    `The amendment ${n} can no longer be voided: it was voided, or an edit or the end of the term came after it. Amend the entitlement instead.`,
  );
}

/** Refuses `validation_failed` where the details before the amendment restrict, and less than 0 would be left. */
function problemWithUseBefore(
  entitlement: Entitlement,
  restored: EntitlementDetails,
  { change, ofChannels }: Pick<Voidable, 'change' | 'ofChannels'>,
): Refusal | undefined {
  if (!restored.restrict) return undefined;
  const unit = unitOf(restored);
  const remaining = remainingTerm(entitlement);
  if (remaining !== null && change < 0 && remaining + change < 0)
    return invalid(
      'totalTerm',
      `More is used than the total before the amendment: ${remaining + change} ${unit} would remain.`,
    );
  const short = shortChannel(entitlement, {
    ...entitlement,
    details: restored,
    granted: entitlement.granted + change,
    usedByChannel: withUse(entitlement.usedByChannel, ofChannels),
  });
  if (short === undefined) return undefined;
  const { channel, left } = short;
  return invalid(
    'channels',
    `More is used of ${channel} than its total before the amendment: ${left} ${unit} would remain.`,
  );
}

/** What it charged, and for each period since, which is charged elsewhere, the difference of the prices. */
function moneyBack({ money, turns }: Voidable, entitlement: Entitlement, restored: EntitlementDetails): Money | null {
  const { details } = entitlement;
  const price = details.price ?? restored.price ?? null;
  if (price === null) return null;
  const back = money === null ? 0n : tenThousandthsOf(negated(money).amount);
  const amount = back + (price.per === 'period' ? periodsBack(turns, entitlement, restored) : 0n);
  return amount === 0n ? null : { amount: decimalOfUnits(amount), currency: price.currency };
}

/** What the periods since would have cost without the amendment, less what they cost. Only the present one can be cut. */
function periodsBack(turns: number, entitlement: Entitlement, restored: EntitlementDetails): bigint {
  if (turns === 0) return 0n;
  const { details } = entitlement;
  const each = priceOf(restored) - priceOf(details);
  return each * BigInt(turns - 1) + priceOfPresent(entitlement, restored) - priceOfPresent(entitlement, details);
}

/** What the present period costs with these details: the price for the days that they cover. */
function priceOfPresent(entitlement: Entitlement, details: EntitlementDetails): bigint {
  const whole = wholeDaysOf(entitlement);
  const days = daysOf(covered(whole, details.endDate));
  return halfUp(priceOf(details) * BigInt(days), BigInt(Math.max(1, daysOf(whole))));
}

const priceOf = ({ price = null }: EntitlementDetails): bigint => tenThousandthsOf(price?.amount ?? '0');

const opposite = (amounts: Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(amounts).map(([channel, amount]) => [channel, -amount]));

/** The values that the void changes, as they are now. */
const valuesOf = (details: EntitlementDetails, { before }: Voidable): Partial<EntitlementDetails> =>
  Object.fromEntries(Object.keys(before).map((field) => [field, details[field as keyof EntitlementDetails] ?? null]));
