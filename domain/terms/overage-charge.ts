import type { CaseId } from '../ids.ts';
import { invalid, type Refusal } from '../refusals.ts';
import type { AllocationType } from './allocation.ts';
import { decimalOf, minorAmount, minorOf } from './money.ts';

/** What is charged for each case or hour past the allotment. */
export interface OveragePrice {
  /** Of one case, or of one hour: a decimal such as `120` or `89.90`. */
  readonly unitPrice: string;
  /** ISO 4217, such as EUR. */
  readonly currency: string;
  /** Minutes are rounded up to whole increments; 1 for cases. */
  readonly billingIncrementMinutes: number;
}

/** A recorded charge. A negative quantity credits an earlier one. */
export interface Charge {
  /** Cases, or whole minutes after rounding up to the billing increment. */
  readonly quantity: number;
  readonly unitPrice: string;
  readonly currency: string;
  /** What is billed or credited: a decimal with the currency's own places. Absent in rows of version 1. */
  readonly amount?: string;
  /** Of a credit: the charges that it takes back, as far as they are still known. */
  readonly credits?: readonly Charged[];
}

/** The case that was charged, and the ledger row that says so. */
export interface Charged {
  readonly caseId: CaseId;
  readonly seq: number;
}

/** A unit price as it is written: an exact decimal with at most four places. */
export const UNIT_PRICE = /^\d{1,9}(\.\d{1,4})?$/;
const CURRENCY = /^[A-Z]{3}$/;
/** A day. */
export const MAX_INCREMENT_MINUTES = 1_440;

/** The cases or minutes that are billed for `units`: whole increments. */
export const billedUnits = (units: number, { billingIncrementMinutes }: OveragePrice): number =>
  Math.ceil(units / billingIncrementMinutes) * billingIncrementMinutes;

export const isSamePrice = (one: OveragePrice, other: OveragePrice): boolean =>
  one.unitPrice === other.unitPrice &&
  one.currency === other.currency &&
  one.billingIncrementMinutes === other.billingIncrementMinutes;

/** What is charged or credited when purchases at one price change from `before` to `after`; null if nothing is. */
export function chargeBetween(before: Purchased, after: Purchased): Charge | null {
  const { price } = after;
  const quantity = billedUnits(after.units, price) - billedUnits(before.units, price);
  const amount = minorOf(after.amount) - minorOf(before.amount);
  if (quantity === 0 && amount === 0n) return null;
  const { unitPrice, currency } = price;
  return { quantity, unitPrice, currency, amount: decimalOf(amount, currency) };
}

interface Purchased {
  readonly price: OveragePrice;
  readonly units: number;
  readonly amount: string;
}

/** The amount of a charge, a decimal. Rows of version 1 recorded none: it is computed and rounded like any other. */
export const chargeAmount = (charge: Charge, unit: AllocationType): string =>
  charge.amount ?? decimalOf(minorAmount(charge.quantity, charge, unit), charge.currency);

/** A sum of money, an exact decimal. */
export interface ChargedAmount {
  readonly currency: string;
  readonly amount: string;
}

/** Refuses `validation_failed` for a wrong price, and for any price where nothing can go past the allotment. */
export function problemWithPrice({
  overagePrice: price,
  restrict,
  allocationType,
}: {
  readonly overagePrice: OveragePrice | null;
  readonly restrict: boolean;
  readonly allocationType: AllocationType;
}): Refusal | undefined {
  if (price === null) return undefined;
  if (allocationType === 'unlimited') return invalid('overagePrice', 'An unlimited entitlement has no overage.');
  if (restrict)
    return invalid(
      'overagePrice',
      'With restrict nothing goes past the allotment: overage charge needs restrict false.',
    );
  if (!UNIT_PRICE.test(price.unitPrice))
    return invalid(
      'overagePrice.unitPrice',
      'A price is a decimal with at most 9 digits before the point and 4 after it.',
    );
  if (!CURRENCY.test(price.currency))
    return invalid('overagePrice.currency', 'A currency is three capital letters, such as EUR.');
  const increment = price.billingIncrementMinutes;
  if (!Number.isSafeInteger(increment) || increment < 1 || increment > MAX_INCREMENT_MINUTES)
    return invalid(
      'overagePrice.billingIncrementMinutes',
      `A billing increment is 1 to ${MAX_INCREMENT_MINUTES} whole minutes.`,
    );
  if (allocationType === 'cases' && increment !== 1)
    return invalid('overagePrice.billingIncrementMinutes', 'Cases are billed one by one: the increment must be 1.');
  return undefined;
}
