import { describe, expect, test } from 'vitest';
import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import {
  type Answer,
  aCustomer,
  anActive,
  ask,
  attach,
  entitlement,
  ledger,
  type ProblemView,
} from '../../support/api-client.ts';
import { dayFromNow } from '../../support/days.ts';
import { unique } from '../../support/unique.ts';

interface TemplateView extends Partial<ProblemView> {
  id: string;
  name: string;
  totalTerm: number | null;
  slaId: string | null;
  createdAt: string;
  updatedAt: string;
}

/** Ten cases over a year by email. */
const TEN_CASES = {
  name: 'Ten cases',
  duration: { unit: 'years', count: 1 },
  allocationType: 'cases',
  totalTerm: 10,
  channels: [{ channel: 'email' }],
};

const post = (body: Record<string, unknown>, key?: string): Promise<Answer<TemplateView>> =>
  ask('POST', '/v1/templates', body, key === undefined ? {} : { key });
const get = (id: string): Promise<Answer<TemplateView>> => ask('GET', `/v1/templates/${id}`);

async function aTemplate(more: Record<string, unknown> = {}): Promise<TemplateView> {
  const { status, body } = await post({ ...TEN_CASES, ...more });
  expect([status, body.code]).toEqual([201, undefined]);
  return body;
}

const draftFrom = (body: Record<string, unknown>, key?: string) =>
  ask<EntitlementView & Partial<Pick<ProblemView, 'code' | 'errors'>>>(
    'POST',
    '/v1/entitlements',
    body,
    key === undefined ? {} : { key },
  );

const fieldsOf = ({ body }: Answer<Pick<Partial<ProblemView>, 'errors'>>) => body.errors?.map(({ field }) => field);

describe('a template', () => {
  test('can be created, read, listed, replaced and deleted', async () => {
    const id = unique('tpl');
    const made = await post({ id, ...TEN_CASES });
    expect([made.status, made.headers.get('location')]).toEqual([201, `/v1/templates/${id}`]);
    expect(made.body).toMatchObject({
      id,
      ...TEN_CASES,
      channels: [{ channel: 'email', totalTerm: null }],
      restrict: true,
      overage: 'block',
      decreaseRemainingOn: 'creation',
      productIds: [],
      slaId: null,
      timeZone: null,
    });
    expect((await get(id)).body).toEqual(made.body);
    const listed = async () =>
      (await ask<{ items: TemplateView[] }>('GET', '/v1/templates?limit=200')).body.items.find((one) => one.id === id);
    expect(await listed()).toEqual(made.body);

    const put = (body: Record<string, unknown>): Promise<Answer<TemplateView>> =>
      ask('PUT', `/v1/templates/${id}`, body);
    const same = await put(TEN_CASES);
    expect([same.status, same.body]).toEqual([200, made.body]);
    const replaced = await put({ ...TEN_CASES, name: 'Twenty cases', totalTerm: 20, channels: undefined });
    expect(replaced.body).toMatchObject({ name: 'Twenty cases', totalTerm: 20, channels: [] });
    expect(Date.parse(replaced.body.updatedAt)).toBeGreaterThan(Date.parse(made.body.updatedAt));

    expect((await ask('DELETE', `/v1/templates/${id}`)).status).toBe(204);
    expect([(await get(id)).status, (await put(TEN_CASES)).status]).toEqual([404, 404]);
    expect((await ask('DELETE', `/v1/templates/${id}`)).status).toBe(404);
    expect(await listed()).toBeUndefined();
    expect((await post({ id, ...TEN_CASES })).status).toBe(201);
  });

  test('is created once for its key', async () => {
    const key = unique('key');
    const [first, again] = await Promise.all([post(TEN_CASES, key), post(TEN_CASES, key)]);
    expect([first.status, again.status, again.body]).toEqual([201, 201, first.body]);
    const other = await post({ ...TEN_CASES, totalTerm: 11 }, key);
    expect([other.status, other.body.code]).toEqual([409, 'idempotency_conflict']);
    const taken = await post({ id: first.body.id, ...TEN_CASES });
    expect([taken.status, taken.body.code, fieldsOf(taken)]).toEqual([409, 'conflict', ['id']]);
    await ask('DELETE', `/v1/templates/${first.body.id}`);
    const late = await post(TEN_CASES, key);
    expect([late.status, late.body.code]).toEqual([409, 'conflict']);
  });

  test.each<[string, Record<string, unknown>, number]>([
    ['name', { name: undefined }, 400],
    ['allocationType', { allocationType: undefined }, 400],
    ['duration', { duration: undefined }, 400],
    ['duration.unit', { duration: { unit: 'weeks', count: 1 } }, 400],
    ['duration', { duration: { unit: 'years', count: 101 } }, 400],
    ['totalTerm', { totalTerm: null }, 400],
    ['channels.0.totalTerm', { channels: [{ channel: 'email', totalTerm: 11 }] }, 400],
    ['channels', { channels: [{ channel: 'pigeon' }] }, 400],
    ['overage', { overage: 'allow', restrict: true }, 400],
    ['customerId', { customerId: 'contoso' }, 400],
    ['startDate', { startDate: '2027-01-01' }, 400],
    ['renewalPolicy.reminderDays', { renewalPolicy: { noticeDays: 10, reminderDays: 20 } }, 400],
    ['productIds', { productIds: ['no-such-product'] }, 404],
    ['slaId', { slaId: 'no-such-sla' }, 404],
  ])('with a wrong %s is refused with the field, by POST and by PUT', async (field, more, status) => {
    const posted = await post({ ...TEN_CASES, ...more });
    expect([posted.status, fieldsOf(posted)]).toEqual([status, expect.arrayContaining([field])]);
    const put: Answer<TemplateView> = await ask('PUT', '/v1/templates/gold', { ...TEN_CASES, ...more });
    expect([put.status, fieldsOf(put)]).toEqual([status, expect.arrayContaining([field])]);
    expect((await get('gold')).body.name).toBe('Gold');
  });
});

