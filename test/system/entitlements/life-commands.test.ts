import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import { connect } from '../../../db/postgres/connect.ts';
import type { Sql } from '../../../db/postgres/sql.ts';
import { idFrom } from '../../../runtime/id-from.ts';
import { aCustomer, aDraft, anActive, ask, attach, entitlement, ledger } from '../../support/api-client.ts';
import { dayFromNow } from '../../support/days.ts';
import { workflowOf } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';

let sql: Sql;
beforeAll(() => {
  sql = connect(inject('databaseUrl'), { max: 1 });
});
afterAll(() => sql.end());

const post = (id: string, action: string, options = {}) =>
  ask<EntitlementView & { code?: string; detail?: string }>('POST', `/v1/entitlements/${id}/${action}`, {}, options);

/** An entitlement in each state. */
const IN: Record<string, () => Promise<EntitlementView>> = {
  draft: async () => await aDraft(await aCustomer()),
  waiting: async () => await anActive(await aCustomer(), { startDate: dayFromNow(5), endDate: dayFromNow(9) }),
  active: async () => await anActive(await aCustomer()),
  expired: async () => await anActive(await aCustomer(), { startDate: dayFromNow(-9), endDate: dayFromNow(-5) }),
  canceled: async () => (await post((await anActive(await aCustomer())).id, 'cancel')).body,
};

const FORBIDDEN: [state: string, commands: string[]][] = [
  ['draft', ['deactivate', 'cancel', 'renew']],
  ['waiting', ['activate', 'renew', 'edit', 'delete']],
  ['active', ['activate', 'renew', 'edit', 'delete']],
  ['expired', ['activate', 'deactivate', 'cancel', 'edit', 'delete']],
  ['canceled', ['activate', 'deactivate', 'cancel', 'edit', 'delete']],
];

const give = (id: string, command: string) => {
  if (command === 'edit') return ask('PATCH', `/v1/entitlements/${id}`, { name: 'Another' });
  return command === 'delete' ? ask('DELETE', `/v1/entitlements/${id}`) : post(id, command);
};

describe('a command that the state does not allow is refused with the state, and changes nothing', () => {
  test.each(FORBIDDEN)('%s', async (state, commands) => {
    const before = await IN[state]?.();
    expect(before?.status).toBe(state);
    const id = before?.id ?? '';
    for (const command of commands) {
      const { status, body } = await give(id, command);
      expect([command, status, body.code]).toEqual([command, 409, 'wrong_state']);
      expect(body.detail).toContain(state);
    }
    expect(await entitlement(id)).toEqual(before);
  });
});

