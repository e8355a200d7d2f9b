import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  aCustomer,
  anActive,
  ask,
  attach,
  type CaseView,
  caseEvents,
  onCase,
  type ProblemView,
} from '../../support/api-client.ts';
import { aKey, as } from '../../support/callers.ts';
import { OwnStack } from '../../support/own-stack.ts';
import { anActive as anActiveOn, must } from '../../support/records.ts';
import { unique } from '../../support/unique.ts';

interface CandidateView {
  entitlementId: string;
  name: string;
  picked: boolean;
  outcome: string;
  words: string;
}
interface DecisionView {
  at: string;
  rule: string;
  words: string;
  by: string | null;
  entitlementId: string | null;
  seq: number | null;
  movedFromId: string | null;
  overrode: string[];
  candidates: CandidateView[];
  candidatesTotal: number | null;
  spill: { minutes: number; askedIds: string[]; words: string } | null;
}
const decisionOf = async (id: string, options = {}) =>
  (await ask<{ decision: DecisionView }>('GET', `/v1/cases/${id}`, undefined, options)).body.decision;
const post = (body: Record<string, unknown>, key = unique('key')) =>
  ask<CaseView>('POST', '/v1/cases', { id: unique('case'), ...body }, { key });
const outcomes = ({ candidates }: DecisionView) =>
  candidates.map(({ entitlementId, picked, outcome }) => [entitlementId, picked, outcome]);

describe('why a case has its entitlement', () => {
  test('is what was considered when it was picked, and stays that whatever becomes of the others', async () => {
    const customerId = await aCustomer();
    const broad = await anActive(customerId, { name: 'Broad' });
    const phone = await anActive(customerId, { channels: [{ channel: 'phone', totalTerm: 2 }], name: 'Phone' });
    const email = await anActive(customerId, { channels: [{ channel: 'email', totalTerm: 2 }] });
    const { body } = await post({ customerId, channel: 'phone' });
    const decided = await decisionOf(body.id);
    expect(decided).toMatchObject({ rule: 'matching', entitlementId: phone.id, seq: body.seq, candidatesTotal: 3 });
    expect(decided.words).toContain('names the channel');
    expect(outcomes(decided)).toEqual([
      [phone.id, true, 'covers'],
      [email.id, false, 'channel_not_covered'],
      [broad.id, false, 'covers'],
    ]);
    expect(decided.candidates[2]).toMatchObject({ name: 'Broad', words: expect.stringContaining('less specific') });

    await ask('POST', `/v1/entitlements/${broad.id}/cancel`);
    await onCase(body.id, 'resolve');
    expect(await decisionOf(body.id)).toEqual(decided);
  });

  test('names the default and what it came before', async () => {
    const customerId = await aCustomer();
    const usual = await anActive(customerId);
    await ask('POST', `/v1/entitlements/${usual.id}/set-default`);
    const phone = await anActive(customerId, { channels: [{ channel: 'phone', totalTerm: 2 }] });
    const { body } = await post({ customerId, channel: 'phone' });
    const decided = await decisionOf(body.id);
    expect(decided).toMatchObject({ rule: 'default', entitlementId: usual.id });
    expect(outcomes(decided)).toEqual([
      [usual.id, true, 'covers'],
      [phone.id, false, 'covers'],
    ]);
  });

  test('is that the request named it, with what an override set aside; nothing else was judged', async () => {
    const made = await anActive(await aCustomer(), { totalTerm: 0 });
    const { body } = await attach(made, { override: { reason: 'our fault' } });
    expect(await decisionOf(body.id)).toMatchObject({
      rule: 'named',
      reason: 'our fault',
      overrode: ['exhausted'],
      words: 'The request named this entitlement. An override set aside why it would have refused: exhausted.',
      candidates: [],
      candidatesTotal: 0,
      spill: null,
    });
  });

  test('for a case without one is what each said: then it is moved by name, and taken off', async () => {
    const customerId = await aCustomer();
    const email = await anActive(customerId, { channels: [{ channel: 'email', totalTerm: 2 }] });
    const { body } = await post({ customerId, channel: 'phone' });
    const none = await decisionOf(body.id);
    expect(none).toMatchObject({ rule: 'none_covers', entitlementId: null, seq: null, candidatesTotal: 1 });
    expect(outcomes(none)).toEqual([[email.id, false, 'channel_not_covered']]);

    const other = await anActive(customerId);
    await ask('PATCH', `/v1/cases/${body.id}`, { entitlementId: other.id });
    expect(await decisionOf(body.id)).toMatchObject({ rule: 'named', entitlementId: other.id, movedFromId: null });
    await ask('PATCH', `/v1/cases/${body.id}`, { entitlementId: null });
    const off = await decisionOf(body.id);
    expect(off).toMatchObject({ rule: 'taken_off', entitlementId: other.id, candidates: [], candidatesTotal: 0 });
    expect(off.words).toContain(`took the case off the entitlement ${other.id}`);
  });

  test('after a change that moves the case by itself is what was considered for the move', async () => {
    const customerId = await aCustomer();
    const phone = await anActive(customerId, { channels: [{ channel: 'phone', totalTerm: 2 }] });
    const email = await anActive(customerId, { channels: [{ channel: 'email', totalTerm: 2 }] });
    const { body } = await post({ customerId, channel: 'phone' });
    await ask('PATCH', `/v1/cases/${body.id}`, { channel: 'email' });
    const decided = await decisionOf(body.id);
    expect(decided).toMatchObject({ rule: 'matching', entitlementId: email.id, movedFromId: phone.id });
    expect(outcomes(decided)).toEqual([
      [email.id, true, 'covers'],
      [phone.id, false, 'channel_not_covered'],
    ]);
  });

  test('of cases in a list is kept for each, and a repeated key changes nothing about it', async () => {
    const customerId = await aCustomer();
    const [one, two] = [await anActive(customerId, { totalTerm: 1, priority: 1 }), await anActive(customerId)];
    const events = [unique('a'), unique('b')].map((caseId) => ({
      kind: 'attach',
      key: unique('key'),
      caseId,
      customerId,
    }));
    await caseEvents(events);
    const [first, second] = await Promise.all(events.map(({ caseId }) => decisionOf(caseId)));
    if (first === undefined || second === undefined) throw new Error('Both cases are there.');
    expect([first.entitlementId, second.entitlementId]).toEqual([one.id, two.id]);
    expect(outcomes(second)).toEqual([
      [two.id, true, 'covers'],
      [one.id, false, 'exhausted'],
    ]);
    await anActive(customerId, { priority: 0 });
    await caseEvents(events);
    expect(await Promise.all(events.map(({ caseId }) => decisionOf(caseId)))).toEqual([first, second]);
  });

  test('shows other entitlements only to whoever may see them', async () => {
    const manager = await aKey('account_manager');
    const customerId = await aCustomer();
    const renewalPolicy = { noticeDays: 30, accountManager: { name: 'Ann', email: manager.email } };
    const own = await anActive(customerId, { priority: 1, renewalPolicy });
    await anActive(customerId, { priority: 2, name: 'Secret' });
    const { body } = await post({ customerId });
    const seen = await decisionOf(body.id, as(manager.key));
    expect(outcomes(seen)).toEqual([[own.id, true, 'covers']]);
    expect(JSON.stringify(seen)).not.toContain('Secret');
    expect(seen.candidatesTotal).toBeNull();
    const all = await decisionOf(body.id);
    expect(outcomes(all)).toHaveLength(2);
    expect(all.candidatesTotal).toBe(2);
  });
});

