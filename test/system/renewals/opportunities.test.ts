import { describe, expect, test } from 'vitest';
import type { DecidesRenewals, SettledClosing } from '../../../api/renewals/decide-renewal.ts';
import { closeOpportunity } from '../../../api/renewals/opportunity-closing.ts';
import { opportunityBody } from '../../../api/renewals/opportunity-schemas.ts';
import { findEntitlement, findFirstDetails } from '../../../db/entitlements/entitlements.ts';
import { aCustomer, anActive, ask, entitlement, ledger } from '../../support/api-client.ts';
import { aKey, as } from '../../support/callers.ts';
import { dayFromNow } from '../../support/days.ts';
import { unique } from '../../support/unique.ts';
import {
  type Body,
  close,
  entitlementsOf,
  fieldsOf,
  gateway,
  kindsOf,
  type OpportunityView,
  read,
  sql,
  WHOLE,
  won,
} from './opportunity-scenes.ts';

describe('a won opportunity', () => {
  test('makes an active entitlement from the template, with the changes that were sold', async () => {
    const customerId = await aCustomer({ timeZone: 'Europe/Berlin' });
    const body = won(customerId, { entitlement: { totalTerm: 120, name: 'Silver plus' }, reason: 'signed ✓' });
    const { status, headers, body: made } = await close(body);
    expect([status, headers.get('location')]).toEqual([201, `/v1/entitlements/${made.id}`]);
    expect(made).toMatchObject({
      status: 'active',
      name: 'Silver plus',
      totalTerm: 120,
      templateId: 'silver',
      customerId,
    });
    expect(made.channels.map(({ channel, totalTerm }) => [channel, totalTerm])).toEqual([
      ['phone', 120],
      ['email', 120],
    ]);
    expect(await entitlement(made.id)).toEqual(made);
    expect(await kindsOf(made.id)).toEqual(['created', 'activated']);
    expect((await ledger(made.id)).map(({ why }) => why)).toEqual([null, 'signed ✓']);
    expect((await read(String(body.id))).body).toEqual({
      ...{ id: body.id, status: 'closed_won', customerId, entitlementId: made.id, renewalId: null },
      ...{ reason: 'signed ✓', by: 'tests', closedAt: expect.any(String) },
    });
  });

  test('makes an entitlement that waits for a later start, and needs no template if it says everything', async () => {
    const customerId = await aCustomer();
    const later = await close(won(customerId, { entitlement: { startDate: dayFromNow(10) } }));
    expect([later.status, later.body.status]).toEqual([201, 'waiting']);
    const whole = await close(won(customerId, { templateId: undefined, entitlement: WHOLE }));
    expect(whole.body).toMatchObject({ ...WHOLE, status: 'active', remainingTerm: 600, templateId: null });
  });

  test('makes the same fields as an entitlement that is written by hand', async () => {
    const customerId = await aCustomer();
    const { body: made } = await close(won(customerId));
    const { id } = await anActive(customerId);
    const [ofTemplate, ofFields] = await Promise.all([made.id, id].map((one) => findFirstDetails(sql, one)));
    expect(Object.keys(ofTemplate ?? {}).sort()).toEqual(Object.keys(ofFields ?? {}).sort());
  });

  test.each([
    ['does not name one: the organisation has one', {}, { noticeDays: 60 }],
    ['sets it to null', { renewalPolicy: null }, null],
  ])('without a template gets its renewal policy when it %s', async (_what, more, policy) => {
    const customerId = await aCustomer();
    const { body } = await close({ ...won(customerId), templateId: undefined, entitlement: { ...WHOLE, ...more } });
    expect(body.renewalPolicy).toEqual(policy === null ? null : expect.objectContaining(policy));
  });

  test('is made once by its id: ten requests at once, and again later, whatever became of the entitlement', async () => {
    const customerId = await aCustomer();
    const body = won(customerId);
    const keys = await Promise.all([aKey('integration'), aKey('csr_manager')]);
    const many = await Promise.all(
      Array.from({ length: 10 }, (_, index) => close(body, index < 2 ? as(keys[index]?.key ?? '') : {})),
    );
    expect(many.map(({ status }) => status)).toEqual(Array(10).fill(201));
    const ids = new Set(many.map(({ body: made }) => made.id));
    expect(ids.size).toBe(1);
    const [id = ''] = ids;
    expect((await entitlementsOf(customerId)).map((one) => one.id)).toEqual([id]);
    expect(await kindsOf(id)).toEqual(['created', 'activated']);
    expect((await close(body)).body).toEqual(await entitlement(id));

    await ask('POST', `/v1/entitlements/${id}/deactivate`);
    const draft = await close(body);
    expect([draft.status, draft.body.status]).toEqual([201, 'draft']);
    await ask('DELETE', `/v1/entitlements/${id}`);
    const gone = await close(body);
    expect([gone.status, gone.body.code]).toEqual([409, 'conflict']);
    expect(await entitlementsOf(customerId)).toEqual([]);
  });

  test('of ten requests at once with different content, one wins and the others get a conflict', async () => {
    const customerId = await aCustomer();
    const body = won(customerId);
    const many = await Promise.all(
      Array.from({ length: 10 }, (_, index) => close({ ...body, entitlement: { totalTerm: 50 + index } })),
    );
    const conflicts = many.filter(({ body: { code } }) => code === 'idempotency_conflict');
    expect([conflicts.length, many.filter(({ status }) => status === 201).length]).toEqual([9, 1]);
    expect(await entitlementsOf(customerId)).toHaveLength(1);
    expect(conflicts.map(fieldsOf)).toEqual(Array(9).fill(['id']));
  });

  test('the same id with other content is a conflict', async () => {
    const customerId = await aCustomer();
    const body = won(customerId, { reason: 'signed' });
    await close(body);
    for (const other of [
      { templateId: 'bronze' },
      { customerId: await aCustomer() },
      { entitlement: {} },
      { reason: 'signed twice' },
      { renewalId: 'renewal-1' },
      { status: 'closed_lost', templateId: undefined },
    ]) {
      const { status, body: refused } = await close({ ...body, ...other });
      expect([other, status, refused.code]).toEqual([other, 409, 'idempotency_conflict']);
    }
    expect((await close(body)).status).toBe(201);
  });
});

