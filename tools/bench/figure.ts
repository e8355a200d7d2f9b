/** A ratio measured in one run, and what it must reach. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly goal: number;
  readonly bar: 'at least' | 'at most';
  readonly ok: boolean;
  /** What stands behind it: rates, medians, counts. */
  readonly detail: string;
}

export const figure = (name: string, value: number, bar: Figure['bar'], goal: number, detail: string): Figure => ({
  name,
  value: Math.round(value * 1_000) / 1_000,
  goal,
  bar,
  ok: bar === 'at least' ? value >= goal : value <= goal,
  detail,
});
