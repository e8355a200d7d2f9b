import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sourceDir } from './python.ts';
import type { Records } from './records.ts';
import type { FuzzedStack } from './stack.ts';

export interface FuzzOptions {
  readonly program: string;
  readonly stack: FuzzedStack;
  readonly records: Records;
  /** Undefined: nobody, without a key. */
  readonly key: string | undefined;
  /** `coverage` tries each boundary of each schema, and takes as long as all others together. */
  readonly phases: readonly ('examples' | 'coverage' | 'fuzzing' | 'stateful')[];
  /** Names the files of the run. */
  readonly caller: string;
  readonly maxExamples: number;
  readonly seed: number;
  readonly logFile: string;
}

/** How often each status came, by operation, and how often each check failed. */
export interface Fuzzed {
  readonly total: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly operations: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly failures: Readonly<Record<string, number>>;
  /** 0: every check passed; 1: some failed; any other: the program itself failed. */
  readonly exitCode: number;
}

/** Runs Schemathesis as one caller against every route. Its report goes to `logFile`. */
export async function fuzz(options: FuzzOptions): Promise<Fuzzed> {
  const { program, stack, records, key, caller, maxExamples, seed, phases, logFile } = options;
  const runFile = join(stack.dir, `${caller}.json`);
  const answersFile = join(stack.dir, `${caller}-answers.json`);
  const { ids, keptKeyIds, today } = records;
  await writeFile(
    runFile,
    JSON.stringify({
      ids,
      kept: keptKeyIds,
      today,
      sink: stack.sink,
      outgoing: stack.outgoingFile,
      answers: answersFile,
      failures: logFile.replace(/\.log$/, '.failures'),
    }),
  );
  const args = [
    ...['--config-file', join(sourceDir, 'schemathesis.toml'), 'run', `${stack.apiUrl}/openapi.json`],
    ...['--seed', String(seed), '--max-examples', String(maxExamples), '--phases', phases.join(',')],
    ...['--generation-database', 'none', '--continue-on-failure', '--no-color', '--no-shrink'],
    ...['--checks', 'all', '--exclude-checks', 'positive_data_acceptance', '--request-timeout', '20'],
    ...(key === undefined ? [] : ['--header', `Authorization: Bearer ${key}`]),
  ];
  const child = spawn(program, args, {
    cwd: stack.dir,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      RUN_FILE: runFile,
      SCHEMATHESIS_HOOKS: 'hooks',
      PYTHONPATH: sourceDir,
      PYTHONDONTWRITEBYTECODE: '1',
      no_proxy: '*',
    },
  });
  const log = createWriteStream(logFile);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? -1));
  });
  await new Promise<void>((resolve) => log.end(resolve));
  const answers = JSON.parse(await readFile(answersFile, 'utf8')) as Omit<Fuzzed, 'exitCode'>;
  return { ...answers, exitCode };
}
