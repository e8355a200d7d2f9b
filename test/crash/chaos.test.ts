import { expect, test } from 'vitest';
import { startOwnStack } from '../../tools/chaos/own-stack.ts';
import { runChaos } from '../../tools/chaos/run.ts';

/** `npm run chaos` does the same for longer and by any seed. */
const SEED = '1';
const MINUTES = 1;

test('while processes die, connections break and tables are locked, nothing is lost, counts twice or stays stuck', async () => {
  const lines: string[] = [];
  const result = await runChaos(startOwnStack, {
    seed: SEED,
    minutes: MINUTES,
    clients: 6,
    say: (line) => lines.push(line),
  });
  expect(result.findings, `kept in ${result.keptIn}\n${lines.join('\n')}`).toEqual([]);
  expect(result.acknowledged).toBeGreaterThan(0);
  expect(result.kills).toBeGreaterThan(0);
  expect(result.faults.filter(({ fault }) => fault.startsWith('link ')).length).toBeGreaterThan(0);
}, 600_000);
