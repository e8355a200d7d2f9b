import { describe, expect, test } from 'vitest';
import {
  aCustomer,
  aDraft,
  anActive,
  ask,
  type CaseView,
  caseEvents,
  caseRows,
  entitlement,
  ledger,
  onCase,
} from '../../support/api-client.ts';
import { unique } from '../../support/unique.ts';

const post = (body: Record<string, unknown>, key: string = unique('key')) =>
  ask<CaseView>('POST', '/v1/cases', { id: unique('case'), ...body }, { key });

interface Candidate {
  entitlementId: string;
  covers: boolean;
  code: string | null;
  rule: string | null;
  remainingAfter: number | null;
}
interface Match {
  candidates: Candidate[];
  picked: { entitlementId: string; rule: string; why: string } | null;
  none: { reason: string; why: string } | null;
}
const match = (body: Record<string, unknown>) => ask<Match>('POST', '/v1/cases/match', body);

test('a case that names no entitlement gets the most specific one and says why, as match says before', async () => {
  const customerId = await aCustomer();
  const broad = await anActive(customerId, { priority: 1 });
  const phone = await anActive(customerId, { channels: [{ channel: 'phone', totalTerm: 1 }] });
  const question = { customerId, channel: 'phone' };

  const { body: before } = await match(question);
  expect(before.candidates.map(({ entitlementId, covers, rule }) => [entitlementId, covers, rule])).toEqual([
    [phone.id, true, 'matching'],
    [broad.id, true, 'matching'],
  ]);
  expect(before.picked).toMatchObject({ entitlementId: phone.id, rule: 'matching' });
  expect(before.candidates[0]).toMatchObject({ remainingAfter: 2, code: null });

  const first = await post(question);
  expect(first.status).toBe(201);
  expect(first.body).toMatchObject({ entitlementId: phone.id, entitlementReason: 'matching', change: -1 });
  expect(first.body).toHaveProperty('entitlementExplanation', before.picked?.why);
  expect((await ask('GET', `/v1/cases/${first.body.id}`)).body).toMatchObject({
    entitlementReason: 'matching',
    entitlementExplanation: before.picked?.why,
  });

  const second = await post(question);
  expect(second.body).toMatchObject({ entitlementId: broad.id, entitlementReason: 'matching' });
  const { body: after } = await match(question);
  expect(after.candidates[0]).toMatchObject({
    entitlementId: phone.id,
    covers: false,
    code: 'channel_exhausted',
    rule: null,
  });
  expect(await caseRows(phone.id)).toEqual([['attached', -1]]);
});

test('a repeated key gets the same entitlement, even if another one fits better by now', async () => {
  const customerId = await aCustomer();
  const active = await anActive(customerId);
  const key = unique('key');
  const id = unique('case');
  const first = await post({ id, customerId }, key);
  await anActive(customerId, { priority: 0 });
  const again = await post({ id, customerId }, key);
  expect([first.body.entitlementId, again.body.entitlementId, again.body.change]).toEqual([active.id, active.id, -1]);
  expect((await post({ id, customerId, title: 'Another' }, key)).body.code).toBe('idempotency_conflict');
  expect((await post({ id, customerId })).body).toMatchObject({ entitlementId: active.id, change: 0 });
  expect((await entitlement(active.id)).remainingTerm).toBe(2);
});

describe('a case that gets no entitlement', () => {
  test.each([
    ['none_active', undefined, {}],
    ['none_covers', { channels: [{ channel: 'web', totalTerm: 1 }] }, { channel: 'phone' }],
    ['all_exhausted', { totalTerm: 0 }, {}],
  ])('is recorded and says why: %s', async (reason, active, facts) => {
    const customerId = await aCustomer();
    if (active !== undefined) await anActive(customerId, active);
    const { status, body } = await post({ customerId, ...facts });
    expect([status, body.entitlementId, body.entitlementReason]).toEqual([201, null, reason]);
    expect((await match({ customerId, ...facts })).body).toMatchObject({ picked: null, none: { reason } });
    expect(await onCase(body.id, 'resolve')).toMatchObject({ status: 200, body: { status: 'resolved' } });
  });
});

test('match of a named entitlement says why it would refuse, in any state', async () => {
  const customerId = await aCustomer();
  const draft = await aDraft(customerId);
  expect((await match({ customerId, entitlementId: draft.id })).body).toMatchObject({
    picked: null,
    none: { reason: 'not_active' },
  });
  const active = await anActive(customerId);
  expect((await match({ customerId, entitlementId: active.id })).body.picked).toMatchObject({ rule: 'named' });
  expect((await match({ customerId: 'nobody' })).body).toMatchObject({ code: 'not_found' });
  expect((await match({ customerId, channel: 'pigeon' })).body).toMatchObject({ code: 'validation_failed' });
});

