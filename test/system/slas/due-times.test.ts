import { describe, expect, test } from 'vitest';
import { aCustomer, anActive, ask, attach, type CaseView, caseEvents, onCase } from '../../support/api-client.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../support/days.ts';
import { ALWAYS, anSla, noonIn, putSla } from '../../support/slas.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';

interface CaseWithSla extends CaseView {
  slaId: string | null;
  firstResponseDueAt: string | null;
  resolutionDueAt: string | null;
}

const dueOf = ({ slaId: id, firstResponseDueAt, resolutionDueAt }: CaseWithSla) => ({
  slaId: id,
  firstResponseDueAt,
  resolutionDueAt,
});
const caseNow = async (id: string): Promise<CaseWithSla> => (await ask<CaseWithSla>('GET', `/v1/cases/${id}`)).body;
const NOTHING_DUE = { slaId: null, firstResponseDueAt: null, resolutionDueAt: null };

/** When the case was attached, as its entitlement's ledger says. */
async function attachedAt(id: string, caseId: string): Promise<number> {
  const { body } = await ask<{ items: { kind: string; caseId: string | null; when: string }[] }>(
    'GET',
    `/v1/entitlements/${id}/ledger`,
  );
  return Date.parse(body.items.find((row) => row.kind === 'attached' && row.caseId === caseId)?.when ?? '');
}

