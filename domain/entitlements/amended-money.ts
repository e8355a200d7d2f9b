import { type CivilDate, dateAt, plusDays } from '../calendar.ts';
import type { AmendmentBooks, AmendmentChanges, Charged, PriceBasis } from '../terms/amendments.ts';
import { type ContractPrice, decimalOfUnits, type Money, tenThousandthsOf } from '../terms/contract-price.ts';
import type { EntitlementDetails } from '../terms/details.ts';
import { type DaySpan, daysFrom, daysOf, halfUp } from '../terms/proration.ts';
import type { Entitlement } from './entitlement.ts';

/**
 * What a change of a contract costs, in exact decimals. The new price for the days left, less what was charged for those
 * days: not what today's list would say, so a credit is never more than was charged.
 */

/** The days of the whole term. Days by which pauses moved the end are not counted. */
export const termDays = ({ details, movedDays = 0 }: Entitlement, endDate = details.endDate): DaySpan => ({
  from: plusDays(details.startDate, movedDays),
  to: plusDays(endDate, 1),
});

/** The days of the present period, or of the term where there are no periods. */
export function wholeDaysOf(entitlement: Entitlement, endDate = entitlement.details.endDate): DaySpan {
  const { period, details } = entitlement;
  if (details.period === null || period === null) return termDays(entitlement, endDate);
  const from = plusDays(dateAt(period.startsAt, details.timeZone), period.movedDays ?? 0);
  return { from, to: dateAt(period.endsAt, details.timeZone) };
}

/** The part of the span that the term covers: the last period may be cut by the end. */
export const covered = (span: DaySpan, endDate: CivilDate): DaySpan => {
  const dayAfter = plusDays(endDate, 1);
  return dayAfter < span.to ? { ...span, to: dayAfter } : span;
};

/** The days that a price is for. */
const pricedDays = (entitlement: Entitlement, { per }: ContractPrice, endDate: CivilDate): DaySpan =>
  per === 'term' ? termDays(entitlement, endDate) : wholeDaysOf(entitlement, endDate);

export interface MoneyOfAmendment {
  /** The price from now on. */
  readonly price: ContractPrice | null;
  /** What is charged or credited; null: nothing. */
  readonly money: Money | null;
  readonly books: Pick<AmendmentBooks, 'charged' | 'priceBasis'>;
}

/**
 * The money of an amendment that makes the details those of `after`, from `day` on. A price that the changes do not name
 * follows the total and, if it is for the term, the end. At the turn of a period a price for each period changes nothing
 * of what was charged: the next period is charged at the new price.
 */
export function moneyOf(entitlement: Entitlement, { after, changes, day, isAtTurn }: Amended): MoneyOfAmendment {
  const { details, charged } = entitlement;
  const before = details.price ?? null;
  const { price, basis } = priceAfter(entitlement, after, changes);
  const per = (price ?? before)?.per;
  const books = { ...(basis === null ? {} : { priceBasis: basis }), ...(charged === undefined ? {} : { charged }) };
  const isSame =
    JSON.stringify(price) === JSON.stringify(before) &&
    after.totalTerm === details.totalTerm &&
    after.endDate === details.endDate;
  if (isSame || per === undefined || (isAtTurn && per === 'period')) return { price, money: null, books };
  const charges = chargedFor(entitlement, before, price, day);
  const due = price === null ? { ...charges, numerator: 0n } : dueFor(entitlement, { after, price, basis, day });
  const amount = rounded(due) - rounded(charges);
  const currency = (price ?? before)?.currency ?? '';
  return {
    price,
    money: amount === 0n ? null : { amount: decimalOfUnits(amount), currency },
    books: {
      ...books,
      charged: {
        from: due.from,
        to: due.to,
        numerator: due.numerator.toString(),
        denominator: due.denominator.toString(),
      },
    },
  };
}

interface Amended {
  readonly after: EntitlementDetails;
  readonly changes: AmendmentChanges;
  readonly day: CivilDate;
  readonly isAtTurn: boolean;
}

