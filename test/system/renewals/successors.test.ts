import { expect, inject, test } from 'vitest';
import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import { createLedgerStore } from '../../../db/ledger/ledger.ts';
import { connect } from '../../../db/postgres/connect.ts';
import { createLogger } from '../../../runtime/logger.ts';
import { EntitlementsGateway } from '../../../temporal/entitlements-gateway.ts';
import { watchLostSuccessors } from '../../../worker/lost-successors.ts';
import { aCustomer, anActive, ask, attach, entitlement, ledger } from '../../support/api-client.ts';
import { dayFromNow } from '../../support/days.ts';
import { Clock, temporal, workflowOf } from '../../support/temporal.ts';
import { soon } from '../../support/waiting.ts';

const sql = connect(inject('databaseUrl'), { max: 2 });

interface RenewalView {
  id: string;
  n: number;
  stage: string;
  successorId: string | null;
  successorEnded: boolean;
}

const POLICY = { noticeDays: 60, reminderDays: 0, escalationDays: 0 };

const post = (path: string, body: object = {}) => ask<EntitlementView>('POST', `/v1/entitlements/${path}`, body);
const remove = async (id: string) => expect((await ask('DELETE', `/v1/entitlements/${id}`)).status).toBe(204);

const renewalsOf = async (id: string) =>
  (await ask<{ items: RenewalView[] }>('GET', `/v1/renewals?entitlementId=${id}`)).body.items.sort(
    (one, other) => one.n - other.n,
  );
/** The renewal number `n` of the entitlement, once it is open. */
const openRenewal = (id: string, n: number) =>
  soon(async () => {
    const found = (await renewalsOf(id)).find((renewal) => renewal.n === n);
    if (found?.stage !== 'open') throw new Error(`the renewal ${n} is ${found?.stage}`);
    return found;
  });
const accept = async ({ id }: { id: string }) => {
  const { status, body } = await ask<RenewalView>('POST', `/v1/renewals/${id}/accept`);
  expect(status).toBe(200);
  return body.successorId ?? '';
};

/** Whether the report of expiring entitlements shows this one as not renewed. */
const isOpenEnd = async ({ id, customerId }: EntitlementView) => {
  const path = `/v1/reports/expiring?renewed=false&customerId=${customerId}`;
  return (await ask<{ items: { id: string }[] }>('GET', path)).body.items.some((row) => row.id === id);
};
const inRenewedView = async ({ id, customerId }: EntitlementView) => {
  const path = `/v1/entitlements?view=renewed&customerId=${customerId}`;
  return (await ask<{ items: { id: string }[] }>('GET', path)).body.items.some((row) => row.id === id);
};

/** A canceled entitlement and its successor, a draft. */
async function renewedByHand() {
  const old = await anActive(await aCustomer());
  await post(`${old.id}/cancel`);
  const { body: draft } = await post(`${old.id}/renew`);
  expect(draft.renewsId).toBe(old.id);
  return { old, draft };
}

/** An active entitlement that ends soon, and its successor by an accepted renewal, which waits. */
async function accepted() {
  const active = await anActive(await aCustomer(), { renewalPolicy: POLICY, endDate: dayFromNow(20) });
  const successorId = await accept(await openRenewal(active.id, 1));
  expect(await entitlement(successorId)).toMatchObject({ status: 'waiting', renewsId: active.id });
  return { active, successorId };
}

test('deleting the draft of a successor frees its predecessor at once, which then counts as not renewed until it is renewed again', async () => {
  const { old, draft } = await renewedByHand();
  expect([await isOpenEnd(old), await inRenewedView(old)]).toEqual([false, true]);
  await remove(draft.id);
  expect(await entitlement(old.id)).toMatchObject({ status: 'canceled', renewed: false, renewedById: null });
  expect([await isOpenEnd(old), await inRenewedView(old)]).toEqual([true, false]);
  expect((await ledger(old.id)).at(-1)).toMatchObject({
    kind: 'successor_ended',
    who: 'allot',
    why: `Its successor ${draft.id} was deleted.`,
  });
  const again = await post(`${old.id}/renew`);
  expect(again).toMatchObject({ status: 201, body: { status: 'draft', renewsId: old.id } });
  expect(await entitlement(old.id)).toMatchObject({ renewed: true, renewedById: again.body.id });
  expect([await isOpenEnd(old), await inRenewedView(old)]).toEqual([false, true]);
});

test('of ten renewals by hand while the successor is deleted, at most one succeeds, and the predecessor names that one', async () => {
  for (let round = 0; round < 3; round++) {
    const { old, draft } = await renewedByHand();
    const [, ...answers] = await Promise.all([
      remove(draft.id),
      ...Array.from({ length: 10 }, () => post(`${old.id}/renew`)),
    ]);
    const made = answers.filter(({ status }) => status === 201).map(({ body }) => body.id);
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
    expect(made.length).toBeLessThanOrEqual(1);
    expect((await entitlement(old.id)).renewedById).toBe(made[0] ?? null);
    if (made.length === 0) expect((await post(`${old.id}/renew`)).status).toBe(201);
  }
});

