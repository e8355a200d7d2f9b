import { describe, expect, test } from 'vitest';
import { aCustomer, anActive, ask, attach, entitlement, ledger, onCase } from '../../support/api-client.ts';
import { DAY_MS, dayFromNow } from '../../support/days.ts';
import { Clock, workflowOf } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';

const REASON = 'The site is closed';
const pause = (id: string, body: Record<string, unknown>, query = '', key = unique('pause')) =>
  ask('POST', `/v1/entitlements/${id}/pause${query}`, { from: 'now', end: 'keep', reason: REASON, ...body }, { key });
const resume = (id: string, body: Record<string, unknown> = {}, query = '') =>
  ask('POST', `/v1/entitlements/${id}/resume${query}`, body);
const midnight = (day: string): string => `${day}T00:00:00.000Z`;
const laterDay = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);

describe('a pause from now on', () => {
  test('cases are refused as paused while it runs, old ones go on, and it is shown wherever people look', async () => {
    const customerId = await aCustomer();
    const active = await anActive(customerId);
    const old = await attach(active);
    const key = unique('pause');
    const paused = await pause(active.id, {}, '', key);
    expect(paused).toMatchObject({
      status: 200,
      body: { status: 'active', pausedSince: expect.any(String), pauses: [{ n: 1, until: null, end: 'keep' }] },
    });
    // The same request again changes nothing.
    expect((await pause(active.id, {}, '', key)).body).toMatchObject({ version: paused.body.version });
    expect(await pause(active.id, {})).toMatchObject({ status: 409, body: { code: 'wrong_state' } });

    const refused = await attach(active);
    expect(refused).toMatchObject({ status: 422, body: { code: 'paused', entitlementId: active.id } });
    expect(await attach(active, { override: { reason: 'Urgent' } })).toMatchObject({ body: { code: 'paused' } });
    expect((await onCase(old.body.id, 'resolve')).status).toBe(200);

    const listed = await ask<{ items: { id: string }[] }>(
      'GET',
      `/v1/entitlements?customerId=${customerId}&paused=true`,
    );
    expect(listed.body.items.map(({ id }) => id)).toEqual([active.id]);
    const since = new Date(String(paused.body.pausedSince));
    await soon(async () => {
      const { searchAttributes } = await workflowOf(active.id).describe();
      expect(searchAttributes.AllotPausedSince).toEqual([since]);
    });

    expect(await resume(active.id, { reason: 'It opened again' })).toMatchObject({
      status: 200,
      body: { pausedSince: null, pauses: [], endDate: active.endDate },
    });
    expect((await attach(active)).status).toBe(201);
    await soon(async () => {
      const { searchAttributes } = await workflowOf(active.id).describe();
      expect(searchAttributes.AllotPausedSince ?? []).toEqual([]);
    });
    const rows = await ledger(active.id);
    expect(rows.flatMap(({ kind, why }) => (/pause|resume/.test(kind) ? [[kind, why]] : []))).toEqual([
      ['paused', REASON],
      ['resumed', 'It opened again'],
    ]);
    const audit = await ask<{ items: { action: string; reason: string }[] }>('GET', `/v1/audit?recordId=${active.id}`);
    expect(audit.body.items.map(({ action }) => action)).toEqual(expect.arrayContaining(['paused', 'resumed']));
  });

  test('what it would do is answered before, and changes nothing', async () => {
    const active = await anActive(await aCustomer());
    const until = dayFromNow(11);
    const { status, body } = await pause(active.id, { from: dayFromNow(1), until, end: 'shift' }, '?preview=true');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      before: { endDate: active.endDate, version: active.version },
      after: { endDate: laterDay(active.endDate, 10), pauses: [] },
      rows: [{ kind: 'pause_planned' }, { kind: 'paused' }, { kind: 'resumed', facts: { movedDays: 10 } }],
    });
    expect(await entitlement(active.id)).toMatchObject({ version: active.version, pauses: [] });
    expect((await resume(active.id, {}, '?preview=true')).body).toMatchObject({ code: 'wrong_state' });
  });

  test('one that lies ahead is shown and can be taken back, and wrong days are refused with their field', async () => {
    const active = await anActive(await aCustomer());
    const planned = await pause(active.id, { from: dayFromNow(5), until: dayFromNow(9) });
    expect(planned.body).toMatchObject({ pausedSince: null, pauses: [{ n: 1, from: dayFromNow(5) }] });
    expect((await pause(active.id, { from: dayFromNow(6) })).body).toMatchObject({ code: 'wrong_state' });
    for (const [field, body] of [
      ['from', { from: dayFromNow(-1) }],
      ['until', { until: dayFromNow(-1) }],
      ['until', { from: dayFromNow(20), until: dayFromNow(20) }],
      ['end', { end: 'both' }],
      ['reason', { reason: '' }],
    ] as const)
      expect(await pause(active.id, body)).toMatchObject({ status: 400, body: { errors: [{ field }] } });
    expect((await resume(active.id, { pause: 1 })).body).toMatchObject({ pauses: [] });
    await new Clock(active.id).skip(7 * DAY_MS);
    expect((await ledger(active.id)).map(({ kind }) => kind)).not.toContain('paused');
  });
});