describe('the templates of a new installation', () => {
  test('are Bronze, Silver, Gold and a hardware warranty, with their SLAs', async () => {
    const ids = ['bronze', 'silver', 'gold', 'hardware-warranty'];
    const [bronze, silver, gold, warranty] = await Promise.all(ids.map(async (id) => (await get(id)).body));
    const year = { unit: 'years', count: 1 };
    expect(bronze).toMatchObject({ allocationType: 'cases', totalTerm: 30, duration: year, slaId: null });
    expect(bronze).toMatchObject({ channels: [{ channel: 'email' }] });
    expect(silver).toMatchObject({ allocationType: 'cases', totalTerm: 100, duration: year });
    expect(silver).toMatchObject({ channels: [{ channel: 'phone' }, { channel: 'email' }] });
    expect(gold).toMatchObject({ allocationType: 'unlimited', totalTerm: null, duration: year, channels: [] });
    expect(warranty).toMatchObject({ allocationType: 'unlimited', duration: { unit: 'years', count: 3 } });

    const sla = async (template?: TemplateView) => (await ask('GET', `/v1/slas/${template?.slaId}`)).body;
    expect(await sla(silver)).toMatchObject({ firstResponseMinutes: 240 });
    expect(await sla(gold)).toMatchObject({ firstResponseMinutes: 60 });
    expect(await sla(warranty)).toMatchObject({ calendar: { kind: 'business_hours' } });
    // What the migration wrote is what the API would write: nothing of it changes when it is put again.
    for (const template of [bronze, silver, gold, warranty]) {
      const { id, createdAt: _made, updatedAt: _changed, overage: _overage, ...body } = { overage: '', ...template };
      expect((await ask('PUT', `/v1/templates/${id}`, body)).body).toEqual(template);
    }
  });

  test.each([
    ['bronze', 30, ['email']],
    ['silver', 100, ['phone', 'email']],
    ['gold', null, []],
    ['hardware-warranty', null, ['phone', 'email', 'web']],
  ])('make an entitlement that takes cases: %s', async (id, total, channels) => {
    const customerId = await aCustomer();
    const { status, body: draft } = await draftFrom({ templateId: id, customerId });
    expect(status).toBe(201);
    expect(draft).toMatchObject({
      customerId,
      templateId: id,
      totalTerm: total,
      remainingTerm: total,
      status: 'draft',
    });
    expect(draft).toMatchObject({ name: (await get(id)).body.name, startDate: dayFromNow(0), timeZone: 'UTC' });
    expect(draft.channels.map(({ channel }) => channel)).toEqual(channels);
    expect(draft.channels.every(({ totalTerm }) => totalTerm === total)).toBe(true);
    expect((await ask('POST', `/v1/entitlements/${draft.id}/activate`)).body.status).toBe('active');
    const attached = await attach({ id: draft.id, customerId }, { channel: 'email' });
    expect([attached.status, attached.body.remainingTerm]).toEqual([201, total === null ? null : total - 1]);
  });

  test('give a case under Gold an hour to the first response', async () => {
    const customerId = await aCustomer();
    const { body: draft } = await draftFrom({ templateId: 'gold', customerId });
    await ask('POST', `/v1/entitlements/${draft.id}/activate`);
    const before = Date.now();
    const { body } = await attach({ id: draft.id, customerId });
    const due = Date.parse((body as unknown as { firstResponseDueAt: string }).firstResponseDueAt);
    expect(due).toBeGreaterThan(before + 59 * 60_000);
    expect(due).toBeLessThan(Date.now() + 61 * 60_000);
  });
});