test('a lost opportunity is recorded and makes nothing', async () => {
  const customerId = await aCustomer();
  const body = { id: unique('opp'), status: 'closed_lost', customerId, reason: 'too dear' };
  const answers = await Promise.all([close(body), close(body)]);
  expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  expect(answers[0]?.headers.get('location')).toBe(`/v1/opportunities/${body.id}`);
  expect(answers[0]?.body).toMatchObject({ ...body, entitlementId: null });
  expect(answers[1]?.body).toEqual(answers[0]?.body);
  expect(await entitlementsOf(customerId)).toEqual([]);
});

describe('an opportunity of a renewal', () => {
  test('decides the renewal, and is recorded with the successor; the same request again does not ask the renewal', async () => {
    const customerId = await aCustomer();
    const { id: successorId } = await anActive(customerId);
    const asked: SettledClosing[] = [];
    const decider: DecidesRenewals = {
      settle: async ({ changes }) => (Object.keys(changes).length === 0 ? null : (changes as { totalTerm: number })),
      decide: async (decision) => {
        asked.push(decision);
        return decision.status === 'closed_won' ? ((await findEntitlement(sql, successorId)) ?? null) : null;
      },
    };
    const origin = { by: 'crm', role: null, reason: 'signed' };
    const closed = (body: Body) => closeOpportunity({ sql, gateway, decider }, opportunityBody.parse(body), origin);
    const body = won(customerId, { renewalId: 'r-1', templateId: undefined, entitlement: { totalTerm: 9 } });
    for (const time of [1, 2]) {
      const { entitlement: made, opportunity } = await closed(body);
      expect([time, made?.id, opportunity.entitlementId]).toEqual([time, successorId, successorId]);
    }
    const lost = { id: unique('opp'), status: 'closed_lost', customerId, renewalId: 'r-2' };
    expect(await closed(lost)).toMatchObject({ entitlement: null, opportunity: { status: 'closed_lost' } });
    const common = { by: 'crm', reason: 'signed' };
    expect(asked).toEqual([
      { ...common, renewalId: 'r-1', opportunityId: body.id, status: 'closed_won', changes: { totalTerm: 9 } },
      { ...common, renewalId: 'r-2', opportunityId: lost.id, status: 'closed_lost', changes: null },
    ]);
    expect((await read(lost.id)).body).toMatchObject({ renewalId: 'r-2', entitlementId: null });
  });
});

describe('reading opportunities', () => {
  test('lists have pages, of one customer or of all, and account managers see their own customers', async () => {
    const { key, email } = await aKey('account_manager');
    const mine = await aCustomer({ accountManager: { name: 'Ann', email } });
    const other = await aCustomer();
    const ids = [`a-${unique('opp')}`, `b-${unique('opp')}`, `c-${unique('opp')}`];
    const lose = (id: string, customerId: string) => close({ id, status: 'closed_lost', customerId });
    await Promise.all([lose(ids[0] ?? '', mine), lose(ids[1] ?? '', mine), lose(ids[2] ?? '', other)]);
    type Page = { items: OpportunityView[]; nextCursor: string | null };
    const list = async (query: string, options = {}) =>
      (await ask<Page>('GET', `/v1/opportunities?${query}`, undefined, options)).body;
    const first = await list(`customerId=${mine}&limit=1`);
    const second = await list(`customerId=${mine}&limit=1&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect((await list('limit=200')).items.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
    expect((await list('limit=200', as(key))).items.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect((await list(`customerId=${other}`, as(key))).items).toEqual([]);
    const foreign = await ask('GET', `/v1/opportunities/${ids[2]}`, undefined, as(key));
    expect(foreign.status).toBe(404);
    expect((await ask('GET', `/v1/opportunities/${ids[0]}`, undefined, as(key))).status).toBe(200);
  });

  test('the audit says once who closed it, why, and what it made', async () => {
    const { key, name: by } = await aKey('integration');
    const customerId = await aCustomer();
    const body = won(customerId, { reason: 'signed' });
    const { body: made } = await close(body, as(key));
    await close(body);
    const entries = async (query: string) =>
      (await ask<{ items: Record<string, unknown>[] }>('GET', `/v1/audit?${query}`)).body.items;
    expect(await entries(`recordType=opportunity&recordId=${body.id}`)).toMatchObject([
      {
        ...{ action: 'closed_won', by, role: 'integration', reason: 'signed', before: null },
        after: { id: body.id, status: 'closed_won', customerId, entitlementId: made.id, renewalId: null },
      },
    ]);
    expect((await entries(`recordId=${made.id}`)).map((entry) => [entry.action, entry.by])).toEqual([
      ['activated', by],
      ['created', by],
    ]);
  });
});
