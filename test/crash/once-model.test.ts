import fc from 'fast-check';
import { afterAll, expect, inject, test } from 'vitest';
import { connect } from '../../db/postgres/connect.ts';
import { type Step, story } from './once-story.ts';
import { OnceWorld } from './once-world.ts';

/**
 * The same stories each time, with `npm run test:long` more of them. ALLOT_MODEL_RUNS=500 is for a longer look, ALLOT_MODEL_SEED for other stories, and
 * ALLOT_MODEL_SHRINK=1 makes a story that fails shorter, which takes minutes.
 */
const { ALLOT_MODEL_RUNS: wantedRuns, ALLOT_LONG: isLong } = process.env;
const numRuns = Number(wantedRuns ?? (isLong === undefined ? 10 : 50));
const seed = Number(process.env.ALLOT_MODEL_SEED ?? 786_915_987);
const MS_PER_RUN = 20_000;

const sql = connect(inject('databaseUrl'), { max: 4 });
afterAll(() => sql.end());

let compared = 0;

async function play(steps: readonly Step[]): Promise<readonly string[]> {
  const world = await OnceWorld.create(sql);
  try {
    for (const step of steps) await world.take(step);
    const faults = await world.faults();
    compared += world.answers;
    return faults;
  } finally {
    await world.end();
  }
}

test(
  'a key counts once in all ledgers and keeps its first answer, through moves, crashes and races',
  async () => {
    console.error(`once-model: ${numRuns} stories, seed ${seed}`);
    await fc.assert(
      fc.asyncProperty(story, async (steps) => {
        expect(await play(steps)).toEqual([]);
      }),
      { numRuns, seed, endOnFailure: process.env.ALLOT_MODEL_SHRINK === undefined },
    );
    // The stories do bring answers: otherwise there would be nothing to find wrong.
    expect(compared).toBeGreaterThan(numRuns);
  },
  numRuns * MS_PER_RUN + 600_000,
);
