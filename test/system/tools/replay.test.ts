import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BUNDLED_LOG } from '../../../tools/replay/bundled-log.ts';
import { independentReading, type ReadingOptions } from '../../support/independent-reading.ts';
import { OwnStack } from '../../support/own-stack.ts';
import { ledgerRows, playByCli, reconcileByCli } from '../../support/play-and-compare.ts';

const CASES: ReadingOptions = { total: 20, unit: 'cases', on: 'creation', restrict: true };
const MINUTES: ReadingOptions = { total: 60_000, unit: 'minutes', on: 'resolution', restrict: false };
/** The four that the project promises. */
const OPTION_SETS: readonly ReadingOptions[] = [
  CASES,
  { total: 20, unit: 'cases', on: 'creation', restrict: false },
  { total: 20, unit: 'cases', on: 'resolution', restrict: true },
  MINUTES,
];

describe('the bundled log through the public API', () => {
  // Of its own, so that `reconcile` speaks of these entitlements alone.
  let stack: OwnStack;
  beforeAll(async () => {
    stack = await OwnStack.start({ temporalInMemory: true });
  });
  afterAll(async () => {
    await stack.stop();
  });

  test.each(OPTION_SETS)('gives what an independent reading finds: %o', async (options) => {
    const played = await playByCli(stack, options);
    expect(played.code, played.stderr).toBe(0);
    expect(JSON.parse(played.json ?? 'null')).toEqual(independentReading(BUNDLED_LOG, options));
  });

  test.each([CASES, MINUTES])('gives the same when no entitlement is named: %o', async (options) => {
    const played = await playByCli(stack, options, '--matching');
    expect(played.code, played.stderr).toBe(0);
    expect(JSON.parse(played.json ?? 'null')).toEqual(independentReading(BUNDLED_LOG, options));
  });

  test.each<{ options: ReadingOptions; flags: readonly string[] }>([
    { options: CASES, flags: [] },
    { options: MINUTES, flags: [] },
    { options: CASES, flags: ['--matching'] },
  ])('changes nothing when it is played again: %o', async ({ options, flags }) => {
    const rows = await ledgerRows(stack);
    const again = await playByCli(stack, options, ...flags);
    expect(again.code, again.stderr).toBe(0);
    expect(JSON.parse(again.json ?? 'null')).toEqual(independentReading(BUNDLED_LOG, options));
    expect(await ledgerRows(stack)).toBe(rows);
  });

  test('afterwards workflow, snapshot and ledger of every entitlement agree', async () => {
    const { code, lines } = await reconcileByCli(stack);
    expect(lines).toEqual(['360 entitlements: workflow, snapshot and ledger agree.']);
    expect(code).toBe(0);
  });
});
