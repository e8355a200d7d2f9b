import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { idsNotInReadModel, type LedgerEntry, type SnapshotRecord, streamLedgers } from '../../db/ledger/reconcile.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { type EntitlementId, entitlementId } from '../../domain/ids.ts';
import { compareEntitlement, type ThreeSides, type WorkflowAnswer } from './compare.ts';
import type { Difference } from './difference.ts';
import { inFlight } from './in-flight.ts';
import { LedgerReader, type LedgerReading } from './ledger-reading.ts';
import { LOOK_AGAIN_MS, PATIENCE_MS } from './patience.ts';
import { keysThatCountTwice, partsThatStray, strayCases, wrongCases } from './reconcile-cases.ts';
import { clocksThatDiffer } from './reconcile-clocks.ts';
import { deliveriesThatStand } from './reconcile-deliveries.ts';
import { renewalsThatDiffer } from './reconcile-renewals.ts';
import { Workflows } from './workflows.ts';

const WORKFLOWS_AT_ONCE = 8;
const IDS_AT_A_TIME = 500;

export interface Reconciled {
  readonly entitlements: number;
  readonly differences: readonly Difference[];
}

export interface ReconcileProgress {
  readonly entitlements: number;
  readonly rows: number;
}

interface Listener {
  onProgress(progress: ReconcileProgress): void;
  onStep(line: string): void;
}

/** What the database has about an entitlement. */
export interface FromDatabase {
  readonly id: EntitlementId;
  readonly snapshot: SnapshotRecord | null;
  readonly ledger: LedgerReading;
}

/**
 * Compares the workflow, the snapshot and the ledger of every entitlement, every case with its entitlement's ledger, and
 * renewals, clocks and deliveries with their workflows. It changes nothing. It looks at a difference again before it reports it, because rows may not have reached
 * the database yet. Rejects when PostgreSQL fails; a workflow that does not answer is reported as a difference.
 */
export async function reconcile(sql: Sql, client: Client, listener: Listener): Promise<Reconciled> {
  const workflows = new Workflows(client);
  const { progress, differing: lookAgain } = await findDiffering(sql, workflows, listener);
  if (lookAgain.size > 0)
    listener.onStep(
      `${lookAgain.size} entitlements differ; they are compared again for up to ${PATIENCE_MS / 1_000} s, as rows may not be written yet`,
    );
  listener.onStep('comparing the cases with the ledger, and renewals, clocks and deliveries with their workflows');
  const found = await Promise.all([
    persistingOf(sql, workflows, lookAgain),
    wrongCases(sql),
    strayCases(sql),
    keysThatCountTwice(sql),
    partsThatStray(sql),
    renewalsThatDiffer(sql, client),
    clocksThatDiffer(sql, client),
    deliveriesThatStand(sql, client),
  ]);
  const differences = found.flat();
  return { entitlements: progress.entitlements, differences: differences.sort(inOrder) };
}

/**
 * The entitlements whose workflow, snapshot and ledger differ at a first look. Some of the differences may pass, because
 * rows are being written. Those that only Temporal knows are looked for first: one that a worker writes meanwhile is then
 * known to one of the two looks.
 */
export async function findDiffering(
  sql: Sql,
  workflows: Pick<Workflows, 'ask' | 'running'>,
  { onProgress }: Pick<Listener, 'onProgress'>,
): Promise<{ readonly progress: ReconcileProgress; readonly differing: ReadonlySet<EntitlementId> }> {
  const differing = new Set<EntitlementId>();
  const progress = { entitlements: 0, rows: 0 };
  for await (const id of unknownToDatabase(sql, workflows)) differing.add(id);
  await inFlight(readAll(sql), WORKFLOWS_AT_ONCE, async ({ id, snapshot, ledger }) => {
    progress.entitlements += 1;
    progress.rows += ledger.rows;
    const workflow = await workflows.ask(id);
    if (compareEntitlement({ id, snapshot, ledger, workflow, askedBefore: false }).length > 0) differing.add(id);
    onProgress(progress);
  });
  return { progress, differing };
}

async function persistingOf(sql: Sql, workflows: Workflows, ids: Iterable<EntitlementId>): Promise<Difference[]> {
  const differences: Difference[] = [];
  const deadline = performance.now() + PATIENCE_MS;
  await inFlight(ids, WORKFLOWS_AT_ONCE, async (id) => {
    differences.push(...(await persisting(sql, workflows, id, deadline)));
  });
  return differences;
}

