import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from './server-process.ts';
import { dataDir } from './settings.ts';

/**
 * The note of a start that runs: its pid, then where its API and its own Temporal are, one on each line. Programs that are
 * run beside it find its servers there.
 */
export const runningNote = join(dataDir, 'running');

export interface NotedAddresses {
  /** With http:// and port. */
  readonly api?: string | undefined;
  /** Host and port; undefined where the start uses a Temporal that it did not start. */
  readonly temporal?: string | undefined;
}

export const noteOf = (pid: number, { api = '', temporal = '' }: NotedAddresses): string =>
  `${pid}\n${api}\n${temporal}\n`;

/** The addresses in the note; none where the start that wrote it does not run any more. */
export async function notedAddresses(file = runningNote): Promise<NotedAddresses> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const [pid = '', api = '', temporal = ''] = text.split('\n');
  if (!(Number(pid) > 0) || !isAlive(Number(pid))) return {};
  return { api: api === '' ? undefined : api, temporal: temporal === '' ? undefined : temporal };
}
