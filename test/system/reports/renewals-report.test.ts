import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { connect } from '../../../db/postgres/connect.ts';
import { aCustomer, anActive, ask } from '../../support/api-client.ts';
import { aKey, as } from '../../support/callers.ts';
import { DAY_MS, dayFromNow } from '../../support/days.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';
import type { ReportView, Row } from './reported-records.ts';

const sql = connect(inject('databaseUrl'), { max: 1 });
afterAll(() => sql.end());

describe('the report of renewals', () => {
  /** Of these there is always one in which it is another day than in UTC. */
  const ZONES = ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'UTC'];
  const dayIn = (timeZone: string) => new Date().toLocaleDateString('sv-SE', { timeZone });
  const daysUntil = (day: string, timeZone: string) => (Date.parse(day) - Date.parse(dayIn(timeZone))) / DAY_MS;
  const opened = (id: string) =>
    soon(async () => {
      const { items } = (await ask<{ items: Row[] }>('GET', `/v1/renewals?entitlementId=${id}`)).body;
      expect(items).toHaveLength(1);
      return String(items[0]?.id);
    });
  const aRenewal = async (customerId: string, more: Record<string, unknown> = {}) => {
    const renewalPolicy = { noticeDays: 60, reminderDays: 0, escalationDays: 0 };
    const made = await anActive(customerId, { renewalPolicy, endDate: dayFromNow(20), ...more });
    return { ...made, renewalId: await opened(made.id) };
  };
  let manager: { key: string; email: string | null };
  let customerId: string;
  beforeAll(async () => {
    manager = await aKey('account_manager');
    customerId = await aCustomer({ name: 'Contoso', accountManager: { name: 'Cy', email: manager.email } });
  });
  const seen = async (name: string, query: Record<string, string>) =>
    (await ask<ReportView>('GET', `/v1/reports/${name}?${new URLSearchParams(query)}`, undefined, as(manager.key))).body
      .items;

  test("counts the days left in the entitlement's time zone, as mails and the report of expiring ones do", async () => {
    for (const timeZone of ZONES) {
      const owner = unique('owner');
      const { id, renewalId, endDate } = await aRenewal(customerId, { timeZone, owner });
      const daysLeft = daysUntil(endDate, timeZone) + 1;
      const told = [(await seen('renewals', { owner }))[0], (await seen('expiring', { owner }))[0]];
      expect(told).toMatchObject([
        { entitlementId: id, timeZone, daysLeft },
        { id, timeZone, daysLeft },
      ]);
      const mails = await sql<{ email: string }[]>`
        select email::text from deliveries where kind = 'email' and about = ${renewalId}`;
      expect(mails.map(({ email }) => email.includes(`${daysLeft} days left`))).toEqual([true]);
    }
  });

  test('counts 1 on the last day and 0 after it', async () => {
    const owner = unique('owner');
    const { id, endsAt } = await aRenewal(customerId, { timeZone: 'UTC', owner, endDate: dayFromNow(0) });
    expect((await seen('renewals', { owner }))[0]).toMatchObject({ daysLeft: 1 });
    expect((await seen('expiring', { owner }))[0]).toMatchObject({ daysLeft: 1, endsAt });
    await sql`update renewals set end_date = end_date - 3 where entitlement_id = ${id}`;
    expect((await seen('renewals', { owner }))[0]).toMatchObject({ daysLeft: 0 });
  });

  test('says by when to decide, and lists apart what can be decided and what is over', async () => {
    const owner = unique('owner');
    const [mine, over] = await Promise.all([aRenewal(customerId, { owner }), aRenewal(customerId, { owner })]);
    await ask('POST', `/v1/renewals/${over.renewalId}/decline`, { reason: 'They leave' });
    expect(await seen('renewals', { owner, open: 'true' })).toMatchObject([
      { id: mine.renewalId, isOver: false, decideBy: mine.endDate, snoozedUntil: null },
    ]);
    expect(await seen('renewals', { owner, open: 'false' })).toMatchObject([
      { id: over.renewalId, isOver: true, decideBy: null },
    ]);
    expect(await seen('renewals', { owner })).toHaveLength(2);
    await ask('POST', `/v1/renewals/${mine.renewalId}/snooze`, { until: dayFromNow(5) });
    expect((await seen('renewals', { owner, open: 'true' }))[0]).toMatchObject({
      decideBy: mine.endDate,
      snoozedUntil: expect.stringMatching(/Z$/),
    });
  });

  test('shows the customer, the proposal in words, and who decided', async () => {
    const [tier, owner] = ['Gold', unique('owner')];
    const { id, name, renewalId } = await aRenewal(customerId, { tier, owner, totalTerm: 10, period: 'month' });
    await aRenewal(customerId, { tier: 'Silver' });
    const [row, ...more] = await seen('renewals', { tier, owner, customerId });
    expect(more).toEqual([]);
    expect(row).toMatchObject({
      entitlementId: id,
      entitlementName: name,
      customerName: 'Contoso',
      owner,
      tier,
      proposed: 'same_terms',
      proposal: 'The same terms: 10 cases a month',
      decidedBy: null,
    });
    const larger = { kind: 'larger', changes: { totalTerm: 1300 } };
    await sql`update renewals set proposal = proposal || ${sql.json(larger)} where id = ${renewalId}`;
    await ask('POST', `/v1/renewals/${renewalId}/snooze`, { until: dayFromNow(5) });
    const more1300 = { proposal: 'More: 1,300 cases a month instead of 10 cases a month' };
    expect((await seen('renewals', { owner }))[0]).toMatchObject({ ...more1300, stage: 'snoozed', decidedBy: null });
    const reason = 'They merge with another company';
    const decided = { reason, decidedBy: 'tests' };
    await ask('POST', `/v1/renewals/${renewalId}/decline`, { reason });
    expect((await seen('renewals', { owner, stage: 'declined' }))[0]).toMatchObject(decided);
    const csv = await fetch(`${inject('apiUrl')}/v1/reports/renewals?format=csv&owner=${owner}`, as(manager.key));
    const [cells] = parse(await csv.text(), { columns: true }) as Record<string, string>[];
    expect(cells).toMatchObject({ entitlementName: name, customerName: 'Contoso', tier, ...more1300, ...decided });
  });
});