describe('a case under an SLA', () => {
  test('at all times is due its minutes after the attach, in every answer and in a retry', async () => {
    const active = await anActive(await aCustomer(), { slaId: await anSla() });
    const id = unique('case');
    const key = unique('key');
    const first = await attach(active, { id }, { key });
    const at = await attachedAt(active.id, id);
    const due = {
      slaId: active.slaId,
      firstResponseDueAt: new Date(at + 240 * MINUTE_MS).toISOString(),
      resolutionDueAt: new Date(at + 480 * MINUTE_MS).toISOString(),
    };
    expect([first.status, dueOf(first.body as CaseWithSla)]).toEqual([201, due]);
    const retried = await attach(active, { id }, { key });
    expect(retried.body).toEqual(first.body);
    expect(dueOf(await caseNow(id))).toEqual(due);
    const patched = await ask<CaseWithSla>('PATCH', `/v1/cases/${id}`, { minutes: 10 });
    expect(dueOf(patched.body)).toEqual(due);
  });

  test('in business hours is due by the hours of the calendar’s time zone', async () => {
    const sla = await anSla({
      firstResponseMinutes: 60,
      resolutionMinutes: null,
      calendar: noonIn('Pacific/Kiritimati'),
    });
    const active = await anActive(await aCustomer(), { slaId: sla });
    const { body } = await attach(active);
    const at = await attachedAt(active.id, body.id);
    const { firstResponseDueAt, resolutionDueAt } = body as CaseWithSla;
    // 12:00 to 13:00 there is 22:00Z to 23:00Z all year: the hour ends with the next full one, or goes on a day later.
    const dayBegan = Math.floor(at / DAY_MS) * DAY_MS;
    const [opens, closes] = [dayBegan + 22 * HOUR_MS, dayBegan + 23 * HOUR_MS];
    const due = at <= opens ? closes : at < closes ? at + DAY_MS : closes + DAY_MS;
    expect([firstResponseDueAt, resolutionDueAt]).toEqual([new Date(due).toISOString(), null]);
  });

  test('keeps its due times through resolve, reactivate and a change of the SLA', async () => {
    const sla = await anSla();
    const active = await anActive(await aCustomer(), { slaId: sla });
    const { id } = (await attach(active)).body;
    const due = dueOf(await caseNow(id));
    expect(due.slaId).toBe(sla);
    for (const action of ['resolve', 'reactivate', 'cancel', 'reactivate'] as const)
      expect(dueOf((await onCase(id, action)).body as CaseWithSla)).toEqual(due);
    await putSla(sla, { name: 'One hour', firstResponseMinutes: 60, calendar: ALWAYS });
    expect(dueOf((await onCase(id, 'resolve')).body as CaseWithSla)).toEqual(due);

    await ask('POST', `/v1/entitlements/${active.id}/deactivate`);
    await ask('PATCH', `/v1/entitlements/${active.id}`, { slaId: null });
    expect(dueOf((await onCase(id, 'reactivate')).body as CaseWithSla)).toEqual(due);
    expect(dueOf(await caseNow(id))).toEqual(due);
  });

  test('gets new due times when it moves to another entitlement, and none when it is taken off', async () => {
    const customerId = await aCustomer();
    const [slow, quick] = [await anSla(), await anSla({ firstResponseMinutes: 60, resolutionMinutes: null })];
    const from = await anActive(customerId, { slaId: slow });
    const to = await anActive(customerId, { slaId: quick });
    const plain = await anActive(customerId);
    const { id } = (await attach(from)).body;
    const move = (entitlementId: string | null) => ask<CaseWithSla>('PATCH', `/v1/cases/${id}`, { entitlementId });
    const moved = await move(to.id);
    const at = await attachedAt(to.id, id);
    const due = { slaId: quick, firstResponseDueAt: new Date(at + HOUR_MS).toISOString(), resolutionDueAt: null };
    expect([moved.status, dueOf(moved.body), dueOf(await caseNow(id))]).toEqual([200, due, due]);
    for (const next of [plain.id, to.id, null]) {
      const answer = await move(next);
      expect([next, answer.status, answer.body.slaId]).toEqual([next, 200, next === to.id ? quick : null]);
      expect(dueOf(await caseNow(id))).toEqual(dueOf(answer.body));
    }
    expect(dueOf(await caseNow(id))).toEqual(NOTHING_DUE);
  });

  test('has no due times without an SLA or an entitlement', async () => {
    const customerId = await aCustomer();
    const plain = await anActive(customerId);
    expect(dueOf((await attach(plain)).body as CaseWithSla)).toEqual(NOTHING_DUE);
    const id = unique('case');
    const alone = await ask<CaseWithSla>('POST', '/v1/cases', { id, customerId });
    expect(dueOf(alone.body)).toEqual(NOTHING_DUE);
    const covered = await anActive(customerId, { slaId: await anSla() });
    const put = await ask<CaseWithSla>('PATCH', `/v1/cases/${id}`, { entitlementId: covered.id });
    const at = await attachedAt(covered.id, id);
    expect(put.body.firstResponseDueAt).toBe(new Date(at + 240 * MINUTE_MS).toISOString());
  });

  test('is told by match when it would be due, also by an entitlement that would refuse it', async () => {
    const customerId = await aCustomer();
    const covers = await anActive(customerId, { slaId: await anSla() });
    const refuses = await anActive(customerId, {
      slaId: await anSla({ resolutionMinutes: null }),
      channels: [{ channel: 'email', totalTerm: 1 }],
    });
    await anActive(customerId);
    const before = Date.now();
    const { body } = await ask<{ candidates: { entitlementId: string; slaId: string; allocationType: string }[] }>(
      'POST',
      '/v1/cases/match',
      { customerId, channel: 'phone' },
    );
    const byId = new Map(body.candidates.map((candidate) => [candidate.entitlementId, candidate]));
    expect(byId.get(covers.id)).toMatchObject({ slaId: covers.slaId, allocationType: covers.allocationType });
    expect(byId.get(refuses.id)).toMatchObject({ covers: false, code: 'channel_not_covered' });
    const due = body.candidates.map((candidate) => dueOf(candidate as unknown as CaseWithSla));
    const promised = due.find(({ slaId }) => slaId === covers.slaId);
    for (const [at, minutes] of [
      [promised?.firstResponseDueAt, 240],
      [promised?.resolutionDueAt, 480],
    ] as const) {
      const late = Date.parse(at ?? '') - before - minutes * MINUTE_MS;
      expect(late).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThan(MINUTE_MS);
    }
    expect(due).toContainEqual(expect.objectContaining({ slaId: refuses.slaId, resolutionDueAt: null }));
    expect(due).toContainEqual(NOTHING_DUE);
  });

  test('attached and resolved by one request, or by signal, has its due times too', async () => {
    const active = await anActive(await aCustomer(), { slaId: await anSla() });
    const [together, signaled] = [unique('case'), unique('case')];
    const { customerId, id } = active;
    await caseEvents([
      { kind: 'attach', key: unique('key'), caseId: together, customerId, entitlementId: id },
      { kind: 'resolve', key: unique('key'), caseId: together, minutes: 5 },
    ]);
    const told = await attach(active, { id: signaled }, { headers: { prefer: 'respond-async' } });
    expect(told.status).toBe(202);
    await soon(async () => expect((await caseNow(signaled)).slaId).toBe(active.slaId), 20_000);
    for (const caseId of [together, signaled]) {
      const at = await attachedAt(id, caseId);
      expect((await caseNow(caseId)).resolutionDueAt).toBe(new Date(at + 480 * MINUTE_MS).toISOString());
    }
  });
});