describe('what a pause overlaps, on a workflow whose clock is moved', () => {
  test.each([
    ['keep', 0],
    ['shift', 10],
  ] as const)('over the end, %s: it ends by itself, %i days later', async (end, days) => {
    const active = await anActive(await aCustomer(), { endDate: dayFromNow(20) });
    await pause(active.id, { from: dayFromNow(15), until: dayFromNow(25), end });
    const last = laterDay(dayFromNow(20), days);
    const clock = new Clock(active.id);
    await clock.goPast(midnight(laterDay(last, 1)));
    await soon(async () => expect(await entitlement(active.id)).toMatchObject({ status: 'expired', endDate: last }));
    const rows = await ledger(active.id);
    expect(rows.slice(2).map(({ kind, when }) => [kind, when])).toEqual([
      ['pause_planned', expect.any(String)],
      ['paused', midnight(dayFromNow(15))],
      ...(end === 'keep' ? [] : [['resumed', midnight(dayFromNow(25))]]),
      ['expired', midnight(laterDay(last, 1))],
    ]);
  });

  test.each(['keep', 'shift'] as const)(
    'over the start, %s: it is active at its start and takes cases once it goes on',
    async (end) => {
      const customerId = await aCustomer();
      const waiting = await anActive(customerId, { startDate: dayFromNow(10), endDate: dayFromNow(40) });
      await pause(waiting.id, { from: dayFromNow(5), until: dayFromNow(15), end });
      const clock = new Clock(waiting.id);
      await clock.goPast(midnight(dayFromNow(10)));
      await soon(async () => expect(await entitlement(waiting.id)).toMatchObject({ status: 'active' }));
      expect((await attach(waiting)).body).toMatchObject({ code: 'paused' });
      await clock.goPast(midnight(dayFromNow(15)));
      await soon(async () => expect((await entitlement(waiting.id)).pausedSince).toBeNull());
      expect((await attach(waiting)).status).toBe(201);
      // Of ten days of pause five lay in the term.
      expect((await entitlement(waiting.id)).endDate).toBe(dayFromNow(end === 'keep' ? 40 : 45));
    },
  );

  test.each(['keep', 'shift'] as const)('over the turn of a period, %s', async (end) => {
    const startDate = dayFromNow(-2);
    const active = await anActive(await aCustomer(), { startDate, endDate: dayFromNow(300), period: 'month' });
    await attach(active);
    const turn = String(active.currentPeriod?.endsAt);
    const turnDay = turn.slice(0, 10);
    const [from, until] = [laterDay(turnDay, -4), laterDay(turnDay, 6)];
    await pause(active.id, { from, until, end });
    const begins = end === 'keep' ? until : laterDay(turnDay, 10);
    const clock = new Clock(active.id);
    await clock.goPast(midnight(begins));
    await soon(async () => expect((await entitlement(active.id)).remainingTerm).toBe(3));
    const turns = (await ledger(active.id)).filter(({ kind }) => kind === 'period_started');
    expect(turns.map(({ when, change }) => [when, change])).toEqual([[midnight(begins), 1]]);
  });

  test('over a notice: the renewal starts when the entitlement goes on, and counts from the new end', async () => {
    const active = await anActive(await aCustomer(), {
      endDate: dayFromNow(100),
      renewalPolicy: { noticeDays: 60, reminderDays: 0, escalationDays: 0 },
    });
    // The notice would come 59 days before, on day 41.
    await pause(active.id, { from: dayFromNow(35), until: dayFromNow(45), end: 'shift' });
    const clock = new Clock(active.id);
    await clock.goPast(midnight(dayFromNow(45)));
    await soon(async () => expect((await entitlement(active.id)).endDate).toBe(dayFromNow(110)));
    expect((await ledger(active.id)).map(({ kind }) => kind)).not.toContain('renewal_started');
    await clock.goToAlone(midnight(dayFromNow(51)));
    await soon(async () => {
      const started = (await ledger(active.id)).filter(({ kind }) => kind === 'renewal_started');
      expect(started.map(({ when }) => when)).toEqual([midnight(dayFromNow(51))]);
    });
  });

  test('two pauses move the end by their sum', async () => {
    const active = await anActive(await aCustomer(), { endDate: dayFromNow(60) });
    await pause(active.id, { from: dayFromNow(5), until: dayFromNow(10), end: 'shift' });
    await pause(active.id, { from: dayFromNow(10), until: dayFromNow(12), end: 'shift' });
    await new Clock(active.id).goPast(midnight(dayFromNow(12)));
    await soon(async () =>
      expect(await entitlement(active.id)).toMatchObject({ endDate: dayFromNow(67), pausedSince: null }),
    );
  });
});
