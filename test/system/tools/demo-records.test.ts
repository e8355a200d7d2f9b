import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AllotClient } from '../../../client/client.ts';
import { createNodeClient } from '../../../client/node.ts';
import { newAdministratorKey } from '../../../db/access/new-key.ts';
import { ROLES } from '../../../domain/access/roles.ts';
import { STATUSES } from '../../../domain/ledger/ledger-row.ts';
import { RENEWAL_STAGES } from '../../../domain/renewals/renewal-course.ts';
import { DEMO_DESKS } from '../../../tools/demo/records/demo-keys.ts';
import { type PlayedRecords, playRecords } from '../../../tools/demo/records/play-records.ts';
import { OwnStack } from '../../support/own-stack.ts';
import { until } from '../../support/waiting.ts';

// A system of its own: the demonstration fills it, and a second play must leave it as it was.
let stack: OwnStack;
let dir: string;
let keysFile: string;
let administrator: AllotClient;
let played: PlayedRecords;
const play = async () =>
  playRecords({ administrator, connection: await stack.connection(), namespace: 'default', keysFile });

beforeAll(async () => {
  stack = await OwnStack.start({ temporalInMemory: true, env: { ALLOT_WEBHOOK_ALLOW_PRIVATE: 'true' } });
  dir = await mkdtemp(join(tmpdir(), 'allot-demo-'));
  keysFile = join(dir, 'demo-keys');
  administrator = createNodeClient({ url: stack.apiUrl, apiKey: await newAdministratorKey(stack.sql, 'demonstrator') });
  played = await play();
}, 300_000);
afterAll(async () => {
  await administrator?.close();
  await stack?.stop();
  await rm(dir, { recursive: true, force: true });
}, 300_000);

interface Item extends Record<string, unknown> {
  readonly id: string;
}

async function all(path: string): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = new URLSearchParams({ limit: '200', ...(cursor === '' ? {} : { cursor }) });
    const url = `${path}${path.includes('?') ? '&' : '?'}${query}`;
    const answer: { status: number; body: { items: Item[]; nextCursor: string | null } } = await stack.ask('GET', url);
    expect([url, answer.status]).toEqual([url, 200]);
    items.push(...answer.body.items);
    cursor = answer.body.nextCursor;
  }
  return items;
}
const valuesOf = (items: readonly Item[], field: string) => [...new Set(items.map((item) => item[field]))].sort();

test('it plays some sixty customers, and says how many cases were taken and refused', () => {
  expect(played).toMatchObject({ skipsTime: true, hasFailingWebhook: true });
  expect(played.customers).toBeGreaterThanOrEqual(60);
  expect(played.contracts).toBeGreaterThanOrEqual(60);
  expect(played.cases.attached).toBeGreaterThan(800);
  expect(played.cases.refused).toBeGreaterThanOrEqual(20);
});

test('every status of an entitlement can be seen, and renewed ones', async () => {
  const entitlements = await all('/v1/entitlements');
  expect(valuesOf(entitlements, 'status')).toEqual([...STATUSES].sort());
  expect((await all('/v1/entitlements?view=renewed')).length).toBeGreaterThanOrEqual(4);
  expect(valuesOf(entitlements, 'allocationType')).toEqual(['cases', 'hours', 'unlimited']);
  expect(valuesOf(entitlements, 'overage')).toEqual(['allow', 'block', 'charge']);
  expect(entitlements.some(({ isDefault }) => isDefault === true)).toBe(true);
});

test('every stage of a renewal can be seen, with several open ones at different distances from the end', async () => {
  const renewals = await all('/v1/renewals');
  expect(valuesOf(renewals, 'stage')).toEqual([...RENEWAL_STAGES].sort());
  expect(renewals.filter(({ stage }) => stage === 'open').length).toBeGreaterThanOrEqual(5);
});

