import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { CannotStart } from '../../dev/cannot-start.ts';
import { ROLES, type Role } from '../../domain/access/roles.ts';
import { fromCaller } from '../../runtime/caller-path.ts';
import { projectDir } from '../../runtime/project-dir.ts';
import { type Fuzzed, type FuzzOptions, fuzz } from './fuzz.ts';
import { schemathesisProgram } from './python.ts';
import { makeRecords } from './records.ts';
import { startFuzzedStack } from './stack.ts';

const NOBODY = 'nobody';
const CALLERS = [...ROLES, NOBODY] as const;
type Caller = Role | typeof NOBODY;

/** The caller whose content is judged at every route: only for this one each boundary of each schema is tried. */
const SEES_EVERYTHING: Caller = 'system_administrator';

const DEFAULT_EXAMPLES = 4;
const DEFAULT_SEED = 20_261;

const wholeNumber = (given: string): number => {
  if (!/^\d{1,9}$/.test(given)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(given);
};

const callersIn = (given: string): Caller[] => {
  const names = given.split(',');
  const known = CALLERS.filter((caller) => names.includes(caller));
  if (known.length !== names.length) throw new InvalidArgumentError(`It takes some of ${CALLERS.join(', ')}.`);
  return known;
};

const command = new Command('npm run test:schemathesis --')
  .description(
    'Sends made-up requests to every route as each role and as nobody, and checks each answer against openapi.json.',
  )
  .option(
    '--max-examples <n>',
    'made-up requests for each route, beside those that its schema suggests',
    wholeNumber,
    DEFAULT_EXAMPLES,
  )
  .option('--seed <n>', 'the same seed makes up the same requests', wholeNumber, DEFAULT_SEED)
  .option('--callers <names>', `some of ${CALLERS.join(', ')}`, callersIn, [...CALLERS])
  .option('--json <file>', 'write the counts there, too')
  .parse();
const { maxExamples, seed, callers, json } = command.opts<{
  maxExamples: number;
  seed: number;
  callers: Caller[];
  json?: string;
}>();

const begun = Date.now();
const say = (line: string) => console.error(`${((Date.now() - begun) / 1_000).toFixed(0).padStart(4)} s  ${line}`);

interface Row extends Fuzzed {
  readonly caller: Caller;
}

async function run(): Promise<boolean> {
  const program = await schemathesisProgram(say);
  const logDir = join(projectDir, '.allot', 'schemathesis');
  await mkdir(logDir, { recursive: true });
  say(`starting a system of its own; ${callers.length} callers follow`);
  const stack = await startFuzzedStack(say);
  try {
    const records = await makeRecords(stack.ask, stack.sink);
    say('records of each kind are made');
    const rows: Row[] = [];
    for (const caller of callers) {
      const key = caller === NOBODY ? undefined : records.keys[caller];
      const logFile = join(logDir, `${caller}.log`);
      const fuzzed = await fuzz({
        program,
        stack,
        records,
        key,
        caller,
        maxExamples,
        seed,
        phases: phasesOf(caller),
        logFile,
      });
      rows.push({ caller, ...fuzzed });
      say(`${caller}: ${fuzzed.total} requests, exit code ${fuzzed.exitCode} (${logFile})`);
    }
    return await report(rows, await stack.outgoing(), stack.delivered(), stack.logged());
  } finally {
    await stack.stop();
  }
}

const phasesOf = (caller: Caller): FuzzOptions['phases'] =>
  caller === SEES_EVERYTHING ? ['examples', 'coverage', 'fuzzing', 'stateful'] : ['examples', 'fuzzing', 'stateful'];

const serverErrors = ({ statuses }: Fuzzed): number =>
  Object.entries(statuses).reduce((sum, [status, count]) => sum + (status.startsWith('5') ? count : 0), 0);
const failedChecks = ({ failures }: Fuzzed): number => Object.values(failures).reduce((sum, count) => sum + count, 0);

async function report(
  rows: readonly Row[],
  outgoing: readonly string[],
  delivered: number,
  logged: readonly string[],
): Promise<boolean> {
  for (const row of rows) {
    const { caller, total, statuses, failures } = row;
    const answers = Object.entries(statuses)
      .map(([status, count]) => `${status}: ${count}`)
      .join(', ');
    console.log(`${caller.padEnd(20)}  ${String(total).padStart(6)} requests  5xx: ${serverErrors(row)}  ${answers}`);
    for (const [check, count] of Object.entries(failures)) console.log(`${' '.repeat(22)}FAILED ${check}: ${count}`);
  }
  const sum = (of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0);
  const totals = {
    requests: sum(({ total }) => total),
    serverErrors: sum(serverErrors),
    violations: sum(failedChecks),
    outgoing: outgoing.length,
    delivered,
    loggedErrors: logged.length,
  };
  for (const line of [...new Set(outgoing)].slice(0, 20)) console.log(`LEFT THIS MACHINE: ${line}`);
  for (const line of logged.slice(0, 20)) console.log(`LOGGED: ${line}`);
  console.log(
    `${totals.requests} requests, ${totals.serverErrors} answers 5xx, ${totals.violations} violations of the schema, ` +
      `${delivered} deliveries to the local sink, ${totals.outgoing} connections to other machines (all refused), ` +
      `${totals.loggedErrors} errors in the logs of API and worker`,
  );
  if (json !== undefined)
    await writeFile(
      fromCaller(json, 'test:schemathesis'),
      `${JSON.stringify({ ...totals, seed, maxExamples, rows }, null, 2)}\n`,
    );
  return (
    rows.every(({ exitCode }) => exitCode === 0) && totals.serverErrors + totals.violations + totals.outgoing === 0
  );
}

try {
  if (!(await run())) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof CannotStart)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
