import { expect, inject, test } from 'vitest';
import { connect } from '../../../db/postgres/connect.ts';
import { caseChanged, clockWorkflowIdOf } from '../../../workflows/clocks/clock-messages.ts';
import { anActive, ask, ledger } from '../../support/api-client.ts';
import { HOUR_MS } from '../../support/days.ts';
import { Clock, temporal } from '../../support/temporal.ts';
import { soon } from '../../support/waiting.ts';
import { withReceiver } from '../deliveries/with-receiver.ts';
import { anEntitlementWithSla, attached, clockOf, clockTime, onClock } from './clock-scenes.ts';

interface TierRow {
  key: string | null;
  links: { detail: string };
}

const sql = connect(inject('databaseUrl'), { max: 1 });
const hook = withReceiver();

const mailsAbout = async (caseId: string) =>
  (
    await sql<{ target: string; subject: string }[]>`
    select target, email ->> 'subject' as subject from deliveries where about = ${caseId} and kind = 'email' order by number`
  ).map(({ target, subject }) => [target, subject.split(':')[0]]);

test('a warning and a breach are mailed once to whom the SLA names, however often the clocks are looked at', async () => {
  const active = await anEntitlementWithSla({ mailTo: ['lead@example.com', 'desk@example.com'] });
  const id = await attached(active);
  const time = await clockTime(id);
  const handle = temporal.workflow.getHandle(clockWorkflowIdOf(id, 1));
  const { warnsAt, dueAt } = await clockOf(id, 'first_response');
  await time.goPast(warnsAt);
  for (let n = 0; n < 5; n += 1) await handle.signal(caseChanged);
  const nearing = [
    ['lead@example.com', 'Nearing'],
    ['desk@example.com', 'Nearing'],
  ];
  await soon(async () => expect(await mailsAbout(id)).toEqual(nearing));
  await time.goPast(dueAt);
  for (let n = 0; n < 5; n += 1) await handle.signal(caseChanged);
  const breached = [
    ['lead@example.com', 'Breached'],
    ['desk@example.com', 'Breached'],
  ];
  await soon(async () => expect(await mailsAbout(id)).toEqual([...nearing, ...breached]));
});

/** What the workflow of a case's clocks has done, in the words of Temporal's events. */
async function doneBy(caseId: string): Promise<string[]> {
  const { events } = await temporal.workflow.getHandle(clockWorkflowIdOf(caseId, 1)).fetchHistory();
  return (events ?? []).flatMap(
    ({ activityTaskScheduledEventAttributes: turn, timerStartedEventAttributes: timer }) => {
      if (turn != null) return ['takes a turn'];
      return timer == null ? [] : ['sleeps'];
    },
  );
}

test('Temporal wakes the workflow of new clocks when something happens, and not before', async () => {
  const id = await attached(await anEntitlementWithSla());
  await clockTime(id);
  expect(await doneBy(id)).toEqual([]);
  await onClock(id, 'hold', { reason: 'customer' });
  await soon(async () => expect(await doneBy(id)).toEqual(['takes a turn']));
  expect((await clockOf(id, 'first_response')).status).toBe('paused');
});

test('a pause that comes before a warning takes it back', async () => {
  const active = await anEntitlementWithSla({
    mailTo: ['lead@example.com'],
    resolutionMinutes: 10_000,
    resolutionPausedBy: [],
  });
  const id = await attached(active);
  const time = await clockTime(id);
  await onClock(id, 'hold', { reason: 'customer' });
  await soon(async () => expect((await clockOf(id, 'first_response')).status).toBe('paused'));
  await time.skip(3 * 60 * 60_000);
  expect(await clockOf(id, 'first_response')).toMatchObject({ status: 'paused', usedMinutes: 0 });
  expect(await mailsAbout(id)).toEqual([]);
});

const later = (instant: string | null, ms: number) => new Date(Date.parse(instant ?? '') + ms).toISOString();

/** The warnings and breaches that were announced about a case to webhooks, with their instants. */
const announcedOf = async (caseId: string) =>
  (
    await sql<{ type: string; at: Date }[]>`
    select type, at from events where record_id = ${caseId} and type in ('sla.nearing', 'sla.breached') order by at`
  ).map(({ type, at }) => [type, at.toISOString()]);

/** How long the case was held, by the rows of its ledger. */
async function heldMs(entitlementId: string, caseId: string): Promise<number> {
  const rows = (await ledger(entitlementId)).filter((row) => row.caseId === caseId);
  const at = (kind: string) => Date.parse(rows.find((row) => row.kind === kind)?.when ?? '');
  return at('released') - at('held');
}

