/**
 * How often a property is tried. Each test names the number that finds a planted fault almost always, so that the tests
 * of a change take seconds. `ALLOT_PROPERTY_RUNS=20` tries every property twenty times as often; `ALLOT_PROPERTY_SEED`
 * repeats a failure.
 */
const FACTOR = Number(process.env.ALLOT_PROPERTY_RUNS ?? 1);
const { ALLOT_PROPERTY_SEED: SEED } = process.env;

/** The options of `fc.assert` for a property that is usually tried `usual` times. */
export const runs = (usual: number): { readonly numRuns: number; readonly seed?: number } => ({
  numRuns: Math.ceil(usual * FACTOR),
  ...(SEED === undefined ? {} : { seed: Number(SEED) }),
});
