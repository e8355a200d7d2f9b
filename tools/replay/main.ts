import { rename, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { ActionableError, lineOf } from '../../client/failure.ts';
import { connectionFrom, createNodeClient, terminalMessage } from '../../client/node.ts';
import { fromCaller } from '../../runtime/caller-path.ts';
import { readLog } from './log.ts';
import type { ReplayOptions } from './plan.ts';
import { replay } from './replay.ts';
import { outcomeJson, summaryLines, whereToLook } from './summary.ts';

/** Every id starts with the run's name, and the rest of the id needs room too. */
const MAX_RUN_LENGTH = 60;

interface Flags {
  readonly total: number;
  readonly unit: ReplayOptions['unit'];
  readonly on: ReplayOptions['on'];
  readonly restrict: 'yes' | 'no';
  readonly matching?: true;
  readonly json?: string;
  readonly run?: string;
}

async function run(log: string, flags: Flags): Promise<void> {
  const events = await readLog(fromCaller(log, 'replay'));
  const client = createNodeClient(connectionFrom(process.env));
  try {
    await client.assertUsable();
    const { total, unit, on } = flags;
    const options: ReplayOptions = {
      total,
      unit,
      on,
      restrict: flags.restrict === 'yes',
      matching: flags.matching ?? false,
    };
    const result = await replay(client, events, options, flags.run);
    if (flags.json !== undefined) await writeWhole(fromCaller(flags.json, 'replay'), outcomeJson(result.played));
    console.log(`\nPlayed ${basename(log)} through ${client.url} as run ${result.plan.run}:`);
    for (const line of summaryLines(result)) console.log(line);
    if (flags.json !== undefined) console.log(`  each location's outcome: ${flags.json}`);
    for (const line of whereToLook(client.url, result)) console.log(line);
  } finally {
    await client.close();
  }
}

/** Writes the whole file or none of it, so that a reader never finds half a file after a kill. */
async function writeWhole(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(draft, text);
    await rename(draft, path);
  } catch (error) {
    throw new ActionableError(`The result cannot be written to ${path}: ${lineOf(error)}`);
  }
}

function wholeTotal(text: string): number {
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(Number(text)))
    throw new InvalidArgumentError('It must be a whole number of cases or minutes.');
  return Number(text);
}

function runName(text: string): string {
  if (text === '' || text.length > MAX_RUN_LENGTH)
    throw new InvalidArgumentError(`It must be 1 to ${MAX_RUN_LENGTH} characters long.`);
  return text;
}

const command = new Command('npm run replay --')
  .description(
    'Plays an incident log through the public API, with one entitlement for each location. Safe to repeat and to resume.',
  )
  .showHelpAfterError()
  .argument('<log>', 'the incident log, .csv or .csv.gz; one is in tools/replay/data/incidents.csv.gz')
  .option('--total <n>', 'total term of each entitlement, in cases or minutes', wholeTotal, 20)
  .addOption(new Option('--unit <unit>', 'what the total counts').choices(['cases', 'minutes']).default('cases'))
  .addOption(
    new Option('--on <event>', 'when a case takes from the total')
      .choices(['creation', 'resolution'])
      .default('creation'),
  )
  .addOption(
    new Option('--restrict <yes|no>', 'whether an exhausted entitlement refuses cases')
      .choices(['yes', 'no'])
      .default('yes'),
  )
  .option('--matching', 'name no entitlement in the cases, so that the organisation picks it')
  .option('--json <file>', "where to write each location's outcome")
  .option('--run <name>', 'name that starts every id (default: made of the log and the options)', runName)
  .addHelpText(
    'after',
    '\nALLOT_URL is the address of the API (default: http://127.0.0.1:8080), ALLOT_API_KEY the key (default with npm run: ' +
      'that of npm start).',
  )
  .action(run);

try {
  await command.parseAsync();
} catch (error) {
  console.error(terminalMessage(error) ?? error);
  process.exitCode = 1;
}
