import { afterAll, describe, expect, inject, test } from 'vitest';
import { createLedgerStore } from '../../db/ledger/ledger.ts';
import { connect } from '../../db/postgres/connect.ts';
import { entitlementId, slaId } from '../../domain/ids.ts';
import { EntitlementRun } from '../../workflows/entitlements/entitlement-run.ts';
import { attach as attachEvent, DURING, detailsWith, instant, resolve, STARTS_AT } from '../unit/domain/samples.ts';
import {
  type Answer,
  aCustomer,
  aDraft,
  anActive,
  ask,
  attach,
  type CaseView,
  caseEvents,
  entitlement,
  onCase,
  type ProblemView,
  unique,
} from './api-client.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const ALWAYS = { kind: '24x7' };
/** One hour of service every day. */
const noonIn = (timeZone: string) => ({
  kind: 'business_hours',
  timeZone,
  hours: Object.fromEntries(
    ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((day) => [
      day,
      [{ from: '12:00', to: '13:00' }],
    ]),
  ),
  holidays: [],
});

interface SlaView extends Partial<ProblemView> {
  id: string;
  name: string;
  firstResponseMinutes: number | null;
  resolutionMinutes: number | null;
  calendar: Record<string, unknown>;
  createdAt: string;
  updatedAt: string;
}

const putSla = (id: string, body: Record<string, unknown>): Promise<Answer<SlaView>> =>
  ask('PUT', `/v1/slas/${id}`, body);

async function anSla(more: Record<string, unknown> = {}): Promise<string> {
  const id = unique('sla');
  const body = { name: 'Four hours', firstResponseMinutes: 240, resolutionMinutes: 480, calendar: ALWAYS, ...more };
  expect((await putSla(id, body)).status).toBe(201);
  return id;
}

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

describe('the record', () => {
  test('is made, read, listed and changed; the same again changes nothing', async () => {
    const id = unique('sla');
    const body = { name: 'Noon', firstResponseMinutes: 60, calendar: noonIn('Europe/Berlin') };
    const made = await putSla(id, body);
    expect([made.status, made.body]).toMatchObject([201, { id, ...body, resolutionMinutes: null }]);
    expect((await ask('GET', `/v1/slas/${id}`)).body).toEqual(made.body);

    const again = await putSla(id, { ...body, resolutionMinutes: null });
    expect([again.status, again.body]).toEqual([200, made.body]);

    const changed = await putSla(id, { ...body, name: 'Midday' });
    expect([changed.status, changed.body.name, changed.body.createdAt]).toEqual([200, 'Midday', made.body.createdAt]);
    expect(Date.parse(changed.body.updatedAt)).toBeGreaterThan(Date.parse(made.body.updatedAt));

    const { body: page } = await ask<{ items: SlaView[] }>('GET', '/v1/slas?limit=200');
    expect(page.items.find((item) => item.id === id)).toEqual(changed.body);
    expect(page.items.map((item) => item.id)).toEqual(page.items.map((item) => item.id).toSorted());
    expect((await ask('GET', `/v1/slas/${unique('none')}`)).status).toBe(404);
  });

  test.each<[string, Record<string, unknown>]>([
    ['name', { name: '' }],
    ['calendar', { calendar: undefined }],
    ['calendar.kind', { calendar: { kind: 'sometimes' } }],
    ['firstResponseMinutes', { firstResponseMinutes: 0 }],
    ['firstResponseMinutes', { firstResponseMinutes: 1.5 }],
    ['resolutionMinutes', { resolutionMinutes: 1_000_001 }],
    ['calendar.timeZone', { calendar: { ...noonIn('Europe/Berlin'), timeZone: 'Mars' } }],
    ['calendar.hours', { calendar: { ...noonIn('Europe/Berlin'), hours: {} } }],
    ['calendar.hours.funday', { calendar: { ...noonIn('Europe/Berlin'), hours: { funday: [] } } }],
    [
      'calendar.hours.monday.0.to',
      { calendar: { ...noonIn('Europe/Berlin'), hours: { monday: [{ from: '09:00', to: '09:00' }] } } },
    ],
    ['calendar.holidays.0', { calendar: { ...noonIn('Europe/Berlin'), holidays: ['2027-02-29'] } }],
    ['colour', { colour: 'red' }],
  ])('wrong %s is refused with the field', async (field, more) => {
    const id = unique('sla');
    const { status, body } = await putSla(id, { name: 'Wrong', calendar: ALWAYS, ...more });
    expect([status, body.code]).toEqual([400, 'validation_failed']);
    expect(body.errors?.map((error) => error.field)).toContain(field);
    expect((await ask('GET', `/v1/slas/${id}`)).status).toBe(404);
  });

  test('an entitlement names one that exists, or none', async () => {
    const customer = await aCustomer();
    const sla = await anSla();
    const draft = await aDraft(customer, { slaId: sla });
    expect(draft.slaId).toBe(sla);
    const patch = (id: string | null) =>
      ask<ProblemView & { slaId: string | null }>('PATCH', `/v1/entitlements/${draft.id}`, { slaId: id });
    const unknown = await patch(unique('none'));
    expect([unknown.status, unknown.body.code]).toEqual([404, 'not_found']);
    expect(unknown.body.errors).toMatchObject([{ field: 'slaId' }]);
    expect((await patch(null)).body.slaId).toBeNull();
    expect((await entitlement(draft.id)).slaId).toBeNull();
  });
});