test('of 200 cases at once for three entitlements of 20, sixty get one, each exactly once', async () => {
  const customerId = await aCustomer();
  const three = await Promise.all([1, 2, 3].map((priority) => anActive(customerId, { totalTerm: 20, priority })));
  const answers = await Promise.all(Array.from({ length: 200 }, () => post({ customerId })));
  expect(answers.map(({ status }) => status)).toEqual(Array(200).fill(201));
  const attached = answers.filter(({ body }) => body.entitlementId !== null);
  expect(attached).toHaveLength(60);
  const without = answers.filter(({ body }) => body.entitlementId === null);
  expect(new Set(without.map(({ body }) => body.entitlementReason))).toEqual(new Set(['all_exhausted']));
  for (const { id } of three) {
    expect(attached.filter(({ body }) => body.entitlementId === id)).toHaveLength(20);
    expect(await entitlement(id)).toMatchObject({ remainingTerm: 0, openCases: 20 });
    expect(await caseRows(id)).toHaveLength(20);
  }
});

test('in a list, each case finds what the cases before it left, and its later events follow it', async () => {
  const customerId = await aCustomer();
  const one = await anActive(customerId, { totalTerm: 2, priority: 1 });
  const two = await anActive(customerId, { totalTerm: 1, priority: 2 });
  const [a, b, c, d] = [1, 2, 3, 4].map((n) => unique(`case-${n}`));
  const event = (kind: string, caseId: string | undefined, more = {}) => ({ kind, caseId, key: unique(kind), ...more });
  const attach = (caseId: string | undefined) => event('attach', caseId, { customerId });
  const results = await caseEvents([
    attach(a),
    attach(b),
    attach(c),
    event('resolve', c),
    attach(d),
    event('resolve', d),
    event('cancel', a),
  ]);
  expect(results.map(({ outcome, entitlementId }) => [outcome, entitlementId])).toEqual([
    ['accepted', one.id],
    ['accepted', one.id],
    ['accepted', two.id],
    ['accepted', two.id],
    ['accepted', null],
    ['accepted', null],
    ['accepted', one.id],
  ]);
  const again = await caseEvents([event('cancel', b), attach(unique('case'))]);
  expect(again.map(({ entitlementId }) => entitlementId)).toEqual([one.id, one.id]);
  expect((await ledger(one.id)).filter(({ kind }) => kind === 'refused')).toEqual([]);
});

describe("a customer's default", () => {
  const setDefault = (id: string) => ask('POST', `/v1/entitlements/${id}/set-default`);

  test('is picked first, there is only one, and only an active entitlement can be it', async () => {
    const customerId = await aCustomer();
    const [one, other] = [await anActive(customerId), await anActive(customerId, { priority: 0 })];
    const draft = await aDraft(customerId);
    expect(await setDefault(draft.id)).toMatchObject({ status: 409, body: { code: 'wrong_state' } });
    expect((await setDefault(other.id)).body).toMatchObject({ isDefault: true });
    expect((await setDefault(one.id)).body).toMatchObject({ isDefault: true });
    expect(await entitlement(other.id)).toMatchObject({ isDefault: false });
    expect((await post({ customerId })).body).toMatchObject({ entitlementId: one.id, entitlementReason: 'default' });
    expect((await ask('POST', `/v1/entitlements/${one.id}/clear-default`)).body).toMatchObject({ isDefault: false });
    expect((await post({ customerId })).body).toMatchObject({ entitlementId: other.id, entitlementReason: 'matching' });
  });

  test('stays one, however many are set at once', async () => {
    const customerId = await aCustomer();
    const all = await Promise.all(Array.from({ length: 6 }, () => anActive(customerId)));
    const answers = await Promise.all(all.map(({ id }) => setDefault(id)));
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
    const shown = await Promise.all(all.map(({ id }) => entitlement(id)));
    expect(shown.filter(({ isDefault }) => isDefault)).toHaveLength(1);
  });

  test.each(['deactivate', 'cancel'])('ends with a %s and does not come back by itself', async (command) => {
    const customerId = await aCustomer();
    const { id } = await anActive(customerId);
    await setDefault(id);
    expect((await ask('POST', `/v1/entitlements/${id}/${command}`)).body).toMatchObject({ isDefault: false });
    if (command === 'deactivate') await ask('POST', `/v1/entitlements/${id}/activate`);
    expect(await entitlement(id)).toMatchObject({ isDefault: false });
  });
});

test('an override attaches a case past exhaustion with its reason in the ledger, and must name the entitlement', async () => {
  const customerId = await aCustomer();
  const { id } = await anActive(customerId, { totalTerm: 0, channels: [{ channel: 'web', totalTerm: 0 }] });
  const body = { customerId, entitlementId: id, channel: 'phone' };
  expect((await post(body)).body.code).toBe('channel_not_covered');
  const given = await post({ ...body, override: { reason: 'Down since an hour' } });
  expect(given).toMatchObject({ status: 201, body: { entitlementId: id, change: -1, remainingTerm: -1 } });
  const row = (await ledger(id)).at(-1);
  expect(row).toMatchObject({
    kind: 'attached',
    why: 'Down since an hour',
    facts: { overrode: ['channel_not_covered', 'exhausted'] },
  });
  expect(await post({ customerId, override: { reason: 'Which one?' } })).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'entitlementId' }] },
  });
});
