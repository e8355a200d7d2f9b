import { setTimeout as sleep } from 'node:timers/promises';
import { fastForward } from '../../dev/fast-forward.ts';
import { Installation, type Reconciliation } from './installation.ts';
import type { Scenario } from './scenarios.ts';
import { type Acknowledged, type Contracts, makeContracts, Use } from './use.ts';

const MS_PER_SECOND = 1_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

export interface DrillOptions {
  /** How long the installation is used before the backup, and after it until the crash. */
  readonly usedMs: number;
  readonly callers: number;
  readonly say: (line: string) => void;
}

/** What a drill found. `faults` are promises that were not kept. */
export interface DrillResult {
  readonly scenario: string;
  readonly acknowledgedBefore: number;
  readonly acknowledgedAfter: number;
  readonly lost: readonly Acknowledged[];
  readonly backupSeconds: number;
  /** From the start of the servers until the API answers, with the repair. */
  readonly recoverySeconds: number;
  readonly repair: Reconciliation;
  readonly last: Reconciliation;
  readonly faults: readonly string[];
}

/**
 * One drill on an installation of its own: use, a backup under use, more use, a crash of everything, what the scenario
 * does to the stores, the start with a repair, and use again. Says what was lost, mended and named.
 */
export async function drill(scenario: Scenario, { usedMs, callers, say }: DrillOptions): Promise<DrillResult> {
  say(`${scenario.name}: ${scenario.says}`);
  const installation = await Installation.start();
  try {
    const contracts = await makeContracts(installation);
    const use = new Use(installation, contracts, callers);
    await sleep(usedMs);
    const backupAt = Date.now();
    await installation.backUp('first');
    const backupSeconds = (Date.now() - backupAt) / MS_PER_SECOND;
    await sleep(usedMs);
    const ending = use.end();
    await installation.crash();
    await ending;
    await scenario.happens(installation, 'first');
    say(
      `  backed up while serving in ${backupSeconds.toFixed(1)} s; killed everything ${seconds(Date.now() - backupAt)} after it began`,
    );

    const startedAt = performance.now();
    await installation.startServers();
    if (scenario.name === 'postgres-lost') await installation.makeKey();
    await installation.startWorker();
    const repair = await installation.reconcile('--repair');
    await installation.startApi();
    const recoverySeconds = (performance.now() - startedAt) / MS_PER_SECOND;
    for (const line of shortened(repair.lines)) say(`  ${line}`);

    const faults: string[] = [];
    const lost = await lostOf(installation, use.acknowledged);
    sayLost(use.acknowledged, lost, backupAt, say);
    for (const one of lost)
      if (!mayBeLost(scenario, one, backupAt))
        faults.push(`lost: ${one.kind} ${one.method} ${one.path} key ${one.key}`);
    await restoreCustomers(installation, contracts, use.acknowledged);
    faults.push(...(await onceOnly(installation, use.acknowledged, lost)), ...(await goesOn(installation, contracts)));
    const last = await installation.reconcile('--repair');
    const clean = await installation.reconcile();
    if (clean.code !== 0) faults.push(`reconcile is not clean: ${clean.lines.join('; ')}`);
    say(`  cases go on, timers fire, earlier keys count once: ${faults.length === 0 ? 'yes' : 'NO'}`);
    say(`  at the end: ${clean.lines.at(-1)}`);
    say(`  recovery took ${recoverySeconds.toFixed(1)} s, of which the repair ${repair.seconds.toFixed(1)} s`);
    for (const fault of faults) say(`  FAULT ${fault}`);
    return {
      scenario: scenario.name,
      acknowledgedBefore: use.acknowledged.filter(({ at }) => at < backupAt).length,
      acknowledgedAfter: use.acknowledged.filter(({ at }) => at >= backupAt).length,
      lost,
      backupSeconds,
      recoverySeconds,
      repair,
      last,
      faults,
    };
  } finally {
    await installation.stop();
  }
}

