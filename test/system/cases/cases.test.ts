import { describe, expect, test } from 'vitest';
import {
  aCustomer,
  anActive,
  ask,
  attach,
  type CaseAction,
  caseRows,
  entitlement,
  ledger,
  onCase,
} from '../../support/api-client.ts';
import { workflowOf } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';

interface Step {
  readonly entitlementId: string;
  readonly customerId: string;
  readonly caseId: string;
  readonly kind: 'attach' | CaseAction;
  readonly key: string;
}

const byHttp = async ({ entitlementId, customerId, caseId, kind, key }: Step, headers = {}) => {
  const { status, body } =
    kind === 'attach'
      ? await attach({ id: entitlementId, customerId }, { id: caseId }, { key, headers })
      : await onCase(caseId, kind, {}, { key, headers });
  expect([kind, status, body.code]).toEqual([kind, expect.toBeOneOf([200, 201, 202]), undefined]);
};

const bySignal = ({ entitlementId, caseId, kind, key }: Step) =>
  workflowOf(entitlementId).signal(`${kind}Case`, { key, caseId });

const byAsync = (step: Step) => byHttp(step, { prefer: 'respond-async' });

const WAYS: [name: string, send: (step: Step) => Promise<unknown>][] = [
  ['HTTP', byHttp],
  ['signal', bySignal],
  ['Prefer: respond-async', byAsync],
  ['HTTP, signal and respond-async at once', (step) => Promise.all([byHttp(step), bySignal(step), byAsync(step)])],
  [
    'each of them twice',
    async (step) => {
      await Promise.all([bySignal(step), byHttp(step), byAsync(step), byHttp(step), bySignal(step)]);
      await byAsync(step);
    },
  ],
];

const STEPS = ['attach', 'resolve', 'reactivate', 'cancel', 'reactivate'] as const;
const KINDS = ['attached', 'resolved', 'reactivated', 'case_canceled', 'reactivated'];
const CHANGES = { creation: [-1, 0, 0, 1, -1], resolution: [0, -1, 1, 0, 0] };

describe.each(['creation', 'resolution'] as const)('term is taken and given back exactly once on %s', (mode) => {
  test.each(WAYS)('by %s', async (_name, send) => {
    const { id, customerId } = await anActive(await aCustomer(), { decreaseRemainingOn: mode });
    const caseId = unique('case');
    for (const [index, kind] of STEPS.entries()) {
      const key = `${caseId}:${index}`;
      await send({ entitlementId: id, customerId, caseId, kind, key });
      await soon(async () => expect((await ledger(id)).map((row) => row.key)).toContain(key));
    }
    expect(await caseRows(id)).toEqual(KINDS.map((kind, index) => [kind, CHANGES[mode][index]]));
    const remainingTerm = mode === 'creation' ? 2 : 3;
    expect(await entitlement(id)).toMatchObject({ remainingTerm, openCases: 1 });
    expect((await ask('GET', `/v1/cases/${caseId}`)).body).toMatchObject({ status: 'active', entitlementId: id });
  });
});

test('attaching a case again takes nothing more, under any key', async () => {
  const active = await anActive(await aCustomer());
  const caseId = unique('case');
  await attach(active, { id: caseId });
  expect(await attach(active, { id: caseId })).toMatchObject({ status: 201, body: { change: 0, remainingTerm: 2 } });
  await workflowOf(active.id).signal('attachCase', { key: unique('key'), caseId });
  await soon(async () =>
    expect(await caseRows(active.id)).toEqual([
      ['attached', -1],
      ['repeated_attach', 0],
      ['repeated_attach', 0],
    ]),
  );
});

test('a resolve is never refused for lack of term: the remaining term goes below zero', async () => {
  const active = await anActive(await aCustomer(), { decreaseRemainingOn: 'resolution', totalTerm: 1 });
  const cases = [(await attach(active)).body.id, (await attach(active)).body.id];
  const resolved = await Promise.all(cases.map((caseId) => onCase(caseId, 'resolve')));
  expect(resolved.map(({ status }) => status)).toEqual([200, 200]);
  expect((await entitlement(active.id)).remainingTerm).toBe(-1);
  expect((await attach(active)).body.code).toBe('exhausted');
});

test('reactivating a canceled case takes term again, and is refused when nothing is left', async () => {
  const active = await anActive(await aCustomer(), { totalTerm: 1 });
  const { body: one } = await attach(active);
  await onCase(one.id, 'cancel');
  const { body: two } = await attach(active);
  expect(await onCase(one.id, 'reactivate')).toMatchObject({ status: 422, body: { code: 'exhausted' } });
  expect((await ask('GET', `/v1/cases/${one.id}`)).body).toMatchObject({ status: 'canceled' });
  await onCase(two.id, 'cancel');
  expect((await onCase(one.id, 'reactivate')).body).toMatchObject({ change: -1, remainingTerm: 0 });
});

test("an action that the case's state does not allow is refused with the state", async () => {
  const active = await anActive(await aCustomer());
  const { id } = (await attach(active)).body;
  expect(await onCase(id, 'reactivate')).toMatchObject({ status: 409, body: { code: 'wrong_state' } });
  await onCase(id, 'resolve');
  expect(await onCase(id, 'resolve')).toMatchObject({
    status: 409,
    body: { code: 'wrong_state', detail: expect.stringContaining('resolved') },
  });
  expect((await entitlement(active.id)).remainingTerm).toBe(2);
});

test('a change with Prefer: respond-async is answered before it is decided, and applied soon after', async () => {
  const active = await anActive(await aCustomer());
  const { body } = await attach(active);
  const key = unique('key');
  const path = `/v1/cases/${body.id}`;
  const told = await ask('PATCH', path, { minutes: 7 }, { key, headers: { prefer: 'respond-async' } });
  expect(told).toMatchObject({ status: 202, body: { caseId: body.id, key, entitlementId: active.id } });
  await soon(async () => expect((await ask('GET', path)).body.minutes).toBe(7), 20_000);
});