test.each([
  ['deactivated and deleted', true],
  ['canceled while it waits', false],
])(
  'after an accepted successor was %s, its predecessor gets a new renewal and can accept another successor',
  async (_what, deletes) => {
    const { active, successorId } = await accepted();
    await post(`${successorId}/${deletes ? 'deactivate' : 'cancel'}`);
    if (deletes) await remove(successorId);
    expect(await entitlement(active.id)).toMatchObject({ status: 'active', renewed: false, renewedById: null });
    expect(await isOpenEnd(active)).toBe(true);
    const second = await openRenewal(active.id, 2);
    expect((await renewalsOf(active.id))[0]).toMatchObject({ stage: 'accepted', successorId, successorEnded: true });
    const next = await accept(second);
    expect(next).not.toBe(successorId);
    expect(await entitlement(next)).toMatchObject({ status: 'waiting', startsAt: active.endsAt, renewsId: active.id });
    expect(await entitlement(active.id)).toMatchObject({ renewed: true, renewedById: next });
    expect(await isOpenEnd(active)).toBe(false);
  },
);

test('a successor that is canceled after its start stays the successor', async () => {
  const { active, successorId } = await accepted();
  await new Clock(successorId).goPast(active.endsAt);
  await soon(async () => expect(await entitlement(successorId)).toMatchObject({ status: 'active' }));
  await post(`${successorId}/cancel`);
  expect(await entitlement(active.id)).toMatchObject({ renewed: true, renewedById: successorId });
  expect(await isOpenEnd(active)).toBe(false);
});

test('a predecessor that loses its successor after its end counts as not renewed, and can be renewed by hand', async () => {
  const { active, successorId } = await accepted();
  await soon(async () => expect((await renewalsOf(active.id))[0]?.stage).toBe('accepted'));
  await new Clock(active.id).goPast(active.endsAt);
  await soon(async () => expect(await entitlement(active.id)).toMatchObject({ status: 'expired', renewed: true }));
  await post(`${successorId}/deactivate`);
  await remove(successorId);
  expect(await entitlement(active.id)).toMatchObject({ status: 'expired', renewed: false });
  expect(await isOpenEnd(active)).toBe(true);
  expect((await post(`${active.id}/renew`)).status).toBe(201);
  expect(await isOpenEnd(active)).toBe(false);
  expect(await renewalsOf(active.id)).toHaveLength(1);
});

test('the workflow of a deleted successor frees the predecessor by itself, even if the API dies', async () => {
  const { old, draft } = await renewedByHand();
  // Like an API that dies as soon as the workflow has decided.
  await workflowOf(draft.id).executeUpdate('delete', { args: [{ by: 'tester', key: null, reason: null }] });
  await soon(async () => expect(await entitlement(old.id)).toMatchObject({ renewedById: null }));
  await soon(async () => expect((await workflowOf(draft.id).describe()).status.name).toBe('COMPLETED'));
});

test('a lost successor keeps trying until its predecessor answers', async () => {
  const { active, successorId } = await accepted();
  await workflowOf(successorId).executeUpdate('cancel', { args: [{ by: 'tester', key: null, reason: null }] });
  await soon(async () => expect(await entitlement(active.id)).toMatchObject({ renewedById: null }));
  expect(await openRenewal(active.id, 2)).toMatchObject({ n: 2 });
  const { active: other, successorId: itsSuccessor } = await accepted();
  await workflowOf(other.id).terminate('an operator');
  await post(`${itsSuccessor}/cancel`);
  await soon(async () => expect(await entitlement(other.id)).toMatchObject({ renewedById: null }));
});

test('a starting worker frees predecessors that an older version left behind', async () => {
  const { old, draft } = await renewedByHand();
  await sql`update entitlements set deleted = true where id = ${draft.id}`;
  const gateway = new EntitlementsGateway({ client: temporal, taskQueue: 'allot', store: createLedgerStore(sql) });
  const watching = watchLostSuccessors({ sql, gateway, log: createLogger('test') });
  await soon(async () => expect(await entitlement(old.id)).toMatchObject({ renewedById: null }));
  await watching.stop();
});

test('an entitlement keeps taking cases while its successor is lost', async () => {
  const { active, successorId } = await accepted();
  const [{ status }] = await Promise.all([attach(active), post(`${successorId}/cancel`)]);
  expect(status).toBe(201);
  const rows = await ledger(active.id);
  expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1));
});
