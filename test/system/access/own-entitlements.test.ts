import { beforeAll, describe, expect, test } from 'vitest';
import { aCustomer, anActive, ask, attach, type ProblemView } from '../../support/api-client.ts';
import { aKey, as } from '../../support/callers.ts';
import { DAY_MS, dayFromNow } from '../../support/days.ts';
import { Clock } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';

/**
 * An entitlement whose own policy names an account manager is his own, and one whose renewal was escalated to him; the
 * rest of what its customer has is not.
 */

interface Listed {
  items: { id: string }[];
}
interface Row {
  id?: string;
  customerId?: string;
  entitlementId?: string;
  cases?: number;
  minutes?: number;
}

const keys = { manager: '', boss: '', stranger: '' };
type Who = keyof typeof keys;
let customer: string;
let contact: string;
let renewal: string;
const its = { entitlement: '', supportCase: '' };
const other = { entitlement: '', supportCase: '' };
let clock: Clock;
let endsAt: number;

const get = <Body = Listed>(who: Who, path: string) => ask<Body>('GET', path, undefined, as(keys[who]));
const statusOf = async (who: Who, path: string) => (await get(who, path)).status;
const listed = async (who: Who, path: string) => (await get(who, path)).body.items.map(({ id }) => id);
const pathsOf = ({ entitlement, supportCase }: typeof its) => [
  `/v1/entitlements/${entitlement}`,
  `/v1/entitlements/${entitlement}/ledger`,
  `/v1/entitlements/${entitlement}/history`,
  `/v1/cases/${supportCase}`,
];

const toDaysBeforeEnd = (days: number) => clock.goPast(new Date(endsAt - days * DAY_MS).toISOString());
const stepsTaken = async () =>
  (await ask<{ steps: { step: string }[] }>('GET', `/v1/renewals/${renewal}`)).body.steps.map(({ step }) => step);

beforeAll(async () => {
  const manager = await aKey('account_manager', { email: `Policy.${unique('Manager')}@Example.com` });
  const boss = await aKey('account_manager');
  Object.assign(keys, { manager: manager.key, boss: boss.key, stranger: (await aKey('account_manager')).key });
  customer = await aCustomer({ accountManager: { name: 'Somebody', email: 'somebody.else@example.com' } });
  contact = unique('contact');
  await ask('PUT', `/v1/contacts/${contact}`, { customerId: customer, name: 'Bo' });
  const renewalPolicy = {
    ...{ noticeDays: 60, reminderDays: 30, escalationDays: 14 },
    accountManager: { name: 'Policy', email: manager.email?.toUpperCase() },
    escalateTo: { name: 'The Boss', email: boss.email },
  };
  const active = await anActive(customer, { renewalPolicy, endDate: dayFromNow(40), totalTerm: 1 });
  its.entitlement = active.id;
  endsAt = Date.parse(active.endsAt ?? '');
  other.entitlement = (await anActive(customer, { totalTerm: 1, endDate: dayFromNow(20) })).id;
  its.supportCase = (await attach(active, { minutes: 5 })).body.id;
  other.supportCase = (await attach({ ...active, id: other.entitlement }, { minutes: 50 })).body.id;
  renewal = await soon(async () => {
    const [first] = (await ask<Listed>('GET', `/v1/renewals?entitlementId=${active.id}`)).body.items;
    if (first === undefined) throw new Error('There is no renewal yet.');
    return first.id;
  });
  clock = new Clock(active.id, { renewal: 1 });
});

/** What whoever has the one entitlement sees, of everything that its customer has. */
async function seesIt(who: Who): Promise<void> {
  for (const path of [...pathsOf(its), `/v1/customers/${customer}`, `/v1/renewals/${renewal}`])
    expect([path, await statusOf(who, path)]).toEqual([path, 200]);
  for (const path of [...pathsOf(other), `/v1/contacts/${contact}`])
    expect([path, await statusOf(who, path)]).toEqual([path, 404]);
  for (const narrowed of ['', `&customerId=${customer}`]) {
    expect(await listed(who, `/v1/entitlements?limit=9${narrowed}`)).toEqual([its.entitlement]);
    expect(await listed(who, `/v1/cases?limit=9${narrowed}`)).toEqual([its.supportCase]);
    expect(await listed(who, `/v1/contacts?limit=9${narrowed}`)).toEqual([]);
    expect(await listed(who, `/v1/renewals?limit=9${narrowed}`)).toEqual([renewal]);
  }
  expect(await listed(who, '/v1/customers')).toEqual([customer]);
  expect(await listed(who, `/v1/cases?entitlementId=${its.entitlement}`)).toEqual([its.supportCase]);
  expect(await listed(who, `/v1/cases?entitlementId=${other.entitlement}`)).toEqual([]);
}