describe('an entitlement from a template', () => {
  test('has the given fields, and the rest from the template', async () => {
    const customerId = await aCustomer({ timeZone: 'America/New_York' });
    const { id } = await aTemplate({ duration: { unit: 'months', count: 18 }, tier: 'Ten' });
    const plain = await draftFrom({ templateId: id, customerId, startDate: '2027-08-31' });
    expect(plain.body).toMatchObject({
      name: 'Ten cases',
      startDate: '2027-08-31',
      endDate: '2029-02-27',
      timeZone: 'America/New_York',
      channels: [{ channel: 'email', totalTerm: 10 }],
      tier: 'Ten',
      templateId: id,
    });
    const changed = await draftFrom({
      templateId: id,
      customerId,
      startDate: '2027-08-31',
      endDate: '2027-12-31',
      timeZone: 'Asia/Tokyo',
      name: 'Twenty by phone',
      totalTerm: 20,
      channels: [{ channel: 'phone' }],
      overage: 'allow',
      slaId: 'gold-1h',
    });
    expect(changed.body).toMatchObject({
      name: 'Twenty by phone',
      endDate: '2027-12-31',
      timeZone: 'Asia/Tokyo',
      totalTerm: 20,
      channels: [{ channel: 'phone', totalTerm: 20 }],
      restrict: false,
      slaId: 'gold-1h',
      tier: 'Ten',
    });
    const unlimited = await draftFrom({ templateId: id, customerId, allocationType: 'unlimited' });
    expect(unlimited.body).toMatchObject({ totalTerm: null, restrict: false, channels: [{ totalTerm: null }] });
  });

  test.each<[string, Record<string, unknown>, number]>([
    ['templateId', { templateId: 'no-such-template' }, 404],
    ['templateId', { templateId: 7 }, 400],
    ['customerId', { customerId: undefined }, 400],
    ['customerId', { customerId: 'no-such-customer' }, 404],
    ['slaId', { slaId: 'no-such-sla' }, 404],
    ['endDate', { startDate: '2027-02-01', endDate: '2027-01-31' }, 400],
    ['channels.0.totalTerm', { channels: [{ channel: 'phone', totalTerm: 101 }] }, 400],
    ['overagePrice', { overage: 'charge' }, 400],
    ['duration', { duration: { unit: 'years', count: 2 } }, 400],
  ])('with a wrong %s is refused with the field', async (field, more, status) => {
    const answer = await draftFrom({ templateId: 'silver', customerId: await aCustomer(), ...more });
    expect([answer.status, fieldsOf(answer)]).toEqual([status, expect.arrayContaining([field])]);
  });

  test('needs all its fields when no template is named', async () => {
    const customerId = await aCustomer();
    for (const body of [{ customerId }, { customerId, templateId: null }])
      expect(fieldsOf(await draftFrom(body))).toEqual(['name', 'startDate', 'endDate', 'allocationType']);
    expect((await anActive(customerId, { templateId: null })).templateId).toBeNull();
  });

  test("is created once for its key, and keeps its terms and the template's id when the template changes", async () => {
    const customerId = await aCustomer();
    const { id } = await aTemplate();
    const key = unique('key');
    const body = { templateId: id, customerId, name: 'Once' };
    const first = await draftFrom(body, key);
    await ask('PUT', `/v1/templates/${id}`, { ...TEN_CASES, totalTerm: 99 });
    const again = await draftFrom(body, key);
    expect([again.status, again.body]).toEqual([201, first.body]);
    await ask('DELETE', `/v1/templates/${id}`);
    expect((await draftFrom(body, key)).body).toEqual(first.body);
    const other = await draftFrom({ ...body, name: 'Twice' }, key);
    expect([other.status, other.body.code]).toEqual([409, 'idempotency_conflict']);
    expect(await entitlement(first.body.id)).toMatchObject({ templateId: id, totalTerm: 10 });
    expect((await draftFrom(body)).status).toBe(404);
  });
});

test('a channel with the whole total gets the new one when the total changes, and the ledger holds terms only', async () => {
  const customerId = await aCustomer();
  const { body: draft } = await ask<EntitlementView>('POST', '/v1/entitlements', { templateId: 'silver', customerId });
  const { body: edited } = await ask<EntitlementView>('PATCH', `/v1/entitlements/${draft.id}`, { totalTerm: 200 });
  expect(edited.channels.map(({ totalTerm }) => totalTerm)).toEqual([200, 200]);
  const [created] = await ledger(draft.id);
  expect(created).toMatchObject({ kind: 'created', facts: { details: { totalTerm: 100 } } });
  expect(created).not.toHaveProperty(['facts', 'details', 'createdAt']);
});
