import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import { fastForward } from '../../../dev/fast-forward.ts';
import { DAY_MS, dayFromNow } from '../../support/days.ts';
import { OwnStack } from '../../support/own-stack.ts';
import { expectAgreement } from '../../support/reconciled.ts';
import { aCase, anActive, must } from '../../support/records.ts';
import { unique } from '../../support/unique.ts';
import { until } from '../../support/waiting.ts';

/** A stack of its own, as the setting counts for all cases of an organisation. */
let stack: OwnStack;
beforeAll(async () => {
  stack = await OwnStack.start({ temporalInMemory: true });
  await must(200, stack.ask('PUT', '/v1/settings', { spill: true }));
});
afterAll(async () => {
  await stack.stop();
});

interface CaseBody {
  readonly parts: readonly { readonly entitlementId: string; readonly minutes: number }[];
  readonly change: number;
  readonly remainingTerm: number;
}

/** Three contracts in hours of one customer, in the order of matching. */
async function threeContracts(more: readonly Record<string, unknown>[] = []): Promise<readonly EntitlementView[]> {
  const totals = [60, 30, 100];
  const made: EntitlementView[] = [];
  for (const [index, totalTerm] of totals.entries()) {
    const customer = made[0] === undefined ? {} : { customerId: made[0].customerId };
    const its = { allocationType: 'hours', decreaseRemainingOn: 'resolution', totalTerm, priority: index + 1 };
    made.push(await anActive(stack, { ...its, ...more[index], ...customer }));
  }
  return made;
}

const remaining = (entitlements: readonly EntitlementView[]) =>
  Promise.all(
    entitlements.map(async ({ id }) => {
      const { remainingTerm } = await must(200, stack.ask<EntitlementView>('GET', `/v1/entitlements/${id}`));
      return remainingTerm;
    }),
  );

const onCase = (id: string, what: string, body: Record<string, unknown> = {}, key = unique(what)) =>
  must(200, stack.ask<CaseBody>('POST', `/v1/cases/${id}/${what}`, body, key));
const caseNow = (id: string) => must(200, stack.ask<CaseBody>('GET', `/v1/cases/${id}`));

test('a resolve takes what is left, the next contracts take the rest, and a reactivation gives it all back', async () => {
  const three = await threeContracts();
  const [own, second, third] = three;
  if (own === undefined || second === undefined || third === undefined) throw new Error('Three contracts are made.');
  const id = await aCase(stack, own);
  const parts = [
    { entitlementId: own.id, minutes: 60 },
    { entitlementId: second.id, minutes: 30 },
    { entitlementId: third.id, minutes: 60 },
  ];
  const key = unique('resolve');
  const first = await onCase(id, 'resolve', { minutes: 150 }, key);
  expect(first).toMatchObject({ change: -60, remainingTerm: 0, parts });
  expect(await remaining(three)).toEqual([0, 0, 40]);
  expect((await caseNow(id)).parts).toEqual(parts);
  expect(await onCase(id, 'resolve', { minutes: 150 }, key)).toMatchObject({ change: -60, remainingTerm: 0, parts });

  expect((await onCase(id, 'reactivate')).parts).toEqual([]);
  expect(await remaining(three)).toEqual([60, 30, 100]);
  expect((await caseNow(id)).parts).toEqual([]);

  await onCase(id, 'resolve', { minutes: 70 });
  expect(await remaining(three)).toEqual([0, 20, 100]);
  await onCase(id, 'cancel');
  expect(await remaining(three)).toEqual([60, 30, 100]);
  await expectAgreement(stack);
});

