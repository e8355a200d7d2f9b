import type { AllocationType } from './allocation.ts';

/**
 * Amounts are exact decimals, never floating-point numbers: a price keeps four decimal places, an amount that is
 * recorded has as many places as the currency's own minor unit.
 */

/**
 * ISO 4217: currencies whose minor unit is not a hundredth. A table and not `Intl`, as workflow code must come to the
 * same result in every version of Node. A code that is not listed here counts in hundredths.
 */
const MINOR_DIGITS: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((code) => [code, 0]),
  ),
  ...Object.fromEntries('BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3])),
  ...Object.fromEntries('CLF UYW'.split(' ').map((code) => [code, 4])),
};
const USUAL_DIGITS = 2;

/** How many decimal places an amount of the currency has: 0 for JPY, 2 for EUR, 3 for KWD. */
export const minorDigits = (currency: string): number =>
  Object.hasOwn(MINOR_DIGITS, currency) ? (MINOR_DIGITS[currency] ?? USUAL_DIGITS) : USUAL_DIGITS;

/** The currencies that have so many places; the rest has two. */
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
 * What `quantity` comes to in minor units of the currency: cases, or minutes at a price of one hour. Half a minor unit
 * is rounded away from zero, so a credit of the same quantity is the same amount.
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

/** Whether a price of that currency can be paid: it has no places below the currency's minor unit. */
export function isPayable(price: string, currency: string): boolean {
  const step = 10n ** BigInt(PRICE_DECIMALS - minorDigits(currency));
  return tenThousandths(price) % step === 0n;
}
