import { beforeAll, expect, test } from 'vitest';
import { aCustomer, anActive, ask, attach, onCase } from '../../support/api-client.ts';
import { aKey, as, type ToldKeyView } from '../../support/callers.ts';
import { anSla } from '../../support/slas.ts';
import { soon } from '../../support/waiting.ts';
import { clockOf, clockTime, onClock } from '../clocks/clock-scenes.ts';
import { rowsIn, workFor, workOf } from './work-scenes.ts';

/** Service levels at risk of one customer, as the account manager of the customer has them: others' tests have theirs. */

let manager: ToldKeyView;
let customerId: string;
beforeAll(async () => {
  manager = await aKey('account_manager');
  customerId = await aCustomer({ name: 'Tailspin', accountManager: { name: 'Ann', email: manager.email } });
});

/** An entitlement whose service level promises the resolution in so many minutes, at all times. */
const promising = async (resolutionMinutes: number, more: Record<string, unknown> = {}) =>
  await anActive(customerId, {
    name: `Within ${resolutionMinutes} minutes`,
    slaId: await anSla({
      name: `${resolutionMinutes} minutes`,
      firstResponseMinutes: null,
      resolutionMinutes,
      ...more,
    }),
  });

async function aCase(of: { id: string; customerId: string }, more: Record<string, unknown> = {}): Promise<string> {
  const { status, body } = await attach(of, more);
  if (status !== 201) throw new Error(`not attached: ${status}`);
  return body.id;
}

const atRisk = async () => rowsIn(await workOf(manager.key), 'serviceLevelsAtRisk');
const casesAtRisk = async () => (await atRisk()).rows.map(({ caseId, status }) => [caseId, status]);
/** Both lists say the same, once the clocks were looked at. */
const isAtRisk = (expected: readonly [string, string][]) =>
  soon(async () => {
    expect(await casesAtRisk()).toEqual(expected);
    const { body } = await ask<{ items: { id: string }[] }>('GET', `/v1/cases?customerId=${customerId}&atRisk=true`);
    expect(body.items.map(({ id }) => id).toSorted()).toEqual(expected.map(([id]) => id).toSorted());
  });

test('a case is at risk when it is due within the hour, warned of or overdue, and not held, met or elsewhere', async () => {
  const hurried = await promising(30, { warnAtPercent: [] });
  const calm = await promising(240, { warnAtPercent: [50] });
  const due = await aCase(hurried, { title: 'Printer on fire' });
  const slow = await aCase(calm);
  const quiet = await aCase(calm);
  await isAtRisk([[due, 'in_progress']]);
  const { total, rows } = await atRisk();
  expect(total).toBe(1);
  expect(rows).toEqual([
    {
      caseId: due,
      title: 'Printer on fire',
      customerId,
      customerName: 'Tailspin',
      entitlementId: hurried.id,
      entitlementName: 'Within 30 minutes',
      slaId: hurried.slaId,
      slaName: '30 minutes',
      target: 'resolution',
      status: 'in_progress',
      dueAt: (await clockOf(due, 'resolution')).dueAt,
      minutesLeft: expect.any(Number),
    },
  ]);
  expect(rows[0]?.minutesLeft).toBeGreaterThanOrEqual(20);
  expect(rows[0]?.minutesLeft).toBeLessThanOrEqual(30);

  // By its own time the slow one is warned of after two hours, and breached after four.
  const { warnsAt, dueAt } = await clockOf(slow, 'resolution');
  const time = await clockTime(slow);
  await time.goPast(warnsAt);
  await isAtRisk([
    [due, 'in_progress'],
    [slow, 'nearing'],
  ]);
  await time.goPast(dueAt);
  await isAtRisk([
    [slow, 'breached'],
    [due, 'in_progress'],
  ]);

  await onClock(due, 'hold', { reason: 'waiting' });
  await onClock(slow, 'hold', { reason: 'waiting' });
  await isAtRisk([]);
  await onClock(due, 'release', { reason: 'waiting' });
  await onClock(slow, 'release', { reason: 'waiting' });
  await isAtRisk([
    [slow, 'breached'],
    [due, 'in_progress'],
  ]);

  // Its clock stays breached for the entitlement that it leaves, and is none of the case any more.
  const free = await anActive(customerId);
  await ask('PATCH', `/v1/cases/${slow}`, { entitlementId: free.id });
  await isAtRisk([[due, 'in_progress']]);
  await onCase(due, 'resolve');
  await isAtRisk([]);
  await onCase(quiet, 'cancel');
});

test('a case whose first response is not given in time stays at risk until it is given', async () => {
  const slaId = await anSla({ firstResponseMinutes: 20, resolutionMinutes: 6_000, warnAtPercent: [] });
  const id = await aCase(await anActive(customerId, { slaId }));
  await isAtRisk([[id, 'in_progress']]);
  const time = await clockTime(id);
  await time.goPast((await clockOf(id, 'first_response')).dueAt);
  await isAtRisk([[id, 'breached']]);
  expect((await atRisk()).rows).toMatchObject([{ target: 'first_response' }]);
  await onClock(id, 'respond');
  await isAtRisk([]);
  await onCase(id, 'cancel');
});

test('an account manager has nothing of other customers, and an agent has all of them', async () => {
  const id = await aCase(await promising(10));
  await isAtRisk([[id, 'in_progress']]);
  const other = await aKey('account_manager');
  expect(rowsIn(await workOf(other.key), 'serviceLevelsAtRisk')).toEqual({ total: 0, rows: [] });
  const foreign = await ask<{ items: unknown[] }>('GET', '/v1/cases?atRisk=true', undefined, as(other.key));
  expect(foreign.body.items).toEqual([]);
  expect(rowsIn(await workFor('csr'), 'serviceLevelsAtRisk').total).toBeGreaterThanOrEqual(1);
  await onCase(id, 'cancel');
});
