import type { AllocationType } from './allocation.ts';

/**
 * Amounts are exact decimals, never floating-point numbers. A price keeps four decimal places; a recorded amount has as
 * many places as the currency's own minor unit.
 */

/**
 * The currencies of ISO 4217 whose minor unit is not a hundredth. This is a table, because `Intl` may give other
 * results in another version of Node, and workflow code must always come to the same one. Any other code counts in
 * hundredths.
 */
const MINOR_DIGITS: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((code) => [code, 0]),
  ),
  ...Object.fromEntries('BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3])),
  ...Object.fromEntries('CLF UYW'.split(' ').map((code) => [code, 4])),
};
const USUAL_DIGITS = 2;

/** The decimal places of an amount in this currency: 0 for JPY, 2 for EUR, 3 for KWD. */
export const minorDigits = (currency: string): number =>
  Object.hasOwn(MINOR_DIGITS, currency) ? (MINOR_DIGITS[currency] ?? USUAL_DIGITS) : USUAL_DIGITS;

/** The currencies with this number of decimal places; those that no list names have two. */
export const currenciesWith = (digits: number): readonly string[] =>
  Object.entries(MINOR_DIGITS).flatMap(([code, own]) => (own === digits ? [code] : []));

const PRICE_DECIMALS = 4;
const MINUTES_PER_HOUR = 60n;

/** A price in ten-thousandths of its currency. */
function tenThousandths(price: string): bigint {
  const [whole = '0', fraction = ''] = price.split('.');
  return BigInt(whole + fraction.padEnd(PRICE_DECIMALS, '0'));
}

/**
 * The price of `quantity` cases, or of minutes at a price for one hour, in minor units of the currency. Half a minor
 * unit is rounded away from zero, so a credit of the same quantity is the same amount.
 */
export function minorAmount(
  quantity: number,
  { unitPrice, currency }: { readonly unitPrice: string; readonly currency: string },
  unit: AllocationType,
): bigint {
  const exact = BigInt(Math.abs(quantity)) * tenThousandths(unitPrice);
  const per = 10n ** BigInt(PRICE_DECIMALS - minorDigits(currency)) * (unit === 'hours' ? MINUTES_PER_HOUR : 1n);
  const rounded = (exact * 2n + per) / (per * 2n);
  return quantity < 0 ? -rounded : rounded;
}

/** Minor units as a decimal with the currency's own places: `22.48` EUR, `1117` JPY. */
export function decimalOf(minor: bigint, currency: string): string {
  const places = minorDigits(currency);
  const digits = (minor < 0n ? -minor : minor).toString().padStart(places + 1, '0');
  const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return minor < 0n ? `-${text}` : text;
}

/** The reverse of `decimalOf`. */
export const minorOf = (decimal: string): bigint => BigInt(decimal.replace('.', ''));

/** Whether an amount can be paid in this currency: it has no places below the minor unit. */
export function isPayable(price: string, currency: string): boolean {
  const step = 10n ** BigInt(PRICE_DECIMALS - minorDigits(currency));
  return tenThousandths(price) % step === 0n;
}
