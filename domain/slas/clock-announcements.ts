import type { ClockOccurrence } from './case-clock.ts';
import type { ClockReading } from './clock-reading.ts';

/** Of each clock, what happened last is remembered as announced, and this much of it at most. */
const REMEMBERED = 100;

const isOnceEver = ({ kind }: ClockOccurrence): boolean => kind === 'nearing' || kind === 'breached';

/**
 * What may be announced of a clock: warnings and the breach, and the newest of the rest. What is older was announced
 * long ago, and a clock that is held and released without end does not grow what is remembered.
 */
const announceable = (occurrences: readonly ClockOccurrence[]): readonly ClockOccurrence[] =>
  occurrences.filter((each, index) => isOnceEver(each) || index >= occurrences.length - REMEMBERED);

/** What of it was not announced before. `announced` are names of occurrences. */
export const unannounced = (
  occurrences: readonly ClockOccurrence[],
  announced: readonly string[],
): readonly ClockOccurrence[] => {
  const known = new Set(announced);
  return announceable(occurrences).filter(({ name }) => !known.has(name));
};

/**
 * Whether anybody is told what happened to a clock: a warning or a breach of a clock that was canceled since concerns
 * nobody any more. It is remembered all the same, so it does not come later.
 */
export const isWorthTelling = (occurrence: ClockOccurrence, { status }: Pick<ClockReading, 'status'>): boolean =>
  status !== 'canceled' || !isOnceEver(occurrence);

/**
 * The names to remember once all of these are announced. A warning or a breach that was announced once is never
 * announced again, even if the clock is counted otherwise by now.
 */
export const announcedAfter = (
  occurrences: readonly ClockOccurrence[],
  announced: readonly string[],
): readonly string[] => [
  ...new Set([
    ...announced.filter((name) => name === 'breached' || name.startsWith('nearing:')),
    ...announceable(occurrences).map(({ name }) => name),
  ]),
];
