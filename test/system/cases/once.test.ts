import { describe, expect, test } from 'vitest';
import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import {
  aCustomer,
  anActive,
  ask,
  attach,
  caseEvents,
  caseRows,
  entitlement,
  ledger,
  onCase,
  type RowView,
} from '../../support/api-client.ts';
import { workflowOf } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';

const fifty = Array.from({ length: 50 }, (_, index) => index);

const attachEvent = ({ id, customerId }: EntitlementView, caseId: string, more: Record<string, unknown> = {}) => ({
  kind: 'attach',
  key: `attach:${caseId}`,
  caseId,
  customerId,
  entitlementId: id,
  ...more,
});

/** A case's link, and the number of entitlements on whose ledgers it takes term now. */
async function takenOn(caseId: string, ids: readonly string[]): Promise<string[]> {
  const rows = await Promise.all(ids.map(async (id) => ({ id, rows: await ledger(id) })));
  const taken = (of: RowView[]) =>
    of.filter((row) => row.caseId === caseId).reduce((sum, { change }) => sum - change, 0);
  return rows.filter((one) => taken(one.rows) > 0).map(({ id }) => id);
}

describe('the same key again', () => {
  test('50 posts at once with one key take term once, and all get the same answer', async () => {
    const active = await anActive(await aCustomer(), { totalTerm: 10 });
    const key = unique('key');
    const id = unique('case');
    const answers = await Promise.all(fifty.map(() => attach(active, { id }, { key })));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.seq} ${body.remainingTerm}`))).toEqual(
      new Set(['201 3 9']),
    );
    expect(await caseRows(active.id)).toEqual([['attached', -1]]);
  });

  test('with other content is a conflict, by HTTP and by signal, and changes nothing', async () => {
    const active = await anActive(await aCustomer());
    const key = unique('key');
    const { id } = (await attach(active, {}, { key })).body;
    const conflict = { status: 409, body: { code: 'idempotency_conflict' } };
    expect(await attach(active, { id, title: 'Another' }, { key })).toMatchObject(conflict);
    expect(await attach(active, {}, { key })).toMatchObject(conflict);
    expect(await onCase(id, 'resolve', {}, { key })).toMatchObject(conflict);
    await workflowOf(active.id).signal('cancelCase', { key, caseId: id });
    await soon(async () =>
      expect((await ledger(active.id)).at(-1)).toMatchObject({
        kind: 'refused',
        refusal: 'idempotency_conflict',
        key: null,
        change: 0,
        why: expect.stringContaining(key),
      }),
    );
    expect(await entitlement(active.id)).toMatchObject({ remainingTerm: 2, openCases: 1 });
    expect((await attach(active, { id }, { key })).body).toMatchObject({ change: -1, remainingTerm: 2 });
  });

  test('for a refused case gets the refusal again, even if there is term by now', async () => {
    const active = await anActive(await aCustomer(), { totalTerm: 1 });
    const { id: first } = (await attach(active)).body;
    const key = unique('key');
    const id = unique('case');
    expect((await attach(active, { id }, { key })).body.code).toBe('exhausted');
    await onCase(first, 'cancel');
    expect(await attach(active, { id }, { key })).toMatchObject({ status: 422, body: { code: 'exhausted' } });
    expect((await attach(active, { id })).status).toBe(201);
  });

  test('on another entitlement is a conflict', async () => {
    const customerId = await aCustomer();
    const [one, other] = [await anActive(customerId), await anActive(customerId)];
    const key = unique('key');
    const { id } = (await attach(one, {}, { key })).body;
    expect((await attach(other, { id }, { key })).body.code).toBe('idempotency_conflict');
    expect(await caseRows(other.id)).toEqual([]);
  });

  test('for a draft with other content is a conflict', async () => {
    const customerId = await aCustomer();
    const key = unique('key');
    const { name, startDate, endDate, allocationType, totalTerm } = await anActive(customerId);
    const body = { name, customerId, startDate, endDate, allocationType, totalTerm };
    const { status, body: draft } = await ask('POST', '/v1/entitlements', body, { key });
    expect(status).toBe(201);
    expect(await ask('POST', '/v1/entitlements', { ...body, name: 'Another' }, { key })).toMatchObject({
      status: 409,
      body: { code: 'idempotency_conflict' },
    });
    expect((await ask('POST', '/v1/entitlements', body, { key })).body).toMatchObject({ id: draft.id, name });
  });
});

test('of 50 cases at once on an entitlement of 10, ten are accepted and forty refused, never below zero', async () => {
  const active = await anActive(await aCustomer(), { totalTerm: 10 });
  const answers = await Promise.all(fifty.map(() => attach(active)));
  const codes = answers.map(({ status, body }) => body.code ?? status).sort();
  expect(codes).toEqual([...Array(10).fill(201), ...Array(40).fill('exhausted')]);
  const rows = await ledger(active.id);
  expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1));
  expect(rows.every(({ remainingAfter }) => (remainingAfter ?? -1) >= 0)).toBe(true);
  expect((await entitlement(active.id)).remainingTerm).toBe(0);
});

describe('one list of case events', () => {
  test('is applied in order, and a duplicate in it gets the first answer', async () => {
    const active = await anActive(await aCustomer());
    const caseId = unique('case');
    const event = attachEvent(active, caseId);
    const resolve = { kind: 'resolve', key: `resolve:${caseId}`, caseId };
    const reactivate = { kind: 'reactivate', key: `reactivate:${caseId}`, caseId };
    const cancel = { kind: 'cancel', key: `cancel:${caseId}`, caseId };
    const again = { ...event, key: `again:${caseId}` };
    const other = { ...event, title: 'Another' };
    const list = [event, event, again, other, resolve, resolve, reactivate, cancel, event];
    const results = await caseEvents(list);
    expect(results.map(({ code, repeated, change }) => [code ?? repeated, change])).toEqual([
      [false, -1],
      [true, -1],
      [false, 0],
      ['idempotency_conflict', 0],
      [false, 0],
      [true, 0],
      [false, 0],
      [false, 1],
      [true, -1],
    ]);
    expect((await caseEvents(list)).map(({ code, repeated }) => code ?? repeated)).toEqual(
      results.map(({ code }) => code ?? true),
    );
    expect(await entitlement(active.id)).toMatchObject({ remainingTerm: 3, openCases: 0 });
  });

  test('answers each event in its place, also with refusals and several entitlements', async () => {
    const customerId = await aCustomer();
    const [one, other] = [await anActive(customerId, { totalTerm: 1 }), await anActive(customerId)];
    const [a, b, c] = [unique('case'), unique('case'), unique('case')];
    const results = await caseEvents([
      attachEvent(one, a),
      attachEvent(one, b),
      attachEvent(other, c),
      { kind: 'resolve', key: `resolve:${b}`, caseId: b },
      { kind: 'cancel', key: `cancel:${c}`, caseId: c },
    ]);
    expect(results.map(({ caseId, code }) => [caseId, code])).toEqual([
      [a, undefined],
      [b, 'exhausted'],
      [c, undefined],
      [b, 'not_found'],
      [c, undefined],
    ]);
    expect(results.map(({ entitlementId }) => entitlementId).slice(0, 3)).toEqual([one.id, one.id, other.id]);
  });
});

describe('a case is never on two entitlements', () => {
  test('when two posts at once name different entitlements', async () => {
    const customerId = await aCustomer();
    const [one, other] = [await anActive(customerId), await anActive(customerId)];
    const id = unique('case');
    const answers = await Promise.all([attach(one, { id }), attach(other, { id })]);
    expect(await takenOn(id, [one.id, other.id])).toHaveLength(1);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  test('when one list names different entitlements: the second is refused', async () => {
    const customerId = await aCustomer();
    const [one, other] = [await anActive(customerId), await anActive(customerId)];
    const caseId = unique('case');
    const results = await caseEvents([attachEvent(one, caseId), attachEvent(other, caseId, { key: unique('key') })]);
    expect(results.map(({ code, entitlementId }) => code ?? entitlementId)).toEqual([one.id, 'conflict']);
    expect(await takenOn(caseId, [one.id, other.id])).toEqual([one.id]);
  });
});