const seconds = (ms: number): string => `${(ms / MS_PER_SECOND).toFixed(1)} s`;

/** What was mended, counted by kind with one example of each; everything else as it is. */
function shortened(lines: readonly string[]): readonly string[] {
  const kinds = new Map<string, { count: number; readonly example: string }>();
  const others: string[] = [];
  for (const line of lines) {
    const what = /^mended [^:]+: (.+)$/.exec(line)?.[1];
    if (what === undefined) others.push(line);
    else {
      const kind = what.replace(/[\w-]*\d[\w-]*( to \d+)?( and \d+( to \d+)?)*/g, '…').replace(/\brows\b/, 'row');
      const known = kinds.get(kind);
      if (known === undefined) kinds.set(kind, { count: 1, example: line });
      else known.count += 1;
    }
  }
  return [...[...kinds.values()].map(({ count, example }) => `${count} × ${example}`), ...others];
}

/** What was acknowledged and stands nowhere. */
async function lostOf({ sql }: Installation, acknowledged: readonly Acknowledged[]): Promise<readonly Acknowledged[]> {
  const keys = new Set(
    (
      await sql<{ key: string }[]>`select key from ledger where key is not null union select key from unattached_events`
    ).map(({ key }) => key),
  );
  const ids = new Set(
    (await sql<{ id: string }[]>`select id from entitlements union select id from customers`).map(({ id }) => id),
  );
  return acknowledged.filter(({ kind, key, id }) =>
    kind === 'contract' || kind === 'customer' ? id !== undefined && !ids.has(id) : !keys.has(key),
  );
}

function mayBeLost({ older, losesEvents }: Scenario, { kind, at }: Acknowledged, backupAt: number): boolean {
  if (losesEvents && at >= backupAt) return true;
  if (kind === 'customer') return older.includes('postgres');
  // A signal is accepted by Temporal alone, until its workflow has decided it and the row is written.
  return kind === 'signal' && older.includes('temporal') && at >= backupAt;
}

function sayLost(
  acknowledged: readonly Acknowledged[],
  lost: readonly Acknowledged[],
  backupAt: number,
  say: (line: string) => void,
): void {
  const before = acknowledged.filter(({ at }) => at < backupAt).length;
  const kinds = new Map<string, number>();
  for (const { kind } of lost) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const counts = [...kinds].map(([kind, count]) => `${count} ${NAMES[kind] ?? kind}`).join(', ');
  say(
    `  acknowledged: ${before} before the backup began, ${acknowledged.length - before} after; lost: ${lost.length}${counts === '' ? '' : ` (${counts})`}`,
  );
}

const NAMES: Readonly<Record<string, string>> = {
  event: 'case events',
  signal: 'signals (202)',
  contract: 'requests about new contracts',
  customer: 'customers',
};

/** The customers that the repair named are put again, as an operator would from the system that has them. */
async function restoreCustomers(
  installation: Installation,
  { used, renewing, ending, waiting }: Contracts,
  acknowledged: readonly Acknowledged[],
): Promise<void> {
  const made = acknowledged.flatMap(({ kind, id }) => (kind === 'customer' && id !== undefined ? [id] : []));
  const ids = new Set([...[...used, renewing, ending, waiting].map(({ customerId }) => customerId), ...made]);
  for (const id of ids) {
    if ((await installation.ask('GET', `/v1/customers/${id}`)).status === 200) continue;
    await installation.must(201, 'PUT', `/v1/customers/${id}`, { type: 'account', name: `Customer ${id}` });
  }
}

const RETRIED = 60;

