import { expect, test } from 'vitest';
import {
  type Answer,
  aCustomer,
  aDraft,
  anActive,
  ask,
  attach,
  ledger,
  type ProblemView,
} from '../../support/api-client.ts';
import { dayFromNow } from '../../support/days.ts';
import { unique } from '../../support/unique.ts';

/** Keys under which entitlements tell each other about cases are refused to callers, at each door that takes a key. */

type Ask = (key: string) => Promise<Answer<ProblemView>>;
const post =
  (path: string, body: object): Ask =>
  (key) =>
    ask<ProblemView>('POST', path, body, { key });

const STARTS = ['lost:', 'moved:', 'spill:', 'spilled:'];
const RULE = 'must not begin with lost:, moved:, spill: or spilled:';

async function doors() {
  const customerId = await aCustomer();
  const active = await anActive(customerId);
  const draft = await aDraft(customerId);
  const { id } = (await attach(active)).body;
  const term = {
    name: 'New',
    customerId,
    startDate: dayFromNow(0),
    endDate: dayFromNow(9),
    allocationType: 'unlimited',
  };
  const asks: Record<string, Ask> = {
    'a case': post('/v1/cases', { id: unique('case'), customerId, entitlementId: active.id }),
    'a resolve': post(`/v1/cases/${id}/resolve`, {}),
    'a cancel': post(`/v1/cases/${id}/cancel`, {}),
    'a decrement': post(`/v1/cases/${id}/decrement`, {}),
    'a list of events': (key) =>
      ask<ProblemView>('POST', '/v1/case-events', { events: [{ kind: 'cancel', key, caseId: id }] }),
    'a draft': post('/v1/entitlements', term),
    'an activation': post(`/v1/entitlements/${draft.id}/activate`, {}),
    'a cancellation': post(`/v1/entitlements/${active.id}/cancel`, {}),
    'a top-up': post(`/v1/entitlements/${active.id}/top-ups`, { amount: 1 }),
  };
  return { active, draft, asks };
}

test('at every door, and nothing is decided under them', async () => {
  const { active, draft, asks } = await doors();
  const before = [await ledger(active.id), await ledger(draft.id)];
  for (const [door, send] of Object.entries(asks))
    for (const start of STARTS) {
      const { status, body } = await send(`${start}${unique('case')}:1`);
      expect([door, status, body.code, body.detail]).toEqual([
        door,
        400,
        'validation_failed',
        expect.stringContaining(RULE),
      ]);
    }
  expect([await ledger(active.id), await ledger(draft.id)]).toEqual(before);
});
