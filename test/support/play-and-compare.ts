import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
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
export const playByCli = (
  stack: Pick<OwnStack, 'run'>,
  options: ReadingOptions,
  ...flags: readonly string[]
): Promise<PlayedByCli> => playLogByCli(stack, BUNDLED_LOG, options, ...flags);

/** Writes the first rows of the bundled log to a file of the folder and answers its path. */
export async function beginningOfLog(dir: string, rows: number): Promise<string> {
  const lines = gunzipSync(await readFile(BUNDLED_LOG))
    .toString('utf8')
    .split('\n');
  const path = join(dir, `incidents-${rows}.csv`);
  await writeFile(path, `${lines.slice(0, 1 + rows).join('\n')}\n`);
  return path;
}

/** `npm run replay -- LOG` with these options. */
export async function playLogByCli(
  stack: Pick<OwnStack, 'run'>,
  log: string,
  { total, unit, on, restrict }: ReadingOptions,
  ...flags: readonly string[]
): Promise<PlayedByCli> {
  const dir = await mkdtemp(join(tmpdir(), 'replay-'));
  const out = join(dir, 'out.json');
  const options = ['--total', String(total), '--unit', unit, '--on', on, '--restrict', restrict ? 'yes' : 'no'];
  const finished = await stack.run('tools/replay/main.js', [log, ...options, ...flags, '--json', out]);
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
