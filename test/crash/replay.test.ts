import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { independentReading, type ReadingOptions } from '../support/independent-reading.ts';
import type { OwnStack } from '../support/own-stack.ts';
import { ownStackOfFile } from '../support/own-stack-of-file.ts';
import { AGREED, beginningOfLog, ledgerRows, playLogByCli, reconcileByCli } from '../support/play-and-compare.ts';
import { until } from '../support/waiting.ts';

const OPTIONS: ReadingOptions = { total: 20, unit: 'cases', on: 'creation', restrict: true };
/** Two life rows for each of 60 entitlements, and then some of the cases: in the middle of the first batch. */
const MID_REPLAY_ROWS = 150;
const AWAY_MS = 1_500;
/** A third of the log: a kill in the middle needs no more, and each part plays it twice. */
const ROWS = 1_000;

let stack: OwnStack;
let log: string;
const ownStack = ownStackOfFile();
beforeAll(async () => {
  stack = ownStack();
  log = await beginningOfLog(stack.dir, ROWS);
});

test.each(['worker', 'api', 'postgres', 'temporal'] as const)(
  '%s is killed in the middle of a replay and started again: the replay reaches the same result',
  async (part) => {
    // A run of its own for each part: the same run again would change nothing.
    const run = ['--run', `killed-${part}`];
    const rowsBefore = await ledgerRows(stack);
    const playing = playLogByCli(stack, log, OPTIONS, ...run);
    await until('the replay is under way', 90_000, async () =>
      (await ledgerRows(stack)) - rowsBefore > MID_REPLAY_ROWS ? true : undefined,
    );
    await stack.kill(part);
    await sleep(AWAY_MS);
    await stack.begin(part);
    const interrupted = await playing;

    const played = await playLogByCli(stack, log, OPTIONS, ...run);
    expect(played.code, `${interrupted.stderr}\n${played.stderr}`).toBe(0);
    expect(JSON.parse(played.json ?? 'null')).toEqual(independentReading(log, OPTIONS));
    expect(await reconcileByCli(stack)).toEqual(AGREED);
  },
  300_000,
);
