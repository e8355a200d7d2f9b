import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EntitlementView } from '../../api/entitlements/entitlement-view.ts';
import { FAULTS, type Fault, TcpProxy } from '../../dev/tcp-proxy.ts';
import { OwnStack, type ServerAddresses } from '../support/own-stack.ts';
import { reconciled } from '../support/reconciled.ts';
import { anActive } from '../support/records.ts';
import { until } from '../support/waiting.ts';
import { Load } from './load.ts';

const { ALLOT_FAULT_SECONDS: faultSeconds } = process.env;
/**
 * How long each fault lasts: short among all tests, a minute with `npm run test:connections`, which has a dozen callers
 * and every fault on every link, and prints the table.
 */
const FAULT_MS = Number(faultSeconds ?? '1.5') * 1_000;
const CALLERS = faultSeconds === undefined ? 4 : 12;
/** What callers are promised: an answer within this, whatever the fault. */
const ANSWERED_WITHIN_MS = 15_000;
/** Far longer than it takes, for a busy machine; the table says how long it took. */
const WELL_LIMIT_MS = 60_000;
const NOTICED_LIMIT_MS = 30_000;
const GROWTH_LIMIT_KB = 400_000;
const ENTITLEMENTS = 4;
const READY_POLL_MS = 250;

const LINKS = ['api → PostgreSQL', 'worker → PostgreSQL', 'api → Temporal', 'worker → Temporal'] as const;
type LinkName = (typeof LINKS)[number];

const proxies = new Map<LinkName, TcpProxy>();
const rows: string[] = [];
const acknowledged: string[] = [];
let stack: OwnStack;
let entitlements: EntitlementView[];

async function placeProxies({ databaseUrl, temporalAddress }: ServerAddresses): Promise<void> {
  const database = new URL(databaseUrl);
  const temporal = new URL(`tcp://${temporalAddress}`);
  for (const link of LINKS) {
    const { hostname: host, port } = link.endsWith('PostgreSQL') ? database : temporal;
    proxies.set(link, await TcpProxy.start({ host, port: Number(port) }));
  }
}

function throughProxies(part: 'worker' | 'api', { databaseUrl }: ServerAddresses): NodeJS.ProcessEnv {
  const database = new URL(databaseUrl);
  database.port = String(proxyOf(`${part} → PostgreSQL`).port);
  return { DATABASE_URL: database.href, TEMPORAL_ADDRESS: `127.0.0.1:${proxyOf(`${part} → Temporal`).port}` };
}

function proxyOf(link: LinkName): TcpProxy {
  const proxy = proxies.get(link);
  if (proxy === undefined) throw new Error(`There is no proxy for ${link}.`);
  return proxy;
}

beforeAll(async () => {
  stack = await OwnStack.start({ onServers: placeProxies, envOf: throughProxies });
  entitlements = await Promise.all(
    Array.from({ length: ENTITLEMENTS }, () => anActive(stack, { totalTerm: 1_000_000 })),
  );
});

afterAll(async () => {
  await stack.stop();
  for (const proxy of proxies.values()) await proxy.stop();
  console.log(table());
});

const table = () =>
  ['| fault | longest answer | time until well |', '| --- | --- | --- |', ...rows.map((row) => `| ${row} |`)].join(
    '\n',
  );

const isReady = async (): Promise<boolean> =>
  await fetch(`${stack.apiUrl}/readyz`, { signal: AbortSignal.timeout(5_000) }).then(
    ({ ok }) => ok,
    () => false,
  );

const runFile = promisify(execFile);
const residentKb = async (pid: number): Promise<number> =>
  Number((await runFile('ps', ['-o', 'rss=', '-p', String(pid)])).stdout);

const pidsAndSizes = async () => {
  const pids = (['api', 'worker'] as const).map((part) => stack.pidOf(part));
  return { pids, sizes: await Promise.all(pids.map(residentKb)) };
};

/** Readiness must not stay good while nothing gets through; a slow or flickering connection may well be ready. */
const cutsOff = (fault: Fault): boolean => fault === 'halfOpen' || fault === 'frozen';

