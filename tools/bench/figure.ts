import { type Spread, spreadOf } from './spread.ts';

/** A ratio measured in one run, and what it must reach. */
export interface Figure {
  readonly name: string;
  /** The median of the rounds. */
  readonly value: number;
  /** Quartiles and range of the rounds. */
  readonly spread: Spread;
  readonly goal: number;
  readonly bar: 'at least' | 'at most';
  /** Three quarters of the rounds reach the goal: the lower quartile of an "at least", the upper of an "at most". */
  readonly ok: boolean;
  /** What stands behind it: rates, medians, counts. */
  readonly detail: string;
}

/** The figure of a ratio that was measured once in each round. */
export function figure(
  name: string,
  rounds: readonly number[],
  bar: Figure['bar'],
  goal: number,
  detail: string,
): Figure {
  const spread = spreadOf(rounds);
  const ok = bar === 'at least' ? spread.lowerQuartile >= goal : spread.upperQuartile <= goal;
  return { name, value: spread.median, spread, goal, bar, ok, detail };
}

/** A figure on one line, with `width` for its name. */
export function figureLine({ name, value, spread, bar, goal, ok, detail }: Figure, width: number): string {
  const { lowerQuartile, upperQuartile, least, most, rounds } = spread;
  const quartiles = `${lowerQuartile.toFixed(3)} to ${upperQuartile.toFixed(3)}`;
  const range = `${least.toFixed(3)} to ${most.toFixed(3)}`;
  const measured = rounds === 1 ? 'one count' : `quartiles ${quartiles}, range ${range}, ${rounds} rounds`;
  const reached = ok ? 'ok' : 'NOT REACHED';
  return `${name.padEnd(width)}  ${value.toFixed(3).padStart(8)}  ${bar} ${goal}  ${reached}  (${measured}; ${detail})`;
}
