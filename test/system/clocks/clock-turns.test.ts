import { expect, inject, test } from 'vitest';
import { connect } from '../../../db/postgres/connect.ts';
import { caseChanged, clockWorkflowIdOf } from '../../../workflows/clocks/clock-messages.ts';
import { anActive, ask } from '../../support/api-client.ts';
import { temporal } from '../../support/temporal.ts';
import { soon } from '../../support/waiting.ts';
import { anEntitlementWithSla, attached, clockOf, clockTime, onClock } from './clock-scenes.ts';

interface TierRow {
  key: string | null;
  links: { detail: string };
}

const sql = connect(inject('databaseUrl'), { max: 1 });

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