/** Events that stand in the ledger are sent again under their keys: each gets its first answer, and no row is added. */
async function onceOnly(
  installation: Installation,
  acknowledged: readonly Acknowledged[],
  lost: readonly Acknowledged[],
): Promise<string[]> {
  const faults: string[] = [];
  const isLost = new Set(lost.map(({ key }) => key));
  const known = acknowledged.filter(({ kind, key }) => kind === 'event' && !isLost.has(key));
  const step = Math.max(1, Math.floor(known.length / RETRIED));
  const before = await rowCount(installation);
  for (const [index, { method, path, body, key, answer }] of known.entries()) {
    if (index % step !== 0) continue;
    const again = await installation.ask(method, path, body, { key });
    if (
      again.status !== answer.status ||
      again.body.seq !== answer.body.seq ||
      again.body.entitlementId !== answer.body.entitlementId
    )
      faults.push(
        `key ${key} got another answer: ${again.status} ${JSON.stringify(again.body)} instead of ${answer.status} ${JSON.stringify(answer.body)}`,
      );
  }
  const after = await rowCount(installation);
  if (after !== before) faults.push(`${after - before} rows were added by keys that came before`);
  return faults;
}

async function rowCount({ sql }: Installation): Promise<number> {
  // Rows that time and workflows write do not count here.
  const [row] = await sql<{ count: number }[]>`select count(*)::int as count from ledger where case_id is not null`;
  return row?.count ?? 0;
}

/** Moves a workflow's clock. If it cannot get there, the fault says what the workflow waits for. */
async function moved({ connection, temporal }: Installation, workflowId: string, ms: number): Promise<string[]> {
  try {
    await fastForward(connection, 'default', workflowId, ms);
    return [];
  } catch (error) {
    const { raw } = await temporal.workflow.getHandle(workflowId).describe();
    const waits = [...(raw.pendingActivities ?? []), ...(raw.pendingChildren ?? [])];
    return [`${error instanceof Error ? error.message : String(error)}; it waits for ${JSON.stringify(waits)}`];
  }
}

const SOON_MS = 20_000;
const POLL_MS = 100;

/** New cases are taken, an open one is resolved, a contract starts, one ends, and its renewal takes a step. */
async function goesOn(installation: Installation, { used, renewing, ending, waiting }: Contracts): Promise<string[]> {
  const faults: string[] = [];
  for (const { id, customerId } of used) {
    const caseId = `after-${id}`;
    const body = { id: caseId, customerId, entitlementId: id };
    const attached = await installation.ask('POST', '/v1/cases', body, { key: `after-${id}` });
    if (attached.status !== 201) faults.push(`a new case is refused: ${JSON.stringify(attached.body)}`);
    const resolved = await installation.ask(
      'POST',
      `/v1/cases/${caseId}/resolve`,
      { minutes: 5 },
      { key: `done-${id}` },
    );
    if (resolved.status !== 200) faults.push(`a case cannot be resolved: ${JSON.stringify(resolved.body)}`);
  }
  const stages = await installation.sql<{ steps: number }[]>`
    select jsonb_array_length(steps) as steps from renewals where entitlement_id = ${renewing.id}`;
  faults.push(...(await moved(installation, `renewal/${renewing.id}/1`, 3 * DAY_MS)));
  const steps = async () =>
    (
      await installation.sql<{ steps: number }[]>`
        select jsonb_array_length(steps) as steps from renewals where entitlement_id = ${renewing.id}`
    )[0]?.steps ?? 0;
  if (!(await soon(async () => (await steps()) > (stages[0]?.steps ?? 0)))) faults.push('the renewal takes no step');
  for (const [{ id }, status, instant] of [
    [waiting, 'active', waiting.startsAt],
    [ending, 'expired', ending.endsAt],
  ] as const) {
    faults.push(...(await moved(installation, `entitlement/${id}`, Date.parse(instant) - Date.now() + MINUTE_MS)));
    const isSo = async () => (await installation.ask('GET', `/v1/entitlements/${id}`)).body.status === status;
    if (!(await soon(isSo))) faults.push(`${id} does not become ${status} by itself`);
  }
  return faults;
}

async function soon(isSo: () => Promise<boolean>): Promise<boolean> {
  for (const deadline = performance.now() + SOON_MS; performance.now() < deadline; await sleep(POLL_MS))
    if (await isSo()) return true;
  return false;
}
