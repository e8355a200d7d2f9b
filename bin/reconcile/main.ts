import { writeFile } from 'node:fs/promises';
import type { Client } from '@temporalio/client';
import { Command } from 'commander';
import { connect } from '../../db/postgres/connect.ts';
import { askDatabase } from '../../db/postgres/databases.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { isWorkerAlive } from '../../db/postgres/workers.ts';
import { fromCaller } from '../../runtime/caller-path.ts';
import { readSettings } from '../../runtime/settings.ts';
import { connectClient } from '../../temporal/connection.ts';
import { PayloadKeysError } from '../../temporal/encryption/payload-keys.ts';
import { type Difference, jsonOf, lineOf } from './difference.ts';
import { NOT_PROVABLE, namedLosses, unreadHistories, wasOlder } from './named-losses.ts';
import { inPasses } from './passes.ts';
import { type Reconciled, type ReconcileProgress, reconcile } from './reconcile.ts';
import { repair } from './repair.ts';
import { type Mended, mendedLine } from './repaired.ts';
import { Replays } from './replayed-runs.ts';

/** One connection for each workflow that is compared, and some for the reads of everything. */
const CONNECTIONS = 10;
const PROGRESS_INTERVAL_MS = 2_000;
const COULD_NOT_COMPARE = 2;
/** A worker says every few seconds that it polls. */
const WORKER_SEEN_SECONDS = 15;

/** A failure whose message tells the operator everything. */
class CannotReconcile extends Error {}

interface Options {
  readonly json?: string;
  readonly repair?: boolean;
  readonly dryRun?: boolean;
}

type Result = Reconciled & { readonly mended: readonly Mended[]; readonly lost: readonly Difference[] };

async function run({ json, repair: repairs = false, dryRun = false }: Options): Promise<void> {
  if (repairs && dryRun) throw new CannotReconcile('--dry-run only reports and --repair mends: give one of them.');
  const result = await withServers((sql, client) => (repairs ? repaired(sql, client) : compared(sql, client)));
  const left = [...result.differences, ...result.lost];
  for (const difference of left) console.log(lineOf(difference));
  if (repairs) console.log(`${result.mended.length} ${result.mended.length === 1 ? 'thing' : 'things'} mended.`);
  console.log(summaryOf(result));
  if (json !== undefined) {
    const { entitlements, differences, mended, lost } = result;
    const ofRepair = repairs ? { mended, lost: lost.map(jsonOf) } : {};
    const text = JSON.stringify({ entitlements, ...ofRepair, differences: differences.map(jsonOf) }, null, 2);
    await writeFile(fromCaller(json, 'reconcile'), `${text}\n`);
  }
  process.exitCode = left.length === 0 ? 0 : 1;
}

const compared = async (sql: Sql, client: Client): Promise<Result> => ({
  ...(await reconcile(sql, client, { onProgress: progressLine(), onStep: say })),
  mended: [],
  lost: [],
});

async function repaired(sql: Sql, client: Client): Promise<Result> {
  const { taskQueue, publicUrl } = readSettings();
  if (!(await isWorkerAlive(sql, taskQueue, WORKER_SEEN_SECONDS)))
    throw new CannotReconcile(
      'No worker runs, and only workers can tell what workflows hold. Start one, and try again.',
    );
  const onMended = (mended: Mended) => console.log(mendedLine(mended));
  const replays = new Replays(client);
  const { reconciled, mended } = await inPasses({
    repair: () =>
      repair(sql, client, { replays, taskQueue, publicUrl }, { onMended, onProgress: progressLine(), onStep: say }),
    compare: () => reconcile(sql, client, { onProgress: progressLine(), onStep: say }),
    onAgain: () => say('some things still differ: repairing once more'),
  });
  if (wasOlder(mended)) console.log(NOT_PROVABLE);
  return { ...reconciled, mended, lost: [...unreadHistories(replays.faults), ...(await namedLosses(sql))] };
}

async function withServers(work: (sql: Sql, client: Client) => Promise<Result>): Promise<Result> {
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
      if (error instanceof PayloadKeysError) throw new CannotReconcile(error.message);
      throw new CannotReconcile(
        `Temporal does not answer (${messageOf(error)}). Check TEMPORAL_ADDRESS, or run \`npm start\`.`,
      );
    });
    try {
      return await work(sql, client);
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

const command = new Command('npm run reconcile --')
  .description(
    'Compares workflow, snapshot and ledger of every entitlement, and cases, renewals, clocks and deliveries with them, ' +
      'and prints each difference. Exit status 0: none; 1: some are left; 2: it could not compare.',
  )
  .option('--repair', 'mend what the ledger, a record or a history proves, then compare and name what is left')
  .option('--dry-run', 'only report; this is the default')
  .option('--json <file>', 'where to write the differences')
  .action(run);

try {
  await command.parseAsync();
} catch (error) {
  console.error(error instanceof CannotReconcile ? error.message : error);
  process.exitCode = COULD_NOT_COMPARE;
}
