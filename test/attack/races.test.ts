import { expect, test } from 'vitest';
import { aCustomer, anActive, ask, attach, entitlement, ledger } from '../support/api-client.ts';
import { aKey, as, type ToldKeyView } from '../support/callers.ts';
import { dayFromNow } from '../support/days.ts';
import { unique } from '../support/unique.ts';
import { soon } from '../support/waiting.ts';
import { Attacks } from './attack-routes.ts';

/** Many at once for what only one may have. */

const AT_ONCE = 200;
const many = <Answer>(count: number, ask: (index: number) => Promise<Answer>): Promise<Answer[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => ask(index)));

test('200 cases at once for the last one: one gets it', async () => {
  const attacks = new Attacks('races for the last case');
  const active = await anActive(await aCustomer(), { totalTerm: 1 });
  const answers = await many(AT_ONCE, () => attach(active));
  const taken = answers.filter(({ status }) => status === 201).length;
  for (const { status, body } of answers) attacks.tried(![201, 422].includes(status) && `${status} ${body.code}`);
  expect(taken).toBe(1);
  expect((await entitlement(active.id)).remainingTerm).toBe(0);
  const rows = await ledger(active.id);
  expect(rows.filter(({ change, caseId }) => caseId !== null && change !== 0)).toHaveLength(1);
  attacks.check(AT_ONCE);
});

test('one case sent 50 times under one key, and resolved 50 times, counts once', async () => {
  const attacks = new Attacks('races of one case');
  const active = await anActive(await aCustomer(), { totalTerm: 10 });
  const [id, key] = [unique('case'), unique('key')];
  for (const { status } of await many(50, () => attach(active, { id }, { key })))
    attacks.tried(status !== 201 && `${status}`);
  const resolved = await many(50, (index) =>
    ask('POST', `/v1/cases/${id}/resolve`, { minutes: 1 }, { key: `${key}-${index}` }),
  );
  const done = resolved.filter(({ status }) => status === 200).length;
  for (const { status } of resolved) attacks.tried(![200, 409].includes(status) && `${status}`);
  expect(done).toBe(1);
  expect((await entitlement(active.id)).remainingTerm).toBe(9);
  attacks.check(100);
});

test('a renewal accepted and declined 40 times at once is decided once, and has one successor', async () => {
  const attacks = new Attacks('races for a renewal');
  const customerId = await aCustomer();
  const renewalPolicy = { noticeDays: 60 };
  const { id } = await anActive(customerId, { renewalPolicy, endDate: dayFromNow(20) });
  const renewal = await soon(async () => {
    const { body } = await ask<{ items: { id: string }[] }>('GET', `/v1/renewals?entitlementId=${id}`);
    const [first] = body.items;
    if (first === undefined) throw new Error('There is no renewal yet.');
    return first.id;
  });
  const answers = await many(40, async (index) => {
    const path = `/v1/renewals/${renewal}/${index % 2 === 0 ? 'accept' : 'decline'}`;
    const options = { key: unique('decide') };
    const send = () => ask('POST', path, {}, options);
    const first = await send();
    if (first.status !== 503) return first;
    // On a busy machine: it asks again with the same key, as it was told to.
    return await soon(async () => {
      const again = await send();
      if (again.status === 503) throw new Error('still no answer');
      return again;
    });
  });
  const kinds = answers.map(({ status }, index) => [index % 2, status] as const);
  for (const [, status] of kinds) attacks.tried(![200, 400, 409].includes(status) && `${status}`);
  const accepted = kinds.some(([kind, status]) => kind === 0 && status === 200);
  const declined = kinds.some(([kind, status]) => kind === 1 && status === 200);
  expect([accepted, declined].filter(Boolean)).toHaveLength(1);
  const { body } = await ask<{ items: { id: string }[] }>('GET', `/v1/entitlements?customerId=${customerId}`);
  expect(body.items).toHaveLength(accepted ? 2 : 1);
  attacks.check(40);
});

test('a key rotated 20 times at once under one idempotency key gets one new secret', async () => {
  const attacks = new Attacks('races for a new secret');
  const { id } = await aKey('viewer');
  const once = unique('rotate');
  const answers = await many(20, () => ask<ToldKeyView>('POST', `/v1/api-keys/${id}/rotate`, {}, { key: once }));
  for (const { status } of answers) attacks.tried(![200, 409].includes(status) && `${status}`);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  attacks.check(20);
});

test('20 keys of one name at once: one is made', async () => {
  const attacks = new Attacks('races for a name');
  const name = unique('name');
  const answers = await many(20, () => ask('POST', '/v1/api-keys', { name, role: 'viewer' }));
  for (const { status } of answers) attacks.tried(![201, 409].includes(status) && `${status}`);
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  attacks.check(20);
});

test("another caller who sends a caller's idempotency key learns no secret and does nothing in that caller's name", async () => {
  const attacks = new Attacks('idempotency keys of others');
  const [first, second] = [await aKey('system_administrator'), await aKey('system_administrator')];
  const key = unique('stolen');
  const body = { name: unique('key'), role: 'viewer' };
  const made = await ask<ToldKeyView>('POST', '/v1/api-keys', body, { key, ...as(first.key) });
  const stolen = await ask('POST', '/v1/api-keys', body, { key, ...as(second.key) });
  attacks.tried(JSON.stringify(stolen.body).includes(made.body.key) && 'the secret was told again');
  attacks.tried(stolen.status !== 409 && `${stolen.status}`);
  // An agent's key opens nothing to an account manager who may not send cases, nor to a viewer.
  const active = await anActive(await aCustomer());
  await attach(active, { id: unique('case') }, { key });
  for (const role of ['account_manager', 'viewer', 'system_customizer'] as const) {
    const caller = await aKey(role);
    const again = await ask(
      'POST',
      '/v1/cases',
      { id: unique('case'), customerId: active.customerId },
      { key, ...as(caller.key) },
    );
    attacks.tried(again.status !== 403 && `${role}: ${again.status}`);
  }
  attacks.check(5);
});
