import { expect, test } from 'vitest';
import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import { findEntitlement } from '../../../db/entitlements/entitlements.ts';
import { existenceOf } from '../../../db/entitlements/existence.ts';
import { acceptedDetails } from '../../../domain/entitlements/successor-details.ts';
import { type EntitlementId, entitlementId } from '../../../domain/ids.ts';
import { refusalError } from '../../../domain/refusals.ts';
import { EntitlementMaker } from '../../../temporal/entitlement-maker.ts';
import { successorIdOf } from '../../../temporal/successor-maker.ts';
import { creationOf } from '../../../workflows/entitlements/run-input.ts';
import { aCustomer, anActive, ask, attach, type CaseView, entitlement, ledger } from '../../support/api-client.ts';
import { DAY_MS, dayFromNow } from '../../support/days.ts';
import { Clock, temporal } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';
import { gateway, sql } from '../renewals/opportunity-scenes.ts';
import { only, type RenewalView } from '../renewals/renewal-scenes.ts';

const GRACE_DAYS = 30;
/** It ends in three weeks. */
const withGrace = async (more: Record<string, unknown> = {}): Promise<EntitlementView> => {
  const term = { startDate: dayFromNow(-340), endDate: dayFromNow(20), timeZone: 'UTC', totalTerm: 10 };
  return await anActive(await aCustomer(), { ...term, graceDays: GRACE_DAYS, ...more });
};

const daysAfter = ({ endsAt }: EntitlementView, days: number) => new Date(Date.parse(endsAt ?? '') + days * DAY_MS);
/** The day after the last one, and later ones. */
const dayAfter = (old: EntitlementView, days = 0) => daysAfter(old, days).toISOString().slice(0, 10);

const caseOf = async (id: string) => (await ask<CaseView & { inGrace: boolean }>('GET', `/v1/cases/${id}`)).body;

interface Lapsed {
  readonly old: EntitlementView;
  /** A case that attached before the end. */
  readonly before: string;
  /** Cases that attached one and six days after the end. */
  readonly inGrace: readonly string[];
}

/** Lets an entitlement end by itself, with a case before its end and two in its grace. */
async function ended(old: EntitlementView, clock: Clock): Promise<Lapsed> {
  const before = (await attach(old)).body.id;
  await clock.goPast(old.endsAt);
  await soon(async () => expect(await entitlement(old.id)).toMatchObject({ status: 'expired' }));
  const inGrace: string[] = [];
  for (const days of [1, 5]) {
    await clock.skip(days * DAY_MS);
    const taken = await attach(old);
    expect(taken).toMatchObject({ status: 201, body: { inGrace: true, change: -1 } });
    inGrace.push(taken.body.id);
  }
  expect(await entitlement(old.id)).toMatchObject({
    ...{ remainingTerm: 7, openCases: 3, renewed: false },
    graceEndsAt: daysAfter(old, GRACE_DAYS).toISOString(),
  });
  return { old, before, inGrace };
}

/** The successor follows without a gap: the cases of the grace are its own, the grace is over, and new cases are its own. */
async function followsWithoutGap({ old, before, inGrace }: Lapsed, successorId: string): Promise<void> {
  const successor = await entitlement(successorId);
  expect(successor).toMatchObject({
    status: 'active',
    startDate: dayAfter(old),
    startsAt: old.endsAt,
    renewsId: old.id,
  });
  await soon(async () => {
    for (const id of inGrace)
      expect(await caseOf(id)).toMatchObject({ entitlementId: successorId, inGrace: false, status: 'active' });
    expect(await entitlement(successorId)).toMatchObject({ remainingTerm: 8, openCases: 2 });
    expect(await entitlement(old.id)).toMatchObject({ remainingTerm: 9, openCases: 1, graceEndsAt: null });
  });
  expect(await caseOf(before)).toMatchObject({ entitlementId: old.id, inGrace: false });

  expect(await attach(old)).toMatchObject({ status: 422, body: { code: 'expired' } });
  const further = await ask<CaseView>('POST', '/v1/cases', { id: unique('case'), customerId: old.customerId });
  expect(further).toMatchObject({ status: 201, body: { entitlementId: successorId, inGrace: false } });

  const rows = (await ask<{ items: { kind: string; facts: unknown }[] }>('GET', `/v1/entitlements/${old.id}/ledger`))
    .body;
  const starts = rows.items.filter(({ kind }) => kind === 'successor_starts');
  expect(starts.map(({ facts }) => facts)).toMatchObject([{ successorId, startsAt: old.endsAt }]);
  for (const id of inGrace) {
    const kinds = async (of: string) =>
      (await ledger(of)).filter(({ caseId }) => caseId === id).map(({ kind }) => kind);
    expect([await kinds(old.id), await kinds(successorId)]).toEqual([['attached', 'detached'], ['attached']]);
  }
}

