import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BUNDLED_LOG } from '../../../tools/replay/bundled-log.ts';
import { independentReading, type ReadingOptions } from '../../support/independent-reading.ts';
import { OwnStack } from '../../support/own-stack.ts';
import { beginningOfLog, ledgerRows, playLogByCli } from '../../support/play-and-compare.ts';
import { reconciled } from '../../support/reconciled.ts';

/** Among all tests a tenth of the log, with totals that it exhausts as well; the whole log with `npm run test:long`. */
const IS_WHOLE = process.env.ALLOT_LONG !== undefined;
const ROWS = 300;
const [TOTAL_CASES, TOTAL_MINUTES] = IS_WHOLE ? [20, 60_000] : [2, 6_000];

const CASES: ReadingOptions = { total: TOTAL_CASES, unit: 'cases', on: 'creation', restrict: true };
const MINUTES: ReadingOptions = { total: TOTAL_MINUTES, unit: 'minutes', on: 'resolution', restrict: false };
/** The four that the project promises: all with the whole log, else two that differ in everything. */
const OPTION_SETS: readonly ReadingOptions[] = IS_WHOLE
  ? [
      CASES,
      { total: TOTAL_CASES, unit: 'cases', on: 'creation', restrict: false },
      { total: TOTAL_CASES, unit: 'cases', on: 'resolution', restrict: true },
      MINUTES,
    ]
  : [CASES, MINUTES];
/** Those that are also played without naming an entitlement. */
const MATCHED = IS_WHOLE ? [CASES, MINUTES] : [CASES];

describe('the bundled log through the public API', () => {
  // Of its own, so that the comparison speaks of these entitlements alone.
  let stack: OwnStack;
  let log: string;
  beforeAll(async () => {
    stack = await OwnStack.start({ temporalInMemory: true });
    log = IS_WHOLE ? BUNDLED_LOG : await beginningOfLog(stack.dir, ROWS);
  });
  afterAll(async () => {
    await stack.stop();
  });

  test.each(OPTION_SETS)('gives what an independent reading finds: %o', async (options) => {
    const played = await playLogByCli(stack, log, options);
    expect(played.code, played.stderr).toBe(0);
    const expected = independentReading(log, options);
    expect(JSON.parse(played.json ?? 'null')).toEqual(expected);
    expect(Object.values(expected).some(({ rejected }) => rejected > 0)).toBe(options.restrict);
  });

  test.each(MATCHED)('gives the same when no entitlement is named: %o', async (options) => {
    const played = await playLogByCli(stack, log, options, '--matching');
    expect(played.code, played.stderr).toBe(0);
    expect(JSON.parse(played.json ?? 'null')).toEqual(independentReading(log, options));
  });

  test.each<{ options: ReadingOptions; flags: readonly string[] }>([
    ...OPTION_SETS.filter((options) => IS_WHOLE || options === MINUTES).map((options) => ({ options, flags: [] })),
    { options: CASES, flags: ['--matching'] },
  ])('changes nothing when it is played again: %o', async ({ options, flags }) => {
    const rows = await ledgerRows(stack);
    const again = await playLogByCli(stack, log, options, ...flags);
    expect(again.code, again.stderr).toBe(0);
    expect(JSON.parse(again.json ?? 'null')).toEqual(independentReading(log, options));
    expect(await ledgerRows(stack)).toBe(rows);
  });

  test('afterwards workflow, snapshot and ledger of every entitlement agree', async () => {
    const { entitlements, differences } = await reconciled(stack);
    expect(differences).toEqual([]);
    const locations = Object.keys(independentReading(log, CASES)).length;
    expect(entitlements).toBe(locations * (OPTION_SETS.length + MATCHED.length));
  });
});
