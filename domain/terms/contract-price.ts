import { invalid, type Refusal } from '../refusals.ts';
import type { PeriodLength } from './periods.ts';

/** What a contract costs: for its whole term, or for each period. */
export interface ContractPrice {
  /** A decimal with at most four places, such as `1200` or `99.9500`. */
  readonly amount: string;
  /** ISO 4217, such as EUR. */
  readonly currency: string;
  readonly per: 'term' | 'period';
}

/** What is charged by a change of a contract; negative: credited. A decimal with four places. */
export interface Money {
  readonly amount: string;
  readonly currency: string;
}

/** Amounts of a contract are counted in ten-thousandths of its currency: four places, exact. */
const PLACES = 4;
const AMOUNT = /^\d{1,12}(\.\d{1,4})?$/;
const CURRENCY = /^[A-Z]{3}$/;

/** A decimal in ten-thousandths. */
export function tenThousandthsOf(decimal: string): bigint {
  const isNegative = decimal.startsWith('-');
  const [whole = '0', fraction = ''] = decimal.replace('-', '').split('.');
  const units = BigInt(whole + fraction.padEnd(PLACES, '0'));
  return isNegative ? -units : units;
}

/** The reverse: always with four places, so `12.5` comes back as `12.5000`. */
export function decimalOfUnits(units: bigint): string {
  const digits = (units < 0n ? -units : units).toString().padStart(PLACES + 1, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -PLACES)}.${digits.slice(-PLACES)}`;
}

/** The opposite amount. */
export const negated = ({ amount, currency }: Money): Money => ({
  amount: decimalOfUnits(-tenThousandthsOf(amount)),
  currency,
});

/** Refuses `validation_failed` for a wrong amount or currency, and for a price per period where there are no periods. */
export function problemWithContractPrice({
  price = null,
  period,
}: {
  readonly price?: ContractPrice | null;
  readonly period: PeriodLength | null;
}): Refusal | undefined {
  if (price === null) return undefined;
  if (!AMOUNT.test(price.amount))
    return invalid('price.amount', 'A price is a decimal with at most 12 digits before the point and 4 after it.');
  if (!CURRENCY.test(price.currency))
    return invalid('price.currency', 'A currency is three capital letters, such as EUR.');
  if (price.per === 'period' && period === null)
    return invalid('price.per', 'A price per period needs a period: month, quarter or year.');
  return undefined;
}
