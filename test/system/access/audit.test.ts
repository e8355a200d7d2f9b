import { expect, inject, test } from 'vitest';
import { connect } from '../../../db/postgres/connect.ts';
import {
  aCustomer,
  aDraft,
  anActive,
  ask,
  attach,
  ledger,
  onCase,
  type ProblemView,
} from '../../support/api-client.ts';
import { aKey, as, type ToldKeyView } from '../../support/callers.ts';
import { dayFromNow } from '../../support/days.ts';
import { unique } from '../../support/unique.ts';

interface Entry {
  id: number;
  at: string;
  by: string;
  role: string | null;
  action: string;
  recordType: string;
  recordId: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  reason: string | null;
}
interface EntryPage {
  items: Entry[];
  nextCursor: string | null;
}

const audit = async (query: string): Promise<Entry[]> => {
  const { status, body } = await ask<EntryPage>('GET', `/v1/audit?${query}`);
  if (status !== 200) throw new Error(`no audit: ${status} ${JSON.stringify(body)}`);
  return body.items;
};

test('creating and changing a record leaves a row each, with who, before, after and why; writing it unchanged leaves none', async () => {
  const { name: by, key } = await aKey('csr_manager');
  const id = unique('customer');
  const put = (body: object, reason = '') =>
    ask('PUT', `/v1/customers/${id}${reason}`, { type: 'account', ...body }, as(key));
  const made = await put({ name: 'Contoso', accountManager: { name: 'Ann', email: 'ann@example.com' } });
  const changed = await put({ name: 'Contoso AG', tier: 'gold' }, '?reason=new%20contract%20%E2%9C%93');
  const same = await put({ name: 'Contoso AG', tier: 'gold' }, '?reason=again');
  expect([made.status, changed.status, same.status]).toEqual([201, 200, 200]);
  expect(same.body).toEqual(changed.body);
  const before = {
    id,
    type: 'account',
    name: 'Contoso',
    timeZone: null,
    tier: null,
    accountManager: { name: 'Ann', email: 'ann@example.com' },
  };
  const after = { ...before, name: 'Contoso AG', tier: 'gold', accountManager: null };
  const common = { by, role: 'csr_manager', recordType: 'customer', recordId: id, at: expect.any(String) };
  expect(await audit(`recordType=customer&recordId=${id}`)).toEqual([
    { ...common, id: expect.any(Number), action: 'updated', before, after, reason: 'new contract ✓' },
    { ...common, id: expect.any(Number), action: 'created', before: null, after: before, reason: null },
  ]);
});

test('contacts and products are recorded in the same way; a refused change leaves nothing', async () => {
  const [customerId, other] = [await aCustomer(), await aCustomer()];
  const [contact, product] = [unique('contact'), unique('product')];
  await ask('PUT', `/v1/contacts/${contact}`, { customerId, name: 'Bo' });
  await ask('PUT', `/v1/contacts/${contact}`, { customerId, name: 'Bo Li' });
  await aDraft(customerId, { contactIds: [contact] });
  const moved = await ask<ProblemView>('PUT', `/v1/contacts/${contact}`, { customerId: other, name: 'Mallory' });
  expect([moved.status, moved.body.code]).toEqual([422, 'contact_of_other_customer']);
  await ask('PUT', `/v1/products/${product}`, { name: 'Pump' });
  const shown = async (id: string) =>
    (await audit(`recordId=${id}`)).map(({ recordType, action, before, after }) => [
      recordType,
      action,
      before?.name,
      after?.name,
    ]);
  expect(await shown(contact)).toEqual([
    ['contact', 'updated', 'Bo', 'Bo Li'],
    ['contact', 'created', undefined, 'Bo'],
  ]);
  expect(await shown(product)).toEqual([['product', 'created', undefined, 'Pump']]);
});

test('when many create one record at once, one created it and the others changed it in turn', async () => {
  const id = unique('product');
  const names = ['A', 'B', 'C', 'D', 'E'];
  const answers = await Promise.all(names.map((name) => ask('PUT', `/v1/products/${id}`, { name })));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 201]);
  const entries = (await audit(`recordId=${id}`)).sort((one, next) => one.id - next.id);
  expect(entries).toHaveLength(5);
  const chain = entries.map(({ before, after }) => [before?.name, after?.name]);
  const [first] = chain;
  expect(first?.[0]).toBeUndefined();
  for (const [index, [before]] of chain.entries()) if (index > 0) expect(before).toBe(chain[index - 1]?.[1]);
});