async function untilNotReady(): Promise<void> {
  await until('readiness fails while the fault lasts', NOTICED_LIMIT_MS, async () =>
    (await isReady()) ? undefined : true,
  );
}

async function untilWell(load: Load): Promise<number> {
  const endedAt = performance.now();
  load.watch();
  let readyAfterMs: number | undefined;
  const wellAfterMs = await until('every caller succeeds and the API is ready', WELL_LIMIT_MS, async () => {
    if (await isReady()) readyAfterMs ??= performance.now() - endedAt;
    else readyAfterMs = undefined;
    const callersAfterMs = load.wellAfterMs();
    await sleep(READY_POLL_MS);
    return callersAfterMs === undefined || readyAfterMs === undefined
      ? undefined
      : Math.max(callersAfterMs, readyAfterMs);
  });
  return wellAfterMs;
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

/**
 * API and worker have the same driver of PostgreSQL and the same client of Temporal, so one link shows a fault for all;
 * frozen links to both servers are shown. Only the worker polls through a client of its own.
 */
const AMONG_ALL_TESTS: Readonly<Record<LinkName, readonly Fault[]>> = {
  'api → PostgreSQL': ['frozen'],
  'worker → PostgreSQL': ['halfOpen'],
  'api → Temporal': ['slow'],
  'worker → Temporal': ['reset', 'frozen'],
};
const CASES = LINKS.flatMap((link) => {
  const faults = faultSeconds === undefined ? AMONG_ALL_TESTS[link] : FAULTS;
  return faults.map((fault) => ({ link, fault }));
});

test.each(CASES)(
  '$link $fault: every call is answered, /readyz is right, and everything recovers by itself',
  async ({ link, fault }) => {
    const proxy = proxyOf(link);
    const before = await pidsAndSizes();
    const load = new Load(stack, entitlements, CALLERS);
    let well: number | undefined;
    try {
      load.watch();
      await until('the callers are under way', WELL_LIMIT_MS, async () => load.wellAfterMs());
      proxy.begin(fault);
      const lasting = sleep(FAULT_MS);
      if (cutsOff(fault)) await untilNotReady();
      await lasting;
      const staysUnready = !cutsOff(fault) || !(await isReady());
      proxy.end();
      well = await untilWell(load);
      expect(staysUnready, 'readiness fails as long as the fault lasts').toBe(true);
    } finally {
      proxy.end();
      await load.stop();
      acknowledged.push(...load.acknowledged);
      rows.push(`${link}: ${fault} | ${seconds(load.longestMs)} | ${well === undefined ? 'never' : seconds(well)}`);
    }
    expect(load.longestMs).toBeLessThan(ANSWERED_WITHIN_MS);
    const after = await pidsAndSizes();
    expect(after.pids.map(isAlive)).toEqual([true, true]);
    for (const [index, size] of after.sizes.entries())
      expect(size - (before.sizes[index] ?? 0)).toBeLessThan(GROWTH_LIMIT_KB);
  },
  3 * FAULT_MS + 240_000,
);

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('no acknowledged case is lost or counted twice, and workflow, snapshot and ledger agree', async () => {
  const counted = await stack.sql<{ id: string; times: number }[]>`
    select case_id as id, count(*)::int as times from ledger where kind = 'attached' group by case_id`;
  const timesOf = new Map(counted.map(({ id, times }) => [id, times]));
  expect(acknowledged.length).toBeGreaterThan(0);
  expect(acknowledged.filter((id) => timesOf.get(id) !== 1)).toEqual([]);
  expect(counted.filter(({ times }) => times !== 1)).toEqual([]);
  await until('the workflows have written what no caller wrote', 120_000, async () => {
    const { differences } = await reconciled(stack);
    return differences.length === 0 ? true : undefined;
  });
}, 300_000);

test('every line that API and worker logged meanwhile is JSON', async () => {
  const lines = [...(await stack.logOf('api')), ...(await stack.logOf('worker'))];
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) expect(() => JSON.parse(line), line).not.toThrow();
});
