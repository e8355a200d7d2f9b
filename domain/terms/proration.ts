import { type CivilDate, daysBetween } from '../calendar.ts';

/**
 * Parts of a whole by days. A day counts whole, whatever its clock does, from the effective day on. The denominator is
 * always the whole term or period, never what is left of it.
 */

/** Days from `from` up to but not including `to`. */
export interface DaySpan {
  readonly from: CivilDate;
  readonly to: CivilDate;
}

export const daysOf = ({ from, to }: DaySpan): number => Math.max(0, daysBetween(from, to));

/** The days of the span from `day` on; all of them before it begins. */
export const daysFrom = ({ from, to }: DaySpan, day: CivilDate): number =>
  daysOf({ from: day > from ? day : from, to });

/** The quotient as a whole number, half rounded up: 2.5 gives 3, and -2.5 gives -2. The denominator is above 0. */
export function halfUp(numerator: bigint, denominator: bigint): bigint {
  const doubled = 2n * numerator + denominator;
  const by = 2n * denominator;
  const quotient = doubled / by;
  return doubled % by < 0n ? quotient - 1n : quotient;
}

/** What prorated amendments of one day have granted so far, so that several come to the same as their sum. */
export interface ProratedDay {
  readonly day: CivilDate;
  /** Days from that day on, and days of the whole. */
  readonly left: number;
  readonly whole: number;
  readonly parts: readonly ProratedPart[];
}

interface ProratedPart {
  /** A channel's own total; null: the total. */
  readonly channel: string | null;
  /** The sum of (new - old) total, in cases or minutes, and what was granted for it. */
  readonly difference: number;
  readonly granted: number;
}

const isSameDay = (known: ProratedDay | undefined, { day, left, whole }: Omit<ProratedDay, 'parts'>): boolean =>
  known !== undefined && known.day === day && known.left === left && known.whole === whole;

/**
 * What is granted for one more difference of a total: its part for the days left, rounded once for all amendments of the
 * day. Returns it, in cases or minutes, with the day's record.
 */
export function grantPart(
  known: ProratedDay | undefined,
  on: Omit<ProratedDay, 'parts'>,
  { channel, difference }: Pick<ProratedPart, 'channel' | 'difference'>,
): { readonly granted: number; readonly day: ProratedDay } {
  const parts = known !== undefined && isSameDay(known, on) ? known.parts : [];
  const before = parts.find((part) => part.channel === channel);
  const sum = (before?.difference ?? 0) + difference;
  const all = Number(halfUp(BigInt(sum) * BigInt(on.left), BigInt(on.whole)));
  const part = { channel, difference: sum, granted: all };
  return {
    granted: all - (before?.granted ?? 0),
    day: { day: on.day, left: on.left, whole: on.whole, parts: [...parts.filter((one) => one !== before), part] },
  };
}
