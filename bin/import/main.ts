import { Command, CommanderError } from 'commander';
import type { AllotClient } from '../../client/client.ts';
import { connectionFrom, createNodeClient, terminalMessage } from '../../client/node.ts';
import { fromCaller } from '../../runtime/caller-path.ts';
import { type Counts, grouped, tableLines } from './counts.ts';
import { readFileRows } from './csv-file.ts';
import { byChecking, bySending, type Decide } from './decide.ts';
import { WrongInput } from './failure.ts';
import { importFile } from './import-file.ts';
import { KINDS, type Kind } from './kinds.ts';
import { Progress } from './progress.ts';
import { Report } from './report.ts';

const DEFAULT_REPORT = 'import-refused.csv';
const FAILED = 1;
const WRONG_USAGE = 2;
const SOME_REFUSED = 3;

interface Flags {
  readonly customers?: string;
  readonly contacts?: string;
  readonly products?: string;
  readonly refused?: string;
  readonly dryRun?: boolean;
}

interface CheckedFile {
  readonly kind: Kind;
  readonly path: string;
  readonly rows: number;
}

async function run(flags: Flags): Promise<void> {
  const { dryRun = false } = flags;
  const named = KINDS.flatMap((kind) => {
    const path = flags[kind.name];
    return path === undefined ? [] : [{ kind, path: fromCaller(path, 'import') }];
  });
  if (named.length === 0) throw new WrongInput('Name a file: --customers, --contacts or --products.');
  // All files are read before anything is sent, so that a wrong header or quote does not stop the import half-way.
  const files: CheckedFile[] = [];
  for (const file of named) files.push({ ...file, rows: await countRows(file) });
  const report = new Report(fromCaller(flags.refused ?? DEFAULT_REPORT, 'import'));
  if (flags.refused !== undefined) await report.begin();
  try {
    const counted = dryRun ? await importAll(files, byChecking, report, true) : await importByApi(files, report);
    say(counted, report, dryRun, flags.refused !== undefined);
  } finally {
    await report.end();
  }
}

async function importByApi(files: readonly CheckedFile[], report: Report) {
  const client = createNodeClient(connectionFrom(process.env));
  try {
    await client.assertUsable();
    return await importAll(files, bySending(client), report, false, client);
  } finally {
    await client.close();
  }
}

async function importAll(
  files: readonly CheckedFile[],
  decide: Decide,
  report: Report,
  dryRun: boolean,
  client?: AllotClient,
): Promise<(readonly [string, Counts])[]> {
  const counted: (readonly [string, Counts])[] = [];
  for (const { kind, path, rows } of files) {
    const progress = new Progress(kind.name, rows, dryRun);
    if (client !== undefined)
      client.onWait = (reason, waitMs) =>
        progress.note(`the API is away (${reason}); trying again in ${(waitMs / 1000).toFixed(1)} s`);
    counted.push([kind.name, await importFile({ path, kind }, { decide, report, progress })]);
  }
  return counted;
}

async function countRows({ path, kind }: { path: string; kind: Kind }): Promise<number> {
  let rows = 0;
  for await (const _row of readFileRows(path, kind)) rows += 1;
  return rows;
}

function say(counted: readonly (readonly [string, Counts])[], report: Report, dryRun: boolean, isAsked: boolean): void {
  for (const line of tableLines(counted, dryRun)) console.log(line);
  const refused = counted.reduce((sum, [, counts]) => sum + counts.refused, 0);
  if (dryRun)
    console.log('Nothing was sent. Only the import itself finds out whether the customer of a contact exists.');
  if (refused === 0 && report.isOfEarlierImport())
    console.log(`No row was refused. ${report.path} is the report of an earlier import.`);
  if (refused > 0 || isAsked) console.log(`Refused rows (${grouped(refused)}), each with its line: ${report.path}`);
  if (refused > 0) process.exitCode = SOME_REFUSED;
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
  return error instanceof WrongInput ? WRONG_USAGE : FAILED;
}

const command = new Command('npm run import --')
  .description(
    'Creates and updates customers, contacts and products from CSV files through the public API. Importing the same ' +
      'files again changes nothing, so repeat an import that ended early. Exit status 0: all rows are in; 3: some rows ' +
      'were refused; 2: wrong usage or a wrong file, nothing was sent; 1: the import could not go on.',
  )
  .option('--customers <file>', 'id, type, name; timeZone, accountManagerName, accountManagerEmail, tier')
  .option('--contacts <file>', 'id, customerId, name; email')
  .option('--products <file>', 'id, name; family')
  .option('--refused <file>', `where to write the refused rows (default: ${DEFAULT_REPORT}, when there are any)`)
  .option('--dry-run', 'check the files and send nothing')
  .addHelpText(
    'after',
    '\nFiles are CSV in UTF-8 with a header; an empty value means null. ALLOT_URL is the address of the API ' +
      '(default: http://127.0.0.1:8080), ALLOT_API_KEY the key (default with npm run: that of npm start).',
  )
  .exitOverride()
  .action(run);

try {
  await command.parseAsync();
} catch (error) {
  // Commander has already printed what is wrong with the command itself.
  if (!(error instanceof CommanderError)) console.error(terminalMessage(error) ?? error);
  process.exitCode = exitCodeOf(error);
}