const inOrder = (one: Difference, other: Difference): number =>
  one.entitlementId === other.entitlementId ? 0 : one.entitlementId < other.entitlementId ? -1 : 1;

/** Reads all entitlements of the database, one after the other. */
async function* readAll(sql: Sql): AsyncGenerator<FromDatabase> {
  let open: { id: EntitlementId; snapshot: SnapshotRecord | null; reader: LedgerReader } | undefined;
  for await (const entry of streamLedgers(sql, null)) {
    if (open?.id !== entry.entitlementId) {
      if (open !== undefined) yield { id: open.id, snapshot: open.snapshot, ledger: open.reader.reading };
      open = opened(entry, []);
    }
    if (entry.snapshot === null) open.reader.add(entry.row);
  }
  if (open !== undefined) yield { id: open.id, snapshot: open.snapshot, ledger: open.reader.reading };
}

function opened({ entitlementId: text, snapshot }: LedgerEntry, alsoAfter: readonly number[]) {
  const id = entitlementId(text);
  const wanted = new Set(snapshot === null ? alsoAfter : [snapshot.state.seq, ...alsoAfter]);
  return { id, snapshot, reader: new LedgerReader(id, wanted) };
}

/** Entitlements whose workflows run in Temporal while the database does not know them. */
async function* unknownToDatabase(sql: Sql, workflows: Pick<Workflows, 'running'>): AsyncGenerator<EntitlementId> {
  let ids: string[] = [];
  for await (const id of workflows.running()) {
    ids.push(id);
    if (ids.length < IDS_AT_A_TIME) continue;
    for (const unknown of await idsNotInReadModel(sql, ids)) yield entitlementId(unknown);
    ids = [];
  }
  for (const unknown of await idsNotInReadModel(sql, ids)) yield entitlementId(unknown);
}

/** The differences of one entitlement that are still there when nothing can be under way any more. */
export const differencesOf = (sql: Sql, client: Client, id: EntitlementId): Promise<readonly Difference[]> =>
  persisting(sql, new Workflows(client), id, performance.now() + PATIENCE_MS);

/** The same, until the deadline. */
async function persisting(
  sql: Sql,
  workflows: Workflows,
  id: EntitlementId,
  deadline: number,
): Promise<readonly Difference[]> {
  for (;;) {
    const { differences, mayPass } = await look(sql, workflows, id);
    if (differences.length === 0 || !mayPass || performance.now() + LOOK_AGAIN_MS > deadline) return differences;
    await sleep(LOOK_AGAIN_MS);
  }
}

async function look(sql: Sql, workflows: Workflows, id: EntitlementId) {
  const sides = await sidesOf(sql, workflows, id);
  const differences = compareEntitlement(sides);
  const { workflow } = sides;
  const isWriting = workflow.kind === 'running' && workflow.state.unconfirmedRows > 0;
  return { differences, mayPass: isWriting || differences.some((difference) => difference.mayPass) };
}

/** Asks the workflow first: every row that it had decided by then must be in the database. */
export async function sidesOf(sql: Sql, workflows: Workflows, id: EntitlementId): Promise<ThreeSides> {
  const workflow = await workflows.ask(id);
  const seen = await readOne(sql, id, workflow);
  const isBehind = workflow.kind === 'running' && workflow.state.entitlement.seq < seen.ledger.lastSeq;
  const askedBefore = isBehind && hasReached(await workflows.ask(id), seen.ledger.lastSeq);
  return { ...seen, workflow, askedBefore };
}

const hasReached = (workflow: WorkflowAnswer, seq: number): boolean =>
  workflow.kind !== 'running' || workflow.state.entitlement.seq >= seq;

async function readOne(sql: Sql, id: EntitlementId, workflow: WorkflowAnswer): Promise<FromDatabase> {
  const alsoAfter = workflow.kind === 'running' ? [workflow.state.entitlement.seq] : [];
  let open = { id, snapshot: null as SnapshotRecord | null, reader: new LedgerReader(id, new Set(alsoAfter)) };
  for await (const entry of streamLedgers(sql, id)) {
    if (entry.snapshot === null) open.reader.add(entry.row);
    else open = opened(entry, alsoAfter);
  }
  return { id, snapshot: open.snapshot, ledger: open.reader.reading };
}