test('a warning that a pause overtakes comes at its new instant, and so does the breach, once each', async () => {
  await hook.subscribed('sla.nearing', 'sla.breached');
  const active = await anEntitlementWithSla({ mailTo: ['lead@example.com'], resolutionMinutes: null });
  const id = await attached(active);
  const [contract, clock] = [new Clock(active.id), await clockTime(id)];
  const planned = await clockOf(id, 'first_response');
  for (const time of [contract, clock]) await time.goPast(later(planned.warnsAt, -HOUR_MS / 2));
  await onClock(id, 'hold', { reason: 'customer' });
  await soon(async () => expect((await clockOf(id, 'first_response')).status).toBe('paused'));
  for (const time of [contract, clock]) await time.skip(3 * HOUR_MS);
  await onClock(id, 'release', { reason: 'customer' });
  expect(await announcedOf(id)).toEqual([]);

  const movedMs = await heldMs(active.id, id);
  expect(movedMs).toBeGreaterThanOrEqual(3 * HOUR_MS);
  const [warnsAt, dueAt] = [later(planned.warnsAt, movedMs), later(planned.dueAt, movedMs)];
  expect(await clockOf(id, 'first_response')).toMatchObject({ status: 'in_progress', warnsAt, dueAt });
  await clock.goPast(warnsAt);
  await soon(async () => expect(await announcedOf(id)).toEqual([['sla.nearing', warnsAt]]));
  await clock.goPast(dueAt);
  const both = [
    ['sla.nearing', warnsAt],
    ['sla.breached', dueAt],
  ];
  await soon(async () => expect(await announcedOf(id)).toEqual(both));
  expect(await mailsAbout(id)).toEqual([
    ['lead@example.com', 'Nearing'],
    ['lead@example.com', 'Breached'],
  ]);
});

/** A zone in which it is past ten in the morning at this instant, and before eleven. */
function zoneAtTen(now: number): string {
  const ahead = ((10 - new Date(now).getUTCHours() + 36) % 24) - 12;
  // Zones of this family have the sign the other way round.
  return `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}

test('a hold while no service is given moves neither the warning nor the breach', async () => {
  const now = Date.now();
  const noon = new Date(Math.floor(now / HOUR_MS) * HOUR_MS + 2 * HOUR_MS).toISOString();
  const hours = [
    { from: '00:00', to: '11:30' },
    { from: '13:30', to: '24:00' },
  ];
  const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
  const calendar = {
    ...{ kind: 'business_hours', timeZone: zoneAtTen(now), holidays: [] },
    hours: Object.fromEntries(days.map((day) => [day, hours])),
  };
  await hook.subscribed('sla.nearing', 'sla.breached');
  const active = await anEntitlementWithSla({ firstResponseMinutes: 240, resolutionMinutes: null, calendar });
  const id = await attached(active);
  const [contract, clock] = [new Clock(active.id), await clockTime(id)];
  const { warnsAt, dueAt } = await clockOf(id, 'first_response');
  for (const time of [contract, clock]) await time.goPast(noon);
  await onClock(id, 'hold', { reason: 'customer' });
  await soon(async () => expect((await clockOf(id, 'first_response')).status).toBe('paused'));
  for (const time of [contract, clock]) await time.skip(HOUR_MS);
  await onClock(id, 'release', { reason: 'customer' });
  expect(await heldMs(active.id, id)).toBeGreaterThanOrEqual(HOUR_MS);
  expect(await clockOf(id, 'first_response')).toMatchObject({
    status: 'in_progress',
    warnsAt,
    dueAt,
    pausedMinutes: 0,
  });
  await clock.goPast(warnsAt);
  await soon(async () => expect(await announcedOf(id)).toEqual([['sla.nearing', warnsAt]]));
});

test('the report counts clocks by how they stand, the worst first', async () => {
  const [good, bad] = [await anEntitlementWithSla(), await anEntitlementWithSla()];
  const [met, late] = [await attached(good), await attached(bad)];
  await onClock(met, 'respond');
  const time = await clockTime(late);
  await time.goPast((await clockOf(late, 'first_response')).dueAt);
  const reportOf = async (query: string) =>
    (await ask<{ items: Record<string, unknown>[] }>('GET', `/v1/reports/service-levels?${query}`)).body.items;
  for (const [{ customerId }, row] of [
    [good, { met: 1, breached: 0, inProgress: 1, breachedShare: 0 }],
    [bad, { met: 0, breached: 1, breachedShare: 1 }],
  ] as const)
    await soon(async () => {
      const [found, ...others] = await reportOf(`customerId=${customerId}`);
      expect([found, others]).toMatchObject([{ key: customerId, clocks: 2, ...row }, []]);
    });
  const [worst] = await reportOf('by=sla&limit=1');
  expect(worst).toMatchObject({ breachedShare: 1 });
  for (const by of ['tier', 'month', 'case'])
    expect((await reportOf(`by=${by}&customerId=${bad.customerId}`))[0]).toMatchObject({ breached: 1 });
  // The row of entitlements without a tier leads to their cases alone.
  const tiered = await anActive(bad.customerId, { slaId: bad.slaId, tier: 'Gold' });
  const gold = await attached(tiered);
  await soon(async () => {
    const rows = await reportOf(`by=tier&customerId=${bad.customerId}`);
    expect(rows.map(({ key }) => key).toSorted()).toEqual(['Gold', null]);
  });
  for (const { key, links } of (await reportOf(`by=tier&customerId=${bad.customerId}`)) as unknown as TierRow[]) {
    const behind = (await ask<{ items: TierRow[] }>('GET', links.detail)).body.items;
    expect(behind.map((row) => row.key)).toEqual([key === null ? late : gold]);
  }
});
