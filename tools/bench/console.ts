import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newAdministratorKey } from '../../db/access/new-key.ts';
import { connect } from '../../db/postgres/connect.ts';
import { migrate } from '../../db/postgres/migrate.ts';
import { type Browser, launchBrowser } from '../../dev/browser.ts';
import { startProcess, startServers } from '../../dev/stack.ts';
import { ENTITLEMENTS, fillLists } from './console-records.ts';

/**
 * `npm run bench:console`: how long the console takes from the navigation to the rows of a list, over 100,000
 * entitlements. Each load has a browser profile of its own, so nothing comes from a cache.
 */

const LOADS = 7;
const GOAL_MS = 1_000;
const LISTS = {
  'entitlements, first page': '/entitlements',
  'entitlements, active by end date': '/entitlements?view=active&sort=endDate',
  'entitlements, by what remains': '/entitlements?sort=remainingTerm',
  'entitlements, names with 77': '/entitlements?q=support+77',
  customers: '/customers',
};

interface Signed {
  readonly browser: Browser;
  readonly url: string;
  readonly key: string;
}

/** Milliseconds from the navigation until the first row is painted. */
async function load({ browser, url, key }: Signed, path: string): Promise<number> {
  const context = await browser.newContext({ baseURL: url, locale: 'en-GB', viewport: { width: 1280, height: 800 } });
  const session = JSON.stringify({ kind: 'key', secret: key });
  await context.addInitScript({ content: `sessionStorage.setItem('allot.session', ${JSON.stringify(session)})` });
  const page = await context.newPage();
  const begun = performance.now();
  await page.goto(path, { waitUntil: 'commit' });
  const rows = page.locator('tbody tr').first();
  await rows.waitFor().catch(async () => {
    throw new Error(`${path} shows no row: ${await page.locator('body').textContent()}`);
  });
  const ms = performance.now() - begun;
  await context.close();
  return ms;
}

async function measure(signed: Signed): Promise<void> {
  console.log(`${ENTITLEMENTS} entitlements; from the navigation to the rows, ${LOADS} loads; at most ${GOAL_MS} ms`);
  console.log(`${'list'.padEnd(34)}${'ms'.padStart(8)}${'worst'.padStart(8)}`);
  for (const [name, path] of Object.entries(LISTS)) {
    // The first load of all also starts the browser's own processes.
    await load(signed, path);
    const times: number[] = [];
    for (let at = 0; at < LOADS; at += 1) times.push(await load(signed, path));
    const sorted = times.toSorted((one, other) => one - other);
    const [median = 0, worst = 0] = [sorted[LOADS >> 1], sorted.at(-1)];
    if (median > GOAL_MS) process.exitCode = 1;
    console.log(`${name.padEnd(34)}${median.toFixed(0).padStart(8)}${worst.toFixed(0).padStart(8)}`);
  }
}

const dir = await mkdtemp(join(tmpdir(), 'allot-console-'));
const servers = await startServers({ dir });
const env = { DATABASE_URL: servers.databaseUrl, TEMPORAL_ADDRESS: servers.temporalAddress, LOG_LEVEL: 'warn' };
try {
  await migrate(servers.databaseUrl);
  const sql = connect(servers.databaseUrl, { max: 1 });
  const key = await newAdministratorKey(sql, 'bench');
  const [worker, api] = await Promise.all([startProcess('worker', env), startProcess('api', env)]);
  const url = `http://127.0.0.1:${api.port}`;
  console.error('filling: some half a minute');
  await fillLists(sql, { url, key });
  const browser = await launchBrowser();
  await measure({ browser, url, key });
  await browser.close();
  await sql.end();
  await api.stop();
  await worker.stop();
} finally {
  await servers.stop();
  await rm(dir, { recursive: true, force: true });
}
