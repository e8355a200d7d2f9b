import type { CaseId } from '../ids.ts';
import { invalid, type Refusal } from '../refusals.ts';
import type { AllocationType } from './allocation.ts';
import { decimalOf, minorAmount } from './money.ts';

/** What is charged for what goes past the allotment. */
export interface OveragePrice {
  /** Of one case, or of one hour: a decimal such as `120` or `89.90`. */
  readonly unitPrice: string;
  /** ISO 4217, such as EUR. */
  readonly currency: string;
  /** Hours round up to whole increments, for each case; 1 for cases. */
  readonly billingIncrementMinutes: number;
}

/** A recorded charge; a negative quantity credits an earlier one. */
export interface Charge {
  /** Cases, or whole minutes after rounding up to the billing increment. */
  readonly quantity: number;
  readonly unitPrice: string;
  readonly currency: string;
  /** What is billed or credited: a decimal with the currency's own places. Absent in rows of older versions. */
  readonly amount?: string;
  /** Of a credit: the charges that it takes back, as far as they are still known. */
  readonly credits?: readonly Charged[];
}

/** The case that was charged, and the ledger row that says so. */
export interface Charged {
  readonly caseId: CaseId;
  readonly seq: number;
}

/** A price as it is written: exact, with at most four places. */
export const UNIT_PRICE = /^\d{1,9}(\.\d{1,4})?$/;
const CURRENCY = /^[A-Z]{3}$/;
/** A day. */
export const MAX_INCREMENT_MINUTES = 1_440;

/** Units that are billed for `units` cases or minutes: whole increments. */
export const billedUnits = (units: number, { billingIncrementMinutes }: OveragePrice): number =>
  Math.ceil(units / billingIncrementMinutes) * billingIncrementMinutes;

export const isSamePrice = (one: OveragePrice, other: OveragePrice): boolean =>
  one.unitPrice === other.unitPrice &&
  one.currency === other.currency &&
  one.billingIncrementMinutes === other.billingIncrementMinutes;

/** What a charge comes to. Rows of older versions recorded no amount: theirs is rounded to what can be paid, too. */
export const chargeAmount = (charge: Charge, unit: AllocationType): string =>
  charge.amount ?? decimalOf(minorAmount(charge.quantity, charge, unit), charge.currency);

/** A sum of money, an exact decimal. */
export interface ChargedAmount {
  readonly currency: string;
  readonly amount: string;
}

/** Refuses `validation_failed`: a price is for what restrict does not refuse. */
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
    return invalid('overagePrice.currency', 'A currency is three capitals, such as EUR.');
  const increment = price.billingIncrementMinutes;
  if (!Number.isSafeInteger(increment) || increment < 1 || increment > MAX_INCREMENT_MINUTES)
    return invalid(
      'overagePrice.billingIncrementMinutes',
      `An increment is 1 to ${MAX_INCREMENT_MINUTES} whole minutes.`,
    );
  if (allocationType === 'cases' && increment !== 1)
    return invalid('overagePrice.billingIncrementMinutes', 'Cases are billed one by one: the increment is 1.');
  return undefined;
}
