import { afterAll, describe, expect, inject, test } from 'vitest';
import type { EntitlementView } from '../../api/entitlements/entitlement-view.ts';
import type { DecidesRenewals, SettledClosing } from '../../api/renewals/decide-renewal.ts';
import { type ClosingParts, closeOpportunity } from '../../api/renewals/opportunity-closing.ts';
import { opportunityBody } from '../../api/renewals/opportunity-schemas.ts';
import { findEntitlement, findFirstDetails } from '../../db/entitlements/entitlements.ts';
import { createLedgerStore } from '../../db/ledger/ledger.ts';
import { connect } from '../../db/postgres/connect.ts';
import { EntitlementsGateway } from '../../temporal/entitlements-gateway.ts';
import {
  type Answer,
  aCustomer,
  anActive,
  ask,
  dayFromNow,
  entitlement,
  ledger,
  type ProblemView,
  unique,
} from './api-client.ts';
import { aKey, as } from './callers.ts';
import { temporal } from './temporal.ts';

type MaybeRefused = Partial<Pick<ProblemView, 'code' | 'errors'>>;

interface OpportunityView extends MaybeRefused {
  id: string;
  status: string;
  customerId: string;
  entitlementId: string | null;
  renewalId: string | null;
  reason: string | null;
  by: string;
  closedAt: string;
}

const sql = connect(inject('databaseUrl'), { max: 4 });
afterAll(async () => {
  await sql.end();
});
const gateway = new EntitlementsGateway({ client: temporal, taskQueue: 'allot', store: createLedgerStore(sql) });

type Body = Record<string, unknown>;
const close = (body: Body, options = {}): Promise<Answer<EntitlementView & MaybeRefused>> =>
  ask('POST', '/v1/opportunities', body, options);
const read = (id: string): Promise<Answer<OpportunityView>> => ask('GET', `/v1/opportunities/${id}`);
const won = (customerId: string, more: Body = {}): Body => ({
  ...{ id: unique('opp'), status: 'closed_won', customerId, templateId: 'silver' },
  ...more,
});
const kindsOf = async (id: string) => (await ledger(id)).map(({ kind }) => kind);
const fieldsOf = ({ body }: { body: MaybeRefused }) => body.errors?.map(({ field }) => field);
const entitlementsOf = async (customerId: string) =>
  (await ask<{ items: EntitlementView[] }>('GET', `/v1/entitlements?customerId=${customerId}`)).body.items;

/** The whole of one, without a template. */
const WHOLE = {
  ...{ name: 'Ten hours', allocationType: 'hours', totalTerm: 600 },
  startDate: dayFromNow(-1),
  endDate: dayFromNow(30),
};