describe('a case under an SLA', () => {
  test('at 24x7 is due its minutes after the attach, in every answer, and a retry says the same', async () => {
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

  test('in business hours is due in those of the calendar’s zone', async () => {
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

  test('moved to another entitlement is due by that one, counted anew; taken off it is due by none', async () => {
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

  test('has none without an SLA, and none while it has no entitlement', async () => {
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
    await expect.poll(async () => (await caseNow(signaled)).slaId, { timeout: 20_000 }).toBe(active.slaId);
    for (const caseId of [together, signaled]) {
      const at = await attachedAt(id, caseId);
      expect((await caseNow(caseId)).resolutionDueAt).toBe(new Date(at + 480 * MINUTE_MS).toISOString());
    }
  });
});

describe('rows that are written late', () => {
  const sql = connect(inject('databaseUrl'), { max: 2 });
  afterAll(() => sql.end());
  const { write } = createLedgerStore(sql);
  const dueIn = async (id: string) =>
    (await sql`select first_response_due_at as due, status, attached_seq as seq from cases where id = ${id}`)[0];

  test('an attach that is written after its case was resolved adds the due times, and again changes nothing', async () => {
    const sla = await anSla();
    const run = new EntitlementRun(entitlementId(unique('ent')));
    const details = detailsWith({ slaId: slaId(sla) });
    run.create({ by: 'test', key: null, details, renewsId: null }, STARTS_AT);
    run.command({ kind: 'activate' }, { by: 'test', key: null, reason: null }, DURING);
    await write({ rows: run.memory.unconfirmed.unwritten(), snapshot: run.snapshot });
    const id = unique('case');
    const send = (event: object, at: number) =>
      run.caseEvents([{ ...event, key: unique('key') } as never], 'test', at, 'sender');
    const attached = send(attachEvent(id), DURING);
    const resolved = send(resolve(id), instant('2026-06-02T00:00Z'));

    await write(resolved);
    expect(await dueIn(id)).toEqual({ due: null, status: 'resolved', seq: null });
    const whole = { due: new Date('2026-06-01T16:00Z'), status: 'resolved', seq: 3 };
    await write(attached);
    expect(await dueIn(id)).toEqual(whole);
    await putSla(sla, { name: 'Eight hours', firstResponseMinutes: 480, calendar: ALWAYS });
    await createLedgerStore(sql).write(attached);
    expect(await dueIn(id)).toEqual(whole);
  });

  test('attach and resolve in one batch, whichever comes first', async () => {
    const run = new EntitlementRun(entitlementId(unique('ent')));
    const details = detailsWith({ slaId: slaId(await anSla()) });
    run.create({ by: 'test', key: null, details, renewsId: null }, STARTS_AT);
    run.command({ kind: 'activate' }, { by: 'test', key: null, reason: null }, DURING);
    await write({ rows: run.memory.unconfirmed.unwritten(), snapshot: run.snapshot });
    for (const isReversed of [false, true]) {
      const id = unique('case');
      const events = [attachEvent(id), resolve(id)].map((event) => ({ ...event, key: unique('key') }));
      const { rows: both, snapshot } = run.caseEvents(events, 'test', DURING, 'sender');
      await write({ rows: isReversed ? both.toReversed() : both, snapshot });
      expect(await dueIn(id)).toMatchObject({ due: new Date('2026-06-01T16:00Z'), status: 'resolved' });
    }
  });
});