async function reportsTellOfIt(who: Who): Promise<void> {
  for (const narrowed of ['', `&customerId=${customer}`]) {
    const rows = async (path: string) =>
      (await get<{ items: Row[] }>(who, `/v1/reports/${path}${narrowed}`)).body.items;
    for (const path of ['near-depletion?limit=9', 'expiring?days=60'])
      expect([path, (await rows(path)).map(({ id }) => id)]).toEqual([path, [its.entitlement]]);
    expect(await rows('utilisation?by=entitlement')).toMatchObject([{ entitlementId: its.entitlement, cases: 1 }]);
    expect(await rows('utilisation?by=customer')).toMatchObject([{ customerId: customer, cases: 1, grantedTerm: 1 }]);
    expect(await rows('renewals?limit=9')).toMatchObject([{ id: renewal }]);
  }
  const { items } = (await get<{ items: Row[] }>(who, '/v1/reports/high-touch')).body;
  expect(items).toMatchObject([{ customerId: customer, cases: 1, minutes: 5 }]);
}

async function seesNothing(who: Who): Promise<void> {
  for (const path of [...pathsOf(its), ...pathsOf(other), `/v1/customers/${customer}`, `/v1/renewals/${renewal}`])
    expect([path, await statusOf(who, path)]).toEqual([path, 404]);
  for (const what of ['customers', 'entitlements', 'cases', 'contacts', 'renewals', 'reports/renewals'])
    expect([what, await listed(who, `/v1/${what}`)]).toEqual([what, []]);
  for (const what of ['near-depletion', 'expiring', 'utilisation', 'high-touch', 'overrides'])
    expect([what, (await get(who, `/v1/reports/${what}`)).body.items]).toEqual([what, []]);
}

describe('before the renewal is escalated', () => {
  test('the manager named in the policy sees the entitlement and its records', () => seesIt('manager'));

  test('and reports about it only', () => reportsTellOfIt('manager'));

  test('match is refused, because it would show all entitlements of the customer', async () => {
    const body = { customerId: customer };
    const { status, body: problem } = await ask<ProblemView>('POST', '/v1/cases/match', body, as(keys.manager));
    expect([status, problem.errors?.[0]?.field]).toEqual([404, 'customerId']);
  });

  test.each(['boss', 'stranger'] as const)('the %s sees nothing', (who) => seesNothing(who));
});

describe('after the renewal was escalated', () => {
  beforeAll(async () => {
    await toDaysBeforeEnd(30);
    await soon(async () => expect(await stepsTaken()).toContain('reminder'));
    await toDaysBeforeEnd(14);
    await soon(async () => expect(await stepsTaken()).toContain('escalation'));
  });

  test('the person it was escalated to sees the entitlement', async () => {
    await seesIt('boss');
    await reportsTellOfIt('boss');
  });

  test('a stranger still sees nothing and cannot decide', async () => {
    await seesNothing('stranger');
    const { status } = await ask('POST', `/v1/renewals/${renewal}/decline`, { reason: 'No' }, as(keys.stranger));
    expect(status).toBe(404);
  });

  test('the person it was escalated to can decide', async () => {
    const path = `/v1/renewals/${renewal}/accept`;
    expect(await ask('POST', path, {}, as(keys.boss))).toMatchObject({ status: 200, body: { stage: 'accepted' } });
  });
});

test('an entitlement whose policy names somebody else is out of the access scope at once', async () => {
  const manager = await aKey('account_manager');
  const accountManager = { name: 'Policy', email: manager.email };
  const renewalPolicy = { noticeDays: 5, reminderDays: 0, escalationDays: 0, accountManager };
  const { id } = await anActive(await aCustomer(), { renewalPolicy });
  const path = `/v1/entitlements/${id}`;
  expect((await ask('GET', path, undefined, as(manager.key))).status).toBe(200);
  await ask('POST', `${path}/deactivate`);
  await ask('PATCH', path, { renewalPolicy: { ...renewalPolicy, accountManager: null } });
  expect((await ask('GET', path, undefined, as(manager.key))).status).toBe(404);
});