test('a deleted draft is gone, its ledger stays, and the key that created it creates nothing again', async () => {
  const customerId = await aCustomer();
  const body = {
    name: 'Short-lived',
    customerId,
    startDate: dayFromNow(0),
    endDate: dayFromNow(9),
    allocationType: 'cases',
    totalTerm: 1,
  };
  const key = unique('key');
  const { body: draft } = await ask('POST', '/v1/entitlements', body, { key });
  const path = `/v1/entitlements/${draft.id}`;
  expect((await ask('POST', '/v1/entitlements', body, { key })).body).toEqual(draft);
  expect((await ask('DELETE', path)).status).toBe(204);
  for (const [method, url] of [
    ['GET', path],
    ['DELETE', path],
    ['GET', `${path}/ledger`],
    ['POST', `${path}/activate`],
  ] as const)
    expect(await ask(method, url)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  const kinds = await sql`select kind from ledger where entitlement_id = ${String(draft.id)} order by seq`;
  expect(kinds.map(({ kind }) => kind)).toEqual(['created', 'deleted']);
  expect(await ask('POST', '/v1/entitlements', body, { key })).toMatchObject({
    status: 409,
    body: { code: 'conflict' },
  });
  const listed = await ask<{ items: unknown[] }>('GET', `/v1/entitlements?customerId=${customerId}`);
  expect(listed.body.items).toEqual([]);
  await soon(async () => expect((await workflowOf(String(draft.id)).describe()).status.name).toBe('COMPLETED'));
});

test('a refused draft leaves no workflow behind, and its key can be used again', async () => {
  const customerId = await aCustomer();
  const key = unique('key');
  const body = {
    name: 'Ends first',
    customerId,
    startDate: dayFromNow(9),
    endDate: dayFromNow(0),
    allocationType: 'cases',
  };
  const refused = await ask('POST', '/v1/entitlements', { ...body, totalTerm: 1 }, { key });
  expect(refused).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  const left = await workflowOf(idFrom('ent', key))
    .describe()
    .then(
      ({ status }) => status.name,
      (error: Error) => error.name,
    );
  expect(left).toBeOneOf(['WorkflowNotFoundError', 'COMPLETED']);
  const better = await ask('POST', '/v1/entitlements', { ...body, endDate: dayFromNow(9), totalTerm: 1 }, { key });
  expect(better.status).toBe(201);
});

test('a draft that ever had a case cannot be deleted', async () => {
  const active = await anActive(await aCustomer());
  await attach(active);
  await post(active.id, 'deactivate');
  const path = `/v1/entitlements/${active.id}`;
  expect(await ask('DELETE', path)).toMatchObject({ status: 409, body: { code: 'wrong_state' } });
  expect((await entitlement(active.id)).status).toBe('draft');
});

test('an edit and a command are refused with an old If-Match and accepted with the current one', async () => {
  const draft = await aDraft(await aCustomer());
  const path = `/v1/entitlements/${draft.id}`;
  const edited = await ask('PATCH', path, { name: 'First' }, { headers: { 'if-match': `"${draft.version}"` } });
  expect(edited).toMatchObject({ status: 200, body: { name: 'First' } });
  const stale = { headers: { 'if-match': `"${draft.version}"` } };
  expect(await ask('PATCH', path, { name: 'Second' }, stale)).toMatchObject({
    status: 409,
    body: { code: 'conflict' },
  });
  expect(await post(draft.id, 'activate', stale)).toMatchObject({ status: 409, body: { code: 'conflict' } });
  expect((await entitlement(draft.id)).name).toBe('First');
  const now = { headers: { 'if-match': edited.headers.get('etag') ?? '' } };
  expect((await post(draft.id, 'activate', now)).body.status).toBe('active');
});

test('cases that came since a version was read do not make it old; a change of the contract does', async () => {
  const active = await anActive(await aCustomer(), { totalTerm: 1 });
  const seen = { headers: { 'if-match': `"${active.version}"` } };
  await attach(active);
  expect(
    (await ask('POST', '/v1/cases', { id: unique('case'), customerId: active.customerId, entitlementId: active.id }))
      .status,
  ).toBe(422);
  const path = `/v1/entitlements/${active.id}/top-ups`;
  expect((await ask('POST', path, { amount: 5 }, seen)).status).toBe(201);
  expect(await ask('POST', path, { amount: 5 }, seen)).toMatchObject({ status: 409, body: { code: 'conflict' } });
  expect(await post(active.id, 'deactivate', { headers: { 'if-match': '"1000"' } })).toMatchObject({ status: 409 });
  expect((await entitlement(active.id)).remainingTerm).toBe(5);
});

test('a retried command gets its first answer, even if the state no longer allows it', async () => {
  const { id } = await aDraft(await aCustomer());
  const key = unique('key');
  expect((await post(id, 'activate', { key })).status).toBe(200);
  expect((await post(id, 'activate', { key })).status).toBe(200);
  expect(await post(id, 'cancel', { key })).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } });
  expect((await ledger(id)).map(({ kind }) => kind)).toEqual(['created', 'activated']);
});

test('after a new total, used term still counts, even beyond the new total', async () => {
  const active = await anActive(await aCustomer(), { totalTerm: 3 });
  await attach(active);
  await attach(active);
  await post(active.id, 'deactivate');
  const edited = await ask('PATCH', `/v1/entitlements/${active.id}`, { totalTerm: 1 });
  expect(edited.body).toMatchObject({ totalTerm: 1, remainingTerm: -1 });
  expect((await post(active.id, 'activate')).body.remainingTerm).toBe(-1);
  expect((await attach(active)).body.code).toBe('exhausted');
});
