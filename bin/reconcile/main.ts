import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { connect } from '../../db/postgres/connect.ts';
import { askDatabase } from '../../db/postgres/databases.ts';
import { connectClient } from '../../temporal/connection.ts';
import { jsonOf, lineOf } from './difference.ts';
import { type Reconciled, type ReconcileProgress, reconcile } from './reconcile.ts';

/** One connection for each workflow that is compared, and some for the reads of everything. */
const CONNECTIONS = 10;
const PROGRESS_INTERVAL_MS = 2_000;
const COULD_NOT_COMPARE = 2;

/** A failure whose message tells the operator everything. */
class CannotReconcile extends Error {}

async function run({ json }: { json?: string }): Promise<void> {
  const result = await compared();
  for (const difference of result.differences) console.log(lineOf(difference));
  console.log(summaryOf(result));
  if (json !== undefined) {
    const { entitlements, differences } = result;
    const text = JSON.stringify({ entitlements, differences: differences.map(jsonOf) }, null, 2);
    await writeFile(fromCaller(json), `${text}\n`);
  }
  process.exitCode = result.differences.length === 0 ? 0 : 1;
}

async function compared(): Promise<Reconciled> {
  const { DATABASE_URL: databaseUrl } = process.env;
  if (!databaseUrl)
    throw new CannotReconcile(
      'There is no database: DATABASE_URL is not set, and `npm start` does not run in this directory.',
    );
  const sql = connect(databaseUrl, { max: CONNECTIONS });
  try {
    await askDatabase(sql).catch((error: unknown) => {
      throw new CannotReconcile(
        `PostgreSQL does not answer (${messageOf(error)}). Check DATABASE_URL, or run \`npm start\`.`,
      );
    });
    const client = await connectClient().catch((error: unknown) => {
      throw new CannotReconcile(
        `Temporal does not answer (${messageOf(error)}). Check TEMPORAL_ADDRESS, or ALLOT_TEMPORAL_PORT if \`npm start\` uses it, or run \`npm start\`.`,
      );
    });
    try {
      return await reconcile(sql, client, { onProgress: progressLine(), onStep: say });
    } finally {
      await client.connection.close();
    }
  } finally {
    await sql.end({ timeout: 5 });
  }
}

function progressLine(): (progress: ReconcileProgress) => void {
  let saidAt = performance.now();
  return ({ entitlements, rows }) => {
    if (performance.now() - saidAt < PROGRESS_INTERVAL_MS) return;
    saidAt = performance.now();
    say(`${entitlements} entitlements with ${rows} ledger rows compared`);
  };
}

function summaryOf({ entitlements, differences }: Reconciled): string {
  if (differences.length === 0) return `${entitlements} entitlements: workflow, snapshot and ledger agree.`;
  const affected = new Set(differences.map(({ entitlementId }) => entitlementId)).size;
  return `${differences.length} differences in ${affected} of ${entitlements} entitlements.`;
}

/** Results go to stdout, so progress goes to stderr. */
function say(line: string): void {
  console.error(`reconcile: ${line}`);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message || error.name : String(error));

/** npm runs scripts in the project's root, but the caller's path is relative to the directory of the command. */
function fromCaller(path: string): string {
  const callerDir = process.env.npm_lifecycle_event === 'reconcile' ? process.env.INIT_CWD : undefined;
  return resolve(callerDir ?? process.cwd(), path);
}

const command = new Command('npm run reconcile --')
  .description(
    'Compares workflow, snapshot and ledger of every entitlement and prints each difference. Changes nothing. ' +
      'Exit status 0: none; 1: some; 2: it could not compare.',
  )
  .option('--json <file>', 'where to write the differences')
  .action(run);

try {
  await command.parseAsync();
} catch (error) {
  console.error(error instanceof CannotReconcile ? error.message : error);
  process.exitCode = COULD_NOT_COMPARE;
}