test('SLAs and templates are recorded in the same way, and so is the deletion of a template', async () => {
  const [sla, template] = [unique('sla'), unique('template')];
  const promise = { name: 'Four hours', firstResponseMinutes: 240, calendar: { kind: '24x7' } };
  for (const minutes of [240, 240, 60])
    await ask('PUT', `/v1/slas/${sla}`, { ...promise, firstResponseMinutes: minutes });
  const terms = { name: 'Bronze', allocationType: 'cases', totalTerm: 30, duration: { unit: 'years', count: 1 } };
  expect((await ask('POST', '/v1/templates', { id: template, ...terms })).status).toBe(201);
  for (const totalTerm of [30, 40, 40])
    expect((await ask('PUT', `/v1/templates/${template}`, { ...terms, totalTerm })).status).toBe(200);
  expect((await ask('DELETE', `/v1/templates/${template}?reason=unused`)).status).toBe(204);
  const shown = async (id: string, field: string) =>
    (await audit(`recordId=${id}`)).map(({ recordType, action, before, after, reason }) => [
      recordType,
      action,
      before?.[field],
      after?.[field],
      reason,
    ]);
  expect(await shown(sla, 'firstResponseMinutes')).toEqual([
    ['sla', 'updated', 240, 60, null],
    ['sla', 'created', undefined, 240, null],
  ]);
  expect(await shown(template, 'totalTerm')).toEqual([
    ['template', 'deleted', 40, undefined, 'unused'],
    ['template', 'updated', 30, 40, null],
    ['template', 'created', undefined, 30, null],
  ]);
});

test("the organisation's settings are recorded when they change", async () => {
  const channel = unique('channel');
  const { body: before } = await ask<{ channels: string[] }>('GET', '/v1/settings');
  const channels = [...before.channels, channel];
  const reason = unique('reason');
  await ask('PUT', `/v1/settings?reason=${reason}`, { ...before, channels });
  await ask('PUT', `/v1/settings?reason=${reason}`, { ...before, channels });
  const entries = (await audit('recordType=settings')).filter((entry) => entry.reason === reason);
  expect(entries).toMatchObject([{ action: 'updated', before, after: { ...before, channels } }]);
});

test('creating, rotating and revoking a key is recorded', async () => {
  const { id, name } = await aKey('viewer', { reason: 'for the report' });
  await ask('POST', `/v1/api-keys/${id}/rotate`, { reason: 'leaked' });
  await ask('POST', `/v1/api-keys/${id}/revoke`, { reason: 'gone' });
  await ask<ToldKeyView>('POST', `/v1/api-keys/${id}/revoke`, { reason: 'gone twice' });
  expect(await audit(`recordType=api_key&recordId=${id}`)).toMatchObject([
    { action: 'revoked', reason: 'gone', after: { revokedAt: expect.any(String) } },
    { action: 'rotated', reason: 'leaked', after: { replacedWorksUntil: expect.any(String) } },
    { action: 'created', reason: 'for the report', before: null, after: { name, role: 'viewer', email: null } },
  ]);
});

test('for an entitlement it records what people do, once each, but not what the entitlement or its cases do', async () => {
  const customerId = await aCustomer();
  const { key, name: by } = await aKey('csr_manager');
  const draft = await aDraft(customerId, { startDate: dayFromNow(-10), endDate: dayFromNow(30) });
  const path = `/v1/entitlements/${draft.id}`;
  const change = (method: string, action: string, body: unknown, once?: string) =>
    ask(method, path + action, body, { ...as(key), ...(once === undefined ? {} : { key: once }) });
  await change('PATCH', '?reason=more', { totalTerm: 5 });
  const once = unique('key');
  await change('POST', '/activate', { reason: 'signed' }, once);
  await change('POST', '/activate', { reason: 'signed' }, once);
  const refused = await change('POST', '/activate', {});
  expect(refused.status).toBe(409);
  await attach({ id: draft.id, customerId });
  await change('POST', '/cancel', { reason: 'ended' });
  await attach({ id: draft.id, customerId });
  expect((await ledger(draft.id)).map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['created', 'edited', 'activated', 'attached', 'canceled', 'refused']),
  );
  const entries = await audit(`recordType=entitlement&recordId=${draft.id}`);
  expect(entries.map((entry) => [entry.action, entry.by, entry.reason])).toEqual([
    ['canceled', by, 'ended'],
    ['activated', by, 'signed'],
    ['edited', by, 'more'],
    ['created', 'tests', null],
  ]);
  const [, activated, edited, created] = entries;
  expect(activated?.after).toEqual({ status: 'active', startsAt: expect.any(String), endsAt: expect.any(String) });
  expect(Date.parse(String(activated?.after?.startsAt))).toBe(Date.parse(`${draft.startDate}T00:00:00Z`));
  expect([edited?.before, edited?.after]).toMatchObject([{ totalTerm: 3 }, { details: { totalTerm: 5 } }]);
  expect(created?.after).toMatchObject({ details: { totalTerm: 3, customerId } });
});