test('an entitlement that ended by itself is renewed late by hand, and its successor takes over the cases of the grace', async () => {
  const old = await withGrace();
  const startDate = dayAfter(old);
  const lapsed = await ended(old, new Clock(old.id));
  const path = `/v1/entitlements/${old.id}/renew`;
  const [body, key] = [{ startDate, reason: 'Paid late' }, unique('renew')];
  const { status, body: draft } = await ask<EntitlementView>('POST', path, body, { key });
  expect([status, draft.status, draft.startDate]).toEqual([201, 'draft', startDate]);
  await new Clock(draft.id).skip(30 * DAY_MS);
  expect((await ask('POST', `/v1/entitlements/${draft.id}/activate`)).status).toBe(200);
  await followsWithoutGap(lapsed, draft.id);
  expect(await ask('POST', path, body, { key })).toMatchObject({ status: 201, body: { id: draft.id } });
});

/**
 * The draft that the acceptance will make, as if an earlier try had made it: a workflow's time moves only once it runs,
 * and the successor must not begin before its predecessor's end.
 */
async function successorInTime(id: EntitlementId, renewal: RenewalView, startDate: string): Promise<void> {
  const predecessor = await findEntitlement(sql, id);
  if (predecessor === undefined) throw new Error(`${id} is not there`);
  const successorId = successorIdOf(renewal.id);
  const details = acceptedDetails(predecessor, { ...renewal.proposal.changes, startDate }, predecessor.updatedAt);
  const maker = new EntitlementMaker({ gateway, existenceOf: (one) => existenceOf(sql, one) });
  const creation = creationOf({ id: successorId, details, by: 'tests' }, id);
  await maker.makeDraft({
    id: successorId,
    creation,
    whenDeleted: () => refusalError('wrong_state', 'It was deleted.'),
  });
  await new Clock(successorId).skip(30 * DAY_MS);
}

/** How somebody accepts a renewal with a start. Each answers the successor, once by its key. */
const DOORS = {
  'by its account manager': {
    startField: 'startDate',
    accept: async ({ id }: RenewalView, startDate: string, key: string) => {
      const body = { startDate, reason: 'Paid late' };
      const answer = await ask<RenewalView>('POST', `/v1/renewals/${id}/accept`, body, { key });
      return { ...answer, successorId: answer.body.successorId };
    },
  },
  'by a won opportunity': {
    startField: 'entitlement.startDate',
    accept: async ({ id: renewalId, customerId }: RenewalView, startDate: string, key: string) => {
      const body = { id: key, status: 'closed_won', customerId, renewalId, entitlement: { startDate } };
      const answer = await ask<EntitlementView>('POST', '/v1/opportunities', body);
      return { ...answer, successorId: answer.body.id };
    },
  },
};

test.each(Object.entries(DOORS))(
  'a lapsed renewal is accepted late %s, and its successor takes over the cases of the grace',
  async (_who, { startField, accept }) => {
    const old = await withGrace({ renewalPolicy: { noticeDays: 60, reminderDays: 0, escalationDays: 0 } });
    const id = entitlementId(old.id);
    const renewal = await only(id);
    const tooEarly = await accept(renewal, dayAfter(old), unique('early'));
    expect(tooEarly).toMatchObject({ status: 409, body: { code: 'wrong_state', errors: [{ field: startField }] } });
    await new Clock(id, { renewal: 1 }).goPast(old.endsAt);
    await soon(async () => expect(await only(id)).toMatchObject({ stage: 'lapsed', isOver: false }));
    // An entitlement's time cannot be moved while its renewal runs; the acceptance starts it again from its record.
    await temporal.workflow.getHandle(`renewal/${id}/1`).terminate('the time of its entitlement is moved');
    const lapsed = await ended(old, new Clock(id));

    const wrong = await accept(renewal, dayAfter(old, 1), unique('wrong'));
    expect(wrong).toMatchObject({ status: 400, body: { code: 'validation_failed', errors: [{ field: startField }] } });
    await successorInTime(id, renewal, dayAfter(old));
    const key = unique('accept');
    const { status, successorId } = await accept(renewal, dayAfter(old), key);
    expect([status < 300, await only(id)]).toMatchObject([true, { stage: 'accepted', isOver: true, successorId }]);
    await followsWithoutGap(lapsed, successorId ?? '');
    expect(await accept(renewal, dayAfter(old), key)).toMatchObject({ status, successorId });
    expect((await accept(renewal, dayAfter(old), unique('again'))).body).toMatchObject({ code: 'wrong_state' });
  },
);
