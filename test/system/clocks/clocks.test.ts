import { expect, test } from 'vitest';
import { ask, onCase } from '../../support/api-client.ts';
import { MINUTE_MS } from '../../support/days.ts';
import { soon } from '../../support/waiting.ts';
import { withReceiver } from '../deliveries/with-receiver.ts';
import {
  anEntitlementWithSla,
  attached,
  clockOf,
  clocksEnded,
  clockTime,
  onClock,
  statusesOf,
} from './clock-scenes.ts';

const hook = withReceiver();

/** What the receiver got about a case: the type, and the target of the clock. */
const newsAbout = (caseId: string) =>
  hook
    .about(caseId)
    .map(({ body }) => JSON.parse(body) as { type: string; data: { target: string; usedPercent?: number } })
    .map(({ type, data }) => [type, data.target, ...(data.usedPercent === undefined ? [] : [data.usedPercent])])
    .sort();

test('a clock warns, is breached at its instant and then met late, each announced once', async () => {
  await hook.subscribed('sla.nearing', 'sla.breached', 'sla.met');
  const active = await anEntitlementWithSla({ warnAtPercent: [50, 75] });
  const id = await attached(active);
  expect(await statusesOf(id)).toEqual([
    ['first_response', 'in_progress'],
    ['resolution', 'in_progress'],
  ]);
  const first = await clockOf(id, 'first_response');
  expect(first).toMatchObject({
    statusCode: 0,
    slaId: active.slaId,
    slaVersion: 1,
    promisedMinutes: 60,
    usedMinutes: 0,
  });
  const [startedAt, dueAt] = [Date.parse(first.startedAt), Date.parse(first.dueAt)];
  expect(dueAt - startedAt).toBe(60 * MINUTE_MS);
  expect(Date.parse(first.warnsAt ?? '') - startedAt).toBe(30 * MINUTE_MS);

  const time = await clockTime(id);
  await time.goPast(first.warnsAt);
  await soon(async () => expect(await statusesOf(id)).toContainEqual(['first_response', 'nearing']));
  await soon(async () => expect(newsAbout(id)).toEqual([['sla.nearing', 'first_response', 50]]));
  await time.goPast(first.dueAt);
  await soon(async () =>
    expect(newsAbout(id)).toEqual([
      ['sla.breached', 'first_response'],
      ['sla.nearing', 'first_response', 50],
      ['sla.nearing', 'first_response', 75],
      ['sla.nearing', 'resolution', 50],
    ]),
  );
  expect(await clockOf(id, 'first_response')).toMatchObject({ status: 'breached', statusCode: 1, metAt: null });

  expect((await onClock(id, 'respond')).status).toBe(200);
  const late = await clockOf(id, 'first_response');
  expect([late.status, late.metAt === null]).toEqual(['breached', false]);
  expect((await onCase(id, 'resolve')).status).toBe(200);
  expect(await statusesOf(id)).toEqual([
    ['first_response', 'breached'],
    ['resolution', 'met'],
  ]);
  await clocksEnded(id);
  await soon(async () => expect(newsAbout(id).filter(([type]) => type === 'sla.met')).toHaveLength(2));
  expect(newsAbout(id)).toHaveLength(6);
  const { body } = await ask<{ clocks: { target: string; status: string }[] }>('GET', `/v1/cases/${id}`);
  expect(body.clocks.map(({ target, status }) => [target, status])).toEqual(await statusesOf(id));
});
