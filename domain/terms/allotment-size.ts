import { MAX_TERM } from './allocation.ts';
import type { EntitlementDetails } from './details.ts';

/** Contracts are sold in steps that depend on their size: an exact count would look like a mistake in an offer. */
const CASE_STEPS: readonly { readonly upTo: number; readonly step: number }[] = [
  { upTo: 50, step: 5 },
  { upTo: 200, step: 10 },
];
const LARGE_STEP = 50;
/** Hours are sold whole. */
const MINUTES_PER_HOUR = 60;

export type TermUnit = 'cases' | 'minutes';

/**
 * The size of the contract that is sold for an expected use: cases in steps, minutes in whole hours. From one step to
 * `MAX_TERM`.
 */
export function soldSizeFor(amount: number, unit: TermUnit): number {
  const step =
    unit === 'minutes' ? MINUTES_PER_HOUR : (CASE_STEPS.find(({ upTo }) => amount <= upTo)?.step ?? LARGE_STEP);
  return Math.min(roundedUp(Math.max(1, amount), step), MAX_TERM);
}

const roundedUp = (amount: number, step: number): number => Math.ceil(amount / step) * step;

/**
 * The channels' rows when the total becomes `size`: each in proportion, rounded up to whole cases or hours, at least
 * what its channel needs and at most the total. A row that has the whole total keeps the whole total. Undefined without
 * rows.
 */
export function resizedRows(
  { channels, totalTerm }: Pick<EntitlementDetails, 'channels' | 'totalTerm'>,
  size: number,
  unit: TermUnit,
  neededBy: (channel: string) => number,
): Pick<EntitlementDetails, 'channels'> | undefined {
  if (channels.length === 0) return undefined;
  const step = unit === 'minutes' ? MINUTES_PER_HOUR : 1;
  const resized = channels.map(({ channel, totalTerm: row }) => {
    if (row === null || totalTerm === null || row >= totalTerm) return { channel, totalTerm: size };
    const share = (row * size) / totalTerm;
    return { channel, totalTerm: Math.min(size, roundedUp(Math.max(share, neededBy(channel)), step)) };
  });
  return { channels: resized };
}