describe('where the organisation decides otherwise', () => {
  let stack: OwnStack;
  beforeAll(async () => {
    stack = await OwnStack.start({ temporalInMemory: true });
  });
  afterAll(async () => {
    await stack.stop();
  });
  const caseOn = async (id: string) =>
    (await must(200, stack.ask<{ decision: DecisionView }>('GET', `/v1/cases/${id}`))).decision;

  test('a refusal for want of an entitlement says what each entitlement said', async () => {
    await must(200, stack.ask('PUT', '/v1/settings', { demandEntitlement: true }));
    const made = await anActiveOn(stack, { totalTerm: 0 });
    const refused = await stack.ask<ProblemView & { candidates: CandidateView[]; candidatesTotal: number }>(
      'POST',
      '/v1/cases',
      { id: unique('case'), customerId: made.customerId },
    );
    expect([refused.status, refused.body.code, refused.body.candidatesTotal]).toEqual([422, 'no_entitlement', 1]);
    expect(refused.body.candidates).toMatchObject([
      {
        entitlementId: made.id,
        outcome: 'exhausted',
        picked: false,
        words: expect.stringContaining('Nothing is left'),
      },
    ]);
    await must(200, stack.ask('PUT', '/v1/settings', { demandEntitlement: false }));
  });

  test('a case whose minutes did not fit says who was asked for them and who took them', async () => {
    await must(200, stack.ask('PUT', '/v1/settings', { spill: true }));
    const inHours = { allocationType: 'hours', decreaseRemainingOn: 'resolution' };
    const email = 'own@example.com';
    const renewalPolicy = { noticeDays: 30, accountManager: { name: 'Own', email } };
    const own = await anActiveOn(stack, { ...inHours, totalTerm: 60, priority: 1, renewalPolicy });
    const other = await anActiveOn(stack, { ...inHours, totalTerm: 100, customerId: own.customerId, priority: 2 });
    const id = unique('case');
    await must(201, stack.ask('POST', '/v1/cases', { id, customerId: own.customerId }));
    expect((await caseOn(id)).spill).toBeNull();
    await must(200, stack.ask('POST', `/v1/cases/${id}/resolve`, { minutes: 90 }));
    const { spill, entitlementId } = await caseOn(id);
    expect([entitlementId, spill]).toEqual([
      own.id,
      expect.objectContaining({
        minutes: 30,
        askedIds: [other.id],
        words: `30 minutes did not fit into what was left. Asked to take them: ${other.id}. Taken: 30 by ${other.id}.`,
      }),
    ]);
    const { key } = await must<{ key: string }>(
      201,
      stack.ask('POST', '/v1/api-keys', { name: unique('manager'), role: 'account_manager', email }),
    );
    const answer = await fetch(`${stack.apiUrl}/v1/cases/${id}`, as(key));
    const { decision } = (await answer.json()) as { decision: DecisionView };
    expect(decision.spill).toMatchObject({
      minutes: 30,
      askedIds: [],
      words: '30 minutes did not fit into what was left. Other entitlements took 30 of them.',
    });
    expect(JSON.stringify(decision)).not.toContain(other.id);
  });
});