test('reports have rows: near depletion, expiring, utilisation, high touch, overrides', async () => {
  for (const [report, least] of [
    ['near-depletion', 8],
    ['expiring?days=60', 8],
    ['utilisation?by=customer', 40],
    ['high-touch', 40],
    ['overrides', 15],
  ] as const)
    expect([report, (await all(`/v1/reports/${report}`)).length >= least]).toEqual([report, true]);
});

test('cases have every status, some have no entitlement, and the ledger knows many reasons to refuse', async () => {
  const cases = await all('/v1/cases');
  expect(valuesOf(cases, 'status')).toEqual(['active', 'canceled', 'resolved']);
  expect(valuesOf(cases, 'entitlementReason')).toEqual(
    expect.arrayContaining(['default', 'matching', 'named', 'none_active', 'none_covers']),
  );
  const codes = await stack.sql<{ refusal: string }[]>`select distinct refusal from ledger where kind = 'refused'`;
  expect(codes.map(({ refusal }) => refusal)).toEqual(
    expect.arrayContaining([
      'canceled',
      'channel_exhausted',
      'channel_not_covered',
      'contact_not_covered',
      'exhausted',
      'expired',
      'not_active',
      'not_started',
      'product_not_covered',
    ]),
  );
});

test('deliveries fail at the webhook whose receiver is away', async () => {
  const failing = await until('a delivery fails', 60_000, async () => {
    const deliveries = await all('/v1/deliveries?kind=webhook');
    return deliveries.some(({ attempts }) => Array.isArray(attempts) && attempts.length > 0) ? deliveries : undefined;
  });
  expect(failing.length).toBeGreaterThanOrEqual(10);
});

test('there is a working key of each role, kept for this user alone, and the audit names several of them', async () => {
  const lines = (await readFile(keysFile, 'utf8')).trimEnd().split('\n');
  const keys = lines.map((line) => line.split('\t'));
  expect(keys.map(([, name]) => name)).toEqual(DEMO_DESKS.map(({ name }) => name));
  expect([...new Set(['system_administrator', ...keys.map(([role]) => role)])].sort()).toEqual([...ROLES].sort());
  for (const [, name, key] of keys) {
    const answer = await fetch(`${stack.apiUrl}/v1/settings`, { headers: { authorization: `Bearer ${key}` } });
    expect([name, answer.status]).toEqual([name, 200]);
  }
  expect((await stat(keysFile)).mode & 0o077).toBe(0);
  const by = valuesOf(await all('/v1/audit'), 'by');
  expect(by).toEqual(expect.arrayContaining(['Case system', 'Customizing desk', 'Support lead', 'demonstrator']));
});

/** The number of rows of everything that a play writes. */
const counts = () =>
  stack.sql`
    select
      (select count(*)::int from ledger) as ledger, (select count(*)::int from cases) as cases,
      (select count(*)::int from entitlements) as entitlements, (select count(*)::int from renewals) as renewals,
      (select count(*)::int from customers) as customers, (select count(*)::int from audit) as audit,
      (select count(*)::int from api_keys) as keys, (select count(*)::int from webhook_endpoints) as webhooks`;

test('a second play changes nothing', async () => {
  const [before, keys] = [await counts(), await readFile(keysFile, 'utf8')];
  const again = await play();
  expect(again).toEqual(played);
  expect(await counts()).toEqual(before);
  expect(await readFile(keysFile, 'utf8')).toBe(keys);
}, 300_000);

test('when the file of the keys was lost, the next play makes new secrets for the same desks', async () => {
  await writeFile(keysFile, '');
  await play();
  const lines = (await readFile(keysFile, 'utf8')).trimEnd().split('\n');
  const names = lines.map((line) => line.split('\t')[1]);
  expect(names).toEqual(DEMO_DESKS.map(({ name }) => name));
  const live = (await all('/v1/api-keys')).filter(({ revokedAt }) => revokedAt === null);
  expect(live.filter(({ name }) => names.includes(String(name)))).toHaveLength(DEMO_DESKS.length);
}, 300_000);