test('for cases it records overrides and changes of whether they take term; the rest is in the ledger', async () => {
  const { name: by, key } = await aKey('csr_manager');
  const active = await anActive(await aCustomer(), { totalTerm: 1 });
  await attach(active, {}, as(key));
  const override = { reason: 'the director asked' };
  const { body: overridden } = await attach(active, { override }, as(key));
  const { body: free } = await attach(active, { decrementEntitlementTerm: false, override }, as(key));
  const patch = { decrementEntitlementTerm: true, reason: 'it counts after all' };
  await ask('PATCH', `/v1/cases/${free.id}`, patch, as(key));
  await onCase(overridden.id, 'resolve', {}, as(key));
  const shown = async (id: string) =>
    (await audit(`recordType=case&recordId=${id}`)).map((entry) => [entry.action, entry.by, entry.reason, entry.after]);
  const onIt = { entitlementId: active.id };
  expect(await shown(overridden.id)).toEqual([
    ['attached', by, override.reason, { ...onIt, decrementEntitlementTerm: true, overrode: ['exhausted'] }],
  ]);
  expect(await shown(free.id)).toMatchObject([
    ['updated', by, patch.reason, { ...onIt, decrements: true }],
    ['attached', by, override.reason, { ...onIt, decrementEntitlementTerm: false }],
  ]);
});

test('setting, moving and clearing a default leaves a row at each entitlement involved', async () => {
  const customerId = await aCustomer();
  const [one, other] = [await anActive(customerId), await anActive(customerId)];
  const post = (id: string, action: string) =>
    ask('POST', `/v1/entitlements/${id}/${action}`, { reason: `${action} it` });
  for (const [id, action] of [
    [one.id, 'set-default'],
    [one.id, 'set-default'],
    [other.id, 'set-default'],
    [other.id, 'clear-default'],
    [other.id, 'clear-default'],
  ] as const)
    expect((await post(id, action)).status).toBe(200);
  const shown = async (id: string) =>
    (await audit(`recordType=entitlement&recordId=${id}`))
      .filter(({ action }) => action.endsWith('default'))
      .map(({ action, before, after, reason }) => [action, before?.isDefault, after?.isDefault, reason]);
  expect(await shown(one.id)).toEqual([
    ['cleared_default', true, false, 'set-default it'],
    ['set_default', false, true, 'set-default it'],
  ]);
  expect(await shown(other.id)).toEqual([
    ['cleared_default', true, false, 'clear-default it'],
    ['set_default', false, true, 'set-default it'],
  ]);
});

test('pages go from the newest to the oldest row, each once, also with filters', async () => {
  const { name: by, key } = await aKey('csr_manager');
  const since = new Date(Date.now() - 1_000).toISOString();
  const ids = Array.from({ length: 7 }, () => unique('product'));
  for (const id of ids) await ask('PUT', `/v1/products/${id}`, { name: 'P' }, as(key));
  const seen: Entry[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const more: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const query = `by=${by}&action=created&since=${since}&limit=3${more}`;
    const page: { body: EntryPage } = await ask<EntryPage>('GET', `/v1/audit?${query}`);
    expect(page.body.items.length).toBeLessThanOrEqual(3);
    seen.push(...page.body.items);
    cursor = page.body.nextCursor;
  }
  expect(seen.map(({ recordId }) => recordId)).toEqual(ids.toReversed());
  expect(await audit(`by=${by}&until=${since}`)).toEqual([]);
  expect(await audit(`by=${by}&since=${encodeURIComponent('2999-01-01T00:00:00+02:00')}`)).toEqual([]);
});

test.each([
  ['recordType', 'recordType=Customer!'],
  ['recordId', 'recordId=a%20b'],
  ['since', 'since=yesterday'],
  ['until', 'until=2027-01-01'],
  ['limit', 'limit=201'],
  ['cursor', `cursor=${Buffer.from('1/x').toString('base64url')}`],
  ['cursor', `cursor=${Buffer.from('999999999999999999/1').toString('base64url')}`],
  ['who', 'who=me'],
])('a wrong %s is refused: %s', async (field, query) => {
  const { status, body } = await ask<ProblemView>('GET', `/v1/audit?${query}`);
  expect([status, body.code, body.errors?.[0]?.field]).toEqual([400, 'validation_failed', field]);
});

test('a reason that is too long is refused and nothing is written', async () => {
  const id = unique('product');
  const { status } = await ask('PUT', `/v1/products/${id}?reason=${'x'.repeat(501)}`, { name: 'P' });
  expect([status, (await ask('GET', `/v1/products/${id}`)).status]).toEqual([400, 404]);
});

test('the audit is append-only', async () => {
  const sql = connect(inject('databaseUrl'), { max: 1 });
  try {
    for (const statement of ['update audit set by = by', 'delete from audit', 'truncate audit'])
      await expect(sql.unsafe(statement)).rejects.toThrow('The audit is append-only');
  } finally {
    await sql.end();
  }
});
