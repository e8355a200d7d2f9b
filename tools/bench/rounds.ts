import type { Rate } from './load.ts';

/** What `npm run bench` tells each of its parts. */
export interface BenchOptions {
  /**
   * How often everything is measured, in turn, so that what disturbs the machine for a while disturbs what is compared
   * alike.
   */
  readonly rounds: number;
}

/** The numbers of the rounds, from 1. */
export const roundsOf = ({ rounds }: BenchOptions): readonly number[] =>
  Array.from({ length: rounds }, (_, index) => index + 1);

/** `231 240 228`: the rates of all rounds, per second. */
export const ratesText = (rates: readonly Rate[]): string =>
  rates.map(({ perSecond }) => perSecond.toFixed(0)).join(' ');

/** One rate in each round to another of the same round. */
export const ratios = (rates: readonly Rate[], to: readonly Rate[]): readonly number[] =>
  rates.map(({ perSecond }, index) => perSecond / (to[index]?.perSecond ?? Number.NaN));
