import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type Finished, runProgram } from '../../../dev/run-program.ts';
import { unique } from '../../support/unique.ts';

export const PROGRAM = 'bin/import/main.js';

/** A folder for the files of all tests of a process, where imports run. */
export const dir = await mkdtemp(join(inject('scratchDir'), 'import-'));

/** The environment of an import; `url` replaces the address of the API under test. */
export const importEnv = (url = inject('apiUrl')) => ({ ALLOT_URL: url, ALLOT_API_KEY: inject('apiKey') });

/** Runs `npm run import -- …` to its end. */
export const importing = (args: readonly string[], url?: string): Promise<Finished> =>
  runProgram(PROGRAM, args, { env: importEnv(url), cwd: dir });

/** Writes a file and answers its path. */
export async function file(text: string | Buffer): Promise<string> {
  const path = join(dir, `${unique('file')}.csv`);
  await writeFile(path, text);
  return path;
}

/** The numbers that the printed table shows for a kind, in its order of columns. */
export const counted = ({ stdout }: Finished, kind: string): number[] =>
  (stdout.split('\n').find((line) => line.startsWith(kind)) ?? '')
    .trim()
    .split(/ {2,}/)
    .slice(1)
    .map((cell) => Number(cell.replaceAll(',', '')));
