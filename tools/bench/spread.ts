/** How the rounds of a measurement lie. */
export interface Spread {
  readonly rounds: number;
  readonly median: number;
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
  readonly least: number;
  readonly most: number;
}

/** Median, quartiles and range. Quartiles between two rounds are interpolated, as spreadsheets do. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number): number => rounded(quantile(sorted, share));
  return {
    rounds: sorted.length,
    median: at(0.5),
    lowerQuartile: at(0.25),
    upperQuartile: at(0.75),
    least: at(0),
    most: at(1),
  };
}

export const median = (values: readonly number[]): number =>
  quantile(
    values.toSorted((one, other) => one - other),
    0.5,
  );

/** The value that this share of the values, in ascending order, does not exceed; interpolated between two. */
export function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;