/** A stretch of days with its exact price, a fraction of ten-thousandths. The denominator is above 0. */
interface Stretch extends DaySpan {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const rounded = ({ numerator, denominator }: Stretch): bigint => halfUp(numerator, denominator);

/** What was charged for the days from `day` on. */
function chargedFor(
  entitlement: Entitlement,
  before: ContractPrice | null,
  after: ContractPrice | null,
  day: CivilDate,
): Stretch {
  const { details, charged } = entitlement;
  const price = before ?? after;
  const whole = price === null ? termDays(entitlement) : pricedDays(entitlement, price, details.endDate);
  // A stretch that ended before the present period is over: the period was charged at the price.
  const isOfPresent = charged !== undefined && charged.to > whole.from;
  const stretch = isOfPresent ? stretchOf(charged) : firstCharged(entitlement, before, whole);
  const left = { from: day > stretch.from ? day : stretch.from, to: stretch.to };
  return {
    ...left,
    numerator: stretch.numerator * BigInt(daysOf(left)),
    denominator: stretch.denominator * BigInt(Math.max(1, daysOf(stretch))),
  };
}

const stretchOf = ({ from, to, numerator, denominator }: Charged): Stretch => ({
  ...{ from, to },
  numerator: BigInt(numerator),
  denominator: BigInt(denominator),
});

/** What was charged before any amendment of the term or period: the price, evenly for each day that it is for. */
function firstCharged(entitlement: Entitlement, price: ContractPrice | null, whole: DaySpan): Stretch {
  const { details, priceBasis: basis = null } = entitlement;
  const stretch = covered(whole, details.endDate);
  if (price === null) return { ...stretch, numerator: 0n, denominator: 1n };
  const { numerator, denominator } = exactPrice(entitlement, { after: details, price, basis });
  return { ...stretch, ...partOf({ numerator, denominator }, daysOf(stretch), whole) };
}

/** What the days from `day` on cost at the new price. */
function dueFor(
  entitlement: Entitlement,
  {
    after,
    price,
    basis,
    day,
  }: { after: EntitlementDetails; price: ContractPrice; basis: PriceBasis | null; day: CivilDate },
): Stretch {
  const whole = pricedDays(entitlement, price, after.endDate);
  const left = covered(whole, after.endDate);
  const from = day > left.from ? day : left.from;
  const exact = exactPrice(entitlement, { after, price, basis });
  return { from, to: left.to, ...partOf(exact, daysFrom(left, day), whole) };
}

/** The part of a fraction for so many days of a whole. */
const partOf = (
  { numerator, denominator }: Pick<Stretch, 'numerator' | 'denominator'>,
  days: number,
  whole: DaySpan,
): Pick<Stretch, 'numerator' | 'denominator'> => ({
  numerator: numerator * BigInt(days),
  denominator: denominator * BigInt(Math.max(1, daysOf(whole))),
});

/** The price as a fraction of ten-thousandths: as it was named, in proportion to the total and to the days of the term. */
function exactPrice(
  entitlement: Entitlement,
  { after, price, basis }: { after: EntitlementDetails; price: ContractPrice; basis: PriceBasis | null },
) {
  if (basis === null) return { numerator: tenThousandthsOf(price.amount), denominator: 1n };
  const hasTotals = basis.total !== null && basis.total > 0 && after.totalTerm !== null;
  const [total, totalThen] = hasTotals ? [after.totalTerm ?? 1, basis.total ?? 1] : [1, 1];
  const isForTerm = price.per === 'term';
  const [days, daysThen] = isForTerm ? [daysOf(termDays(entitlement, after.endDate)), basis.days] : [1, 1];
  return {
    numerator: tenThousandthsOf(basis.amount) * BigInt(total) * BigInt(days),
    denominator: BigInt(totalThen) * BigInt(Math.max(1, daysThen)),
  };
}

/** The price that the changes name, or the old one in proportion. */
function priceAfter(
  entitlement: Entitlement,
  after: EntitlementDetails,
  changes: AmendmentChanges,
): { readonly price: ContractPrice | null; readonly basis: PriceBasis | null } {
  const { details, priceBasis } = entitlement;
  if (changes.price !== undefined)
    return { price: changes.price, basis: basisOf(entitlement, changes.price, after.totalTerm, after.endDate) };
  const price = details.price ?? null;
  if (price === null) return { price, basis: null };
  const basis = priceBasis ?? basisOf(entitlement, price, details.totalTerm, details.endDate);
  if (after.totalTerm === details.totalTerm && after.endDate === details.endDate) return { price, basis };
  const { numerator, denominator } = exactPrice(entitlement, { after, price, basis });
  return { price: { ...price, amount: decimalOfUnits(halfUp(numerator, denominator)) }, basis };
}

const basisOf = (
  entitlement: Entitlement,
  price: ContractPrice | null,
  total: number | null,
  endDate: CivilDate,
): PriceBasis | null =>
  price === null ? null : { amount: price.amount, total, days: daysOf(termDays(entitlement, endDate)) };
