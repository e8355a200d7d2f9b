import { beforeAll, describe, expect, test } from 'vitest';
import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import {
  aCustomer,
  anActive,
  ask,
  attach,
  type CaseView,
  entitlement,
  onCase,
  type ProblemView,
} from '../../support/api-client.ts';
import { aKey, as } from '../../support/callers.ts';
import { unique } from '../../support/unique.ts';

/** What a route does for some of its roles alone: `control_decrement_term` and `override`. */

let active: EntitlementView;
let agent: string;
let manager: string;
beforeAll(async () => {
  active = await anActive(await aCustomer(), { totalTerm: 50 });
  [agent, manager] = [(await aKey('csr')).key, (await aKey('csr_manager')).key];
});

const refused = (
  { status, body }: { status: number; body: Partial<ProblemView> },
  field: string,
  privilege = 'control_decrement_term',
) => {
  expect([status, body.code, body.errors?.map((error) => error.field)]).toEqual([403, 'forbidden', [field]]);
  expect(body.detail).toBe(
    `The role csr does not have the privilege ${privilege}. These roles have it: system_administrator, csr_manager.`,
  );
};

describe('without control_decrement_term', () => {
  test('a case that takes nothing cannot be attached, and is not recorded', async () => {
    const id = unique('case');
    const more = { id, decrementEntitlementTerm: false };
    refused(await attach(active, more, as(agent)), 'decrementEntitlementTerm');
    refused(await attach(active, more, as(agent, { prefer: 'respond-async' })), 'decrementEntitlementTerm');
    expect((await ask('GET', `/v1/cases/${id}`)).status).toBe(404);
  });

  test('whether a case takes term cannot be changed, and what it took stays taken', async () => {
    const { body: supportCase } = await attach(active, {}, as(agent));
    const { remainingTerm } = await entitlement(active.id);
    for (const decrementEntitlementTerm of [false, true])
      refused(
        await ask('PATCH', `/v1/cases/${supportCase.id}`, { decrementEntitlementTerm }, as(agent)),
        'decrementEntitlementTerm',
      );
    expect((await onCase(supportCase.id, 'decrement', {}, as(agent))).status).toBe(403);
    expect((await entitlement(active.id)).remainingTerm).toBe(remainingTerm);
  });

  test('a list of events that needs the privilege anywhere is refused as a whole', async () => {
    const [one, other] = [unique('case'), unique('case')];
    const attaching = (caseId: string) => ({
      kind: 'attach',
      key: unique('key'),
      caseId,
      customerId: active.customerId,
      entitlementId: active.id,
    });
    const post = (second: Record<string, unknown>) =>
      ask<ProblemView>('POST', '/v1/case-events', { events: [attaching(one), second] }, as(agent));
    const keyed = { key: unique('key'), caseId: one };
    refused(await post({ ...attaching(other), decrementEntitlementTerm: false }), 'events.1.decrementEntitlementTerm');
    refused(
      await post({ kind: 'update', ...keyed, decrementEntitlementTerm: true }),
      'events.1.decrementEntitlementTerm',
    );
    refused(await post({ kind: 'decrement', ...keyed }), 'events.1.kind');
    expect((await ask('GET', `/v1/cases/${one}`)).status).toBe(404);
  });

  test('everything else about a case may be changed, and it may be attached as one that takes term', async () => {
    const attached = await attach(active, { decrementEntitlementTerm: true }, as(agent));
    expect([attached.status, attached.body.change]).toEqual([201, -1]);
    const patched = await ask<CaseView>('PATCH', `/v1/cases/${attached.body.id}`, { minutes: 5 }, as(agent));
    expect([patched.status, patched.body.minutes]).toEqual([200, 5]);
  });
});

test('with control_decrement_term all of it is allowed', async () => {
  const { status, body } = await attach(active, { decrementEntitlementTerm: false }, as(manager));
  expect([status, body.change]).toEqual([201, 0]);
  const again = await ask('PATCH', `/v1/cases/${body.id}`, { decrementEntitlementTerm: true }, as(manager));
  expect(again.status).toBe(200);
  const decremented = await onCase(body.id, 'decrement', {}, as(manager));
  expect([decremented.status, decremented.body.change]).toEqual([200, -1]);
});

test('only the privilege override attaches a case past exhaustion; without it, nothing is done', async () => {
  const full = await anActive(active.customerId, { totalTerm: 0 });
  const override = { reason: 'the director asked' };
  const id = unique('case');
  refused(await attach(full, { id, override }, as(agent)), 'override', 'override');
  const event = { kind: 'attach', key: unique('key'), caseId: id, customerId: full.customerId };
  const events = [{ ...event, entitlementId: full.id, override }];
  refused(await ask('POST', '/v1/case-events', { events }, as(agent)), 'events.0.override', 'override');
  const { body: supportCase } = await attach(active, {}, as(agent));
  const moving = { entitlementId: full.id, override };
  refused(await ask('PATCH', `/v1/cases/${supportCase.id}`, moving, as(agent)), 'override', 'override');
  expect((await ask('GET', `/v1/cases/${id}`)).status).toBe(404);
  const { status, body } = await attach(full, { id, override }, as(manager));
  expect([status, body.change, body.remainingTerm]).toEqual([201, -1, -1]);
});
