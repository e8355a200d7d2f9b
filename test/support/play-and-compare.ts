import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Finished } from '../../dev/run-program.ts';
import { BUNDLED_LOG } from '../../tools/replay/bundled-log.ts';
import type { ReadingOptions } from './independent-reading.ts';
import type { OwnStack } from './own-stack.ts';

export interface PlayedByCli extends Finished {
  /** What `--json` wrote; undefined when it wrote nothing. */
  readonly json: string | undefined;
}

/** `npm run replay -- tools/replay/data/incidents.csv.gz` with these options. */
export async function playByCli(
  stack: Pick<OwnStack, 'run'>,
  { total, unit, on, restrict }: ReadingOptions,
  ...flags: readonly string[]
): Promise<PlayedByCli> {
  const dir = await mkdtemp(join(tmpdir(), 'replay-'));
  const out = join(dir, 'out.json');
  const options = ['--total', String(total), '--unit', unit, '--on', on, '--restrict', restrict ? 'yes' : 'no'];
  const finished = await stack.run('tools/replay/main.js', [BUNDLED_LOG, ...options, ...flags, '--json', out]);
  const json = await readFile(out, 'utf8').catch(() => undefined);
  await rm(dir, { recursive: true });
  return { ...finished, json };
}

/** What `npm run reconcile` says on stdout, and its exit status. */
export async function reconcileByCli(stack: Pick<OwnStack, 'run'>): Promise<{ code: number; lines: string[] }> {
  const { code, stdout, stderr } = await stack.run('bin/reconcile/main.js', []);
  return { code, lines: (stdout === '' ? stderr : stdout).trimEnd().split('\n') };
}

export async function ledgerRows(stack: OwnStack): Promise<number> {
  const [counted] = await stack.sql<{ rows: number }[]>`select count(*)::int as rows from ledger`;
  return counted?.rows ?? 0;
}

/** What `npm run reconcile` says when nothing differs. */
export const AGREED = {
  code: 0,
  lines: [expect.stringMatching(/^\d+ entitlements: workflow, snapshot and ledger agree\.$/)],
};