describe('what is won', () => {
  test('is an active entitlement from the template, with what was sold otherwise', async () => {
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

  test('waits where it starts later, and needs no template where it says everything', async () => {
    const customerId = await aCustomer();
    const later = await close(won(customerId, { entitlement: { startDate: dayFromNow(10) } }));
    expect([later.status, later.body.status]).toEqual([201, 'waiting']);
    const whole = await close(won(customerId, { templateId: undefined, entitlement: WHOLE }));
    expect(whole.body).toMatchObject({ ...WHOLE, status: 'active', remainingTerm: 600, templateId: null });
  });

  test('says what an entitlement says, and nothing of the template beside its terms', async () => {
    const customerId = await aCustomer();
    const { body: made } = await close(won(customerId));
    const { id } = await anActive(customerId);
    const [ofTemplate, ofFields] = await Promise.all([made.id, id].map((one) => findFirstDetails(sql, one)));
    expect(Object.keys(ofTemplate ?? {}).sort()).toEqual(Object.keys(ofFields ?? {}).sort());
  });

  test.each([
    ['says none: the organisation has one', {}, { noticeDays: 60 }],
    ['says that there is none', { renewalPolicy: null }, null],
  ])('without a template has the renewal policy that it %s', async (_what, more, policy) => {
    const customerId = await aCustomer();
    const { body } = await close({ ...won(customerId), templateId: undefined, entitlement: { ...WHOLE, ...more } });
    expect(body.renewalPolicy).toEqual(policy === null ? null : expect.objectContaining(policy));
  });

  test('is made once by its id: ten at once, and again later, whatever became of it', async () => {
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

  test('ten at once with other content: one is made, the others conflict with it', async () => {
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

  test('the same id with anything else is a conflict', async () => {
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

describe('whoever dies on the way, the next one goes on', () => {
  const died = () => Promise.reject(new Error('died'));
  const origin = { by: 'died', role: null, reason: null };
  const parts: ClosingParts = { sql, gateway, decider: { settle: async () => null, decide: async () => null } };
  const diesAt = (step: Partial<ClosingParts['gateway']>, body: Body) =>
    expect(
      closeOpportunity(
        {
          ...parts,
          gateway: {
            create: (...message) => gateway.create(...message),
            command: (...message) => gateway.command(...message),
            ...step,
          },
        },
        opportunityBody.parse(body),
        origin,
      ),
    ).rejects.toThrow('died');

  const STEPS: readonly [string, Partial<ClosingParts['gateway']>, string[]][] = [
    ['before the draft is written', { create: died }, []],
    [
      'after the draft was written',
      {
        create: async (...message) => {
          await gateway.create(...message);
          return await died();
        },
      },
      ['created'],
    ],
    ['before it is activated', { command: died }, ['created']],
    [
      'after it was activated',
      {
        command: async (...message) => {
          await gateway.command(...message);
          return await died();
        },
      },
      ['created', 'activated'],
    ],
  ];

  test.each(STEPS)('%s', async (_when, step, kinds) => {
    const customerId = await aCustomer();
    const body = won(customerId);
    await diesAt(step, body);
    const halfDone = await entitlementsOf(customerId);
    expect(await Promise.all(halfDone.map(({ id }) => kindsOf(id)))).toEqual(kinds.length === 0 ? [] : [kinds]);
    expect((await read(String(body.id))).body.entitlementId).toBeNull();
    const many = await Promise.all([close(body), close(body), close(body)]);
    const [first] = many;
    expect(many.map(({ status, body: made }) => [status, made.status, made.id])).toEqual(
      Array(3).fill([201, 'active', first?.body.id]),
    );
    expect(await kindsOf(first?.body.id ?? '')).toEqual(['created', 'activated']);
    expect((await read(String(body.id))).body.entitlementId).toBe(first?.body.id);
  });

  test('it makes what was settled then, though the template has changed since and is gone', async () => {
    const customerId = await aCustomer();
    const terms = { name: 'Seven', allocationType: 'cases', totalTerm: 7, duration: { unit: 'years', count: 1 } };
    const { body: template } = await ask<{ id: string }>('POST', '/v1/templates', terms);
    const body = won(customerId, { templateId: template.id });
    await diesAt({ create: died }, body);
    await ask('PUT', `/v1/templates/${template.id}`, { ...terms, totalTerm: 8 });
    await ask('DELETE', `/v1/templates/${template.id}`);
    const { status, body: made } = await close(body);
    expect([status, made.totalTerm, made.templateId, made.status]).toEqual([201, 7, template.id, 'active']);
  });

  test('somebody activated the draft by hand: that is the entitlement', async () => {
    const customerId = await aCustomer();
    const body = won(customerId);
    await diesAt({ command: died }, body);
    const [draft] = await entitlementsOf(customerId);
    await ask('POST', `/v1/entitlements/${draft?.id}/activate`);
    const { status, body: made } = await close(body);
    expect([status, made.id, made.status]).toEqual([201, draft?.id, 'active']);
    expect(await kindsOf(made.id)).toEqual(['created', 'activated']);
  });

  test('somebody deleted the draft: it is not made again', async () => {
    const customerId = await aCustomer();
    const body = won(customerId);
    await diesAt({ command: died }, body);
    const [draft] = await entitlementsOf(customerId);
    await ask('DELETE', `/v1/entitlements/${draft?.id}`);
    const { status, body: refused } = await close(body);
    expect([status, refused.code, fieldsOf({ body: refused })]).toEqual([...[409, 'conflict', ['id']]]);
  });
});

describe('what is refused', () => {
  test.each<[string, Body, number]>([
    ['id', { id: 'no blanks' }, 400],
    ['status', { status: 'open' }, 400],
    ['customerId', { customerId: undefined }, 400],
    ['customerId', { customerId: 'no-such-customer' }, 404],
    ['templateId', { templateId: undefined }, 400],
    ['templateId', { templateId: 'no-such-template' }, 404],
    ['entitlement.name', { templateId: undefined, entitlement: {} }, 400],
    ['entitlement.customerId', { entitlement: { customerId: 'other' } }, 400],
    ['entitlement.totalTerm', { entitlement: { totalTerm: -1 } }, 400],
    ['entitlement.endDate', { entitlement: { startDate: '2027-02-01', endDate: '2027-01-31' } }, 400],
    ['entitlement.overage', { entitlement: { overage: 'block', restrict: false } }, 400],
    ['entitlement.channels.0.totalTerm', { entitlement: { channels: [{ channel: 'phone', totalTerm: 101 }] } }, 400],
    ['entitlement.slaId', { entitlement: { slaId: 'no-such-sla' } }, 404],
    ['entitlement.productIds', { templateId: undefined, entitlement: { ...WHOLE, productIds: ['no-such'] } }, 404],
    ['templateId', { status: 'closed_lost' }, 400],
    ['entitlement', { status: 'closed_lost', templateId: undefined, entitlement: {} }, 400],
    ['renewalId', { renewalId: 'renewal-of-nothing' }, 404],
    ['renewalId', { renewalId: 'renewal-of-nothing', status: 'closed_lost', templateId: undefined }, 404],
    ['renewalId', { renewalId: '' }, 400],
    ['reason', { reason: 'x'.repeat(501) }, 400],
    ['color', { color: 'red' }, 400],
  ])('wrong %s, with the field; the id is free for what is right', async (field, more, status) => {
    const customerId = await aCustomer();
    const body = won(customerId);
    const refused = await close({ ...body, ...more });
    expect([refused.status, fieldsOf(refused)]).toEqual([status, expect.arrayContaining([field])]);
    expect((await read(String(body.id))).status).toBe(404);
    expect(await entitlementsOf(customerId)).toEqual([]);
    if (field !== 'id') expect((await close(body)).status).toBe(201);
  });

  test('a contact of another customer', async () => {
    const [customerId, other] = [await aCustomer(), await aCustomer()];
    const contact = unique('contact');
    await ask('PUT', `/v1/contacts/${contact}`, { customerId: other, name: 'Mallory' });
    const refused = await close(won(customerId, { entitlement: { contactIds: [contact] } }));
    expect([refused.status, refused.body.code, fieldsOf(refused)]).toEqual([
      ...[422, 'contact_of_other_customer', ['entitlement.contactIds']],
    ]);
  });
});

test('what is lost is recorded, and makes nothing', async () => {
  const customerId = await aCustomer();
  const body = { id: unique('opp'), status: 'closed_lost', customerId, reason: 'too dear' };
  const answers = await Promise.all([close(body), close(body)]);
  expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  expect(answers[0]?.headers.get('location')).toBe(`/v1/opportunities/${body.id}`);
  expect(answers[0]?.body).toMatchObject({ ...body, entitlementId: null });
  expect(answers[1]?.body).toEqual(answers[0]?.body);
  expect(await entitlementsOf(customerId)).toEqual([]);
});

describe('one that decides a renewal', () => {
  test('is decided by it, and recorded with what follows; again it is not asked any more', async () => {
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

describe('who sees what', () => {
  test('lists go page by page, of one customer or of all, and account managers see their own', async () => {
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

  test('the audit says once who closed it, why, and what was made of it', async () => {
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
