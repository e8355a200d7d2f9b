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
