import type { AllocationType, EntitlementDetails, Wrong } from './details.ts';
import type { Refusal } from './refusals.ts';

/** What is charged for what goes past the allotment. */
export interface OveragePrice {
  /** Of one case, or of one hour: a decimal such as `120` or `89.90`. */
  readonly unitPrice: string;
  /** ISO 4217, such as EUR. */
  readonly currency: string;
  /** Hours round up to whole increments, for each case; 1 for cases. */
  readonly billingIncrementMinutes: number;
}

/** A recorded charge; a negative quantity takes one back. */
export interface Charge {
  /** Cases, or whole minutes after rounding up to the billing increment. */
  readonly quantity: number;
  readonly unitPrice: string;
  readonly currency: string;
}

/** A price as it is written: exact, with at most four places. */
export const UNIT_PRICE = /^\d{1,9}(\.\d{1,4})?$/;
const CURRENCY = /^[A-Z]{3}$/;
/** A day. */
export const MAX_INCREMENT_MINUTES = 1_440;

/**
 * How much of what a case takes lies past the allotment, once it takes `taken`. What it had within stays within; what it
 * takes more is past the allotment where nothing is `left` (cases or minutes, may be negative); what comes back was past
 * it first.
 */
export function overageOf(before: { taken: number; over: number }, taken: number, left: number | null): number {
  if (left === null) return 0;
  const more = taken - before.taken;
  if (more <= 0) return Math.max(0, before.over + more);
  return before.over + Math.max(0, more - Math.max(0, left));
}

/** What a case's overage costs in units that are billed: minutes in whole increments. */
export const billed = (over: number, { billingIncrementMinutes }: OveragePrice): number =>
  Math.ceil(over / billingIncrementMinutes) * billingIncrementMinutes;

/** The charge for a change of a case's overage; null where nothing changes or nothing is charged. */
export function chargeFor(before: number, after: number, price: OveragePrice | null): Charge | null {
  if (price === null) return null;
  const quantity = billed(after, price) - billed(before, price);
  return quantity === 0 ? null : { quantity, unitPrice: price.unitPrice, currency: price.currency };
}

const PRICE_DECIMALS = 4;
const MINUTES_PER_HOUR = 60n;

/** A price in ten-thousandths of its currency. */
function priceOf({ unitPrice }: Charge): bigint {
  const [whole = '0', fraction = ''] = unitPrice.split('.');
  return BigInt(whole + fraction.padEnd(PRICE_DECIMALS, '0'));
}

/** What charges of one currency come to, an exact decimal to the fourth place, half of it rounded away from zero. */
function decimalOf(charges: readonly Charge[], unit: AllocationType): string {
  const per = unit === 'hours' ? MINUTES_PER_HOUR : 1n;
  const sum = charges.reduce((some, charge) => some + BigInt(charge.quantity) * priceOf(charge), 0n);
  const scaled = ((sum < 0n ? -sum : sum) * 2n + per) / (per * 2n);
  const digits = scaled.toString().padStart(PRICE_DECIMALS + 1, '0');
  const text = `${digits.slice(0, -PRICE_DECIMALS)}.${digits.slice(-PRICE_DECIMALS)}`.replace(/0{1,2}$/, '');
  return sum < 0n && scaled > 0n ? `-${text}` : text;
}

/** What a charge comes to, an exact decimal to the fourth place, half of it rounded away from zero. */
export const amountOf = (charge: Charge, unit: AllocationType): string => decimalOf([charge], unit);

/** A sum of money, an exact decimal. */
export interface ChargedAmount {
  readonly currency: string;
  readonly amount: string;
}

/** What charges come to, currency by currency in order of its code; each sum is rounded once, and none is 0. */
export function chargedAmounts(charges: readonly Charge[], unit: AllocationType): readonly ChargedAmount[] {
  const currencies = [...new Set(charges.map(({ currency }) => currency))].sort();
  return currencies.flatMap((currency) => {
    const amount = decimalOf(
      charges.filter((charge) => charge.currency === currency),
      unit,
    );
    return amount === '0.00' ? [] : [{ currency, amount }];
  });
}

/** Refuses `validation_failed`: a price is for what restrict does not refuse. */
export function problemWithPrice(details: EntitlementDetails, wrong: Wrong): Refusal | undefined {
  const { overagePrice: price, restrict, allocationType } = details;
  if (price === null) return undefined;
  if (allocationType === 'unlimited') return wrong('overagePrice', 'An unlimited entitlement has no overage.');
  if (restrict)
    return wrong('overagePrice', 'With restrict nothing goes past the allotment: overage charge needs restrict false.');
  if (!UNIT_PRICE.test(price.unitPrice))
    return wrong(
      'overagePrice.unitPrice',
      'A price is a decimal with at most 9 digits before the point and 4 after it.',
    );
  if (!CURRENCY.test(price.currency))
    return wrong('overagePrice.currency', 'A currency is three capitals, such as EUR.');
  const increment = price.billingIncrementMinutes;
  if (!Number.isSafeInteger(increment) || increment < 1 || increment > MAX_INCREMENT_MINUTES)
    return wrong(
      'overagePrice.billingIncrementMinutes',
      `An increment is 1 to ${MAX_INCREMENT_MINUTES} whole minutes.`,
    );
  if (allocationType === 'cases' && increment !== 1)
    return wrong('overagePrice.billingIncrementMinutes', 'Cases are billed one by one: the increment is 1.');
  return undefined;
}