test('a changed case still shows what each contract takes, and a move gives the parts back at once', async () => {
  const three = await threeContracts();
  const [own, second, third] = three;
  if (own === undefined || second === undefined || third === undefined) throw new Error('Three contracts are made.');
  const id = await aCase(stack, own);
  await onCase(id, 'resolve', { minutes: 100 });
  const changed = await must(200, stack.ask<CaseBody>('PATCH', `/v1/cases/${id}`, { minutes: 110 }, unique('change')));
  expect(changed.parts).toEqual([
    { entitlementId: own.id, minutes: 70 },
    { entitlementId: second.id, minutes: 30 },
    { entitlementId: third.id, minutes: 10 },
  ]);
  expect(await remaining(three)).toEqual([-10, 0, 90]);
  await onCase(id, 'reactivate');
  await must(200, stack.ask('PATCH', `/v1/cases/${id}`, { entitlementId: third.id }, unique('move')));
  await onCase(id, 'resolve', { minutes: 150 });
  expect((await caseNow(id)).parts).toEqual([
    { entitlementId: third.id, minutes: 100 },
    { entitlementId: own.id, minutes: 50 },
  ]);
  expect(await remaining(three)).toEqual([10, 30, 0]);
  await expectAgreement(stack);
});

test("what no contract can take stays with the case's own contract", async () => {
  const three = await threeContracts();
  const [own] = three;
  if (own === undefined) throw new Error('A contract is made.');
  const id = await aCase(stack, own);
  await onCase(id, 'resolve', { minutes: 250 });
  expect(await remaining(three)).toEqual([-60, 0, 0]);
});

test('a contract that has ended is not used, and the term of a new month is kept apart', async () => {
  const monthly = { period: 'month', startDate: dayFromNow(0) };
  const three = await threeContracts([monthly, { endDate: dayFromNow(20) }, {}]);
  const [own, second, third] = three;
  if (own === undefined || second === undefined || third === undefined) throw new Error('Three contracts are made.');
  const id = await aCase(stack, own);
  await onCase(id, 'resolve', { minutes: 100 });
  expect(await remaining(three)).toEqual([0, 0, 90]);
  const connection = await stack.connection();
  const untilEnd = Date.parse(second.endsAt ?? '') - Date.now() + 1_000;
  await fastForward(connection, 'default', `entitlement/${own.id}`, 40 * DAY_MS);
  await fastForward(connection, 'default', `entitlement/${second.id}`, untilEnd);
  await until('the new month and the end', 60_000, async () => {
    const [left] = await remaining(three);
    const { status } = await must(200, stack.ask<EntitlementView>('GET', `/v1/entitlements/${second.id}`));
    return left === 60 && status === 'expired' ? true : undefined;
  });
  // Reactivated, it gives back to the contract that has ended too.
  await onCase(id, 'reactivate');
  expect((await remaining(three)).slice(1)).toEqual([30, 100]);
  const [left] = await remaining(three);
  await onCase(id, 'resolve', { minutes: (left ?? 0) + 40 });
  expect(await remaining(three)).toEqual([0, 30, 60]);
});

test("when nobody finishes the sharing, the entitlement's workflow does", async () => {
  const three = await threeContracts();
  const [own, second, third] = three;
  if (own === undefined || second === undefined || third === undefined) throw new Error('Three contracts are made.');
  const id = await aCase(stack, own);
  const client = await stack.client();
  // A signal has no caller that would finish it.
  await client.workflow
    .getHandle(`entitlement/${own.id}`)
    .signal('resolveCase', { key: unique('key'), caseId: id, minutes: 120, spillTo: [second.id, third.id] });
  await until('both parts', 60_000, async () => ((await caseNow(id)).parts.length === 3 ? true : undefined));
  expect(await remaining(three)).toEqual([0, 0, 70]);
  await expectAgreement(stack);
});

test("when spilling is turned off, everything is taken from the case's own contract", async () => {
  await must(200, stack.ask('PUT', '/v1/settings', { spill: false }));
  const three = await threeContracts();
  const [own] = three;
  if (own === undefined) throw new Error('A contract is made.');
  const id = await aCase(stack, own);
  await onCase(id, 'resolve', { minutes: 100 });
  expect(await remaining(three)).toEqual([-40, 30, 100]);
  await must(200, stack.ask('PUT', '/v1/settings', { spill: true }));
});
