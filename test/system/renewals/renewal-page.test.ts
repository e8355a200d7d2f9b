import { afterEach, describe, expect, test, vi } from 'vitest';
import { LATE_DAYS } from '../../../domain/renewals/renewal-course.ts';
import { aCustomer, anActive, ask, attach, entitlement } from '../../support/api-client.ts';
import { aKey } from '../../support/callers.ts';
import { Clock } from '../../support/temporal.ts';
import { soon } from '../../support/waiting.ts';
import { anSla, aRenewal, decide, plusDays, renewalOf, shown, spelled } from './renewal-page-scenes.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('what is shown', () => {
  test('the current terms stand beside the proposed ones, in hours and words, even if they are the same', async () => {
    const slaId = await anSla();
    const hours = { allocationType: 'hours', totalTerm: 6600, period: 'quarter', tier: 'Silver', slaId };
    const channels = [{ channel: 'phone', totalTerm: 1031 }, { channel: 'email' }];
    const { renewalId } = await aRenewal({ ...hours, channels });
    const page = await shown(renewalId);
    expect(page.text('terms-head')).toBe('TermsNowProposed');
    expect(page.rows('terms').slice(0, -1)).toEqual([
      ['Tier', 'Silver', 'Silver'],
      ['Total', '110 hours a quarter', '110 hours a quarter'],
      ['Channel phone', 'up to 17 h 11 min a quarter', 'up to 17 h 11 min a quarter'],
      ['Channel email', 'covered', 'covered'],
      ['Every other channel', 'not covered', 'not covered'],
      ['SLA', 'Four hours', 'Four hours'],
    ]);
    expect(page.text('offer')).toBe('Proposed: the same terms: 110 hours a quarter');
    expect(page.text('content')).not.toMatch(/minutes \(|→|totalTerm|channel:|T\d\d:\d\d/);
  });

  test('names have their ids beside them; the last day and each step are in the zone of the entitlement', async () => {
    const { renewalId, customerId, entitlementId } = await aRenewal({ timeZone: 'Asia/Tokyo' });
    const page = await shown(renewalId);
    const { endDate } = await entitlement(entitlementId);
    expect(page.fact('facts', 'Customer')).toBe(`Customer ${customerId} ${customerId}`);
    expect(page.fact('facts', 'Entitlement')).toBe(`Test entitlement ${entitlementId}`);
    expect(page.fact('facts', 'Last day')).toBe(`${spelled(endDate)}, until midnight in Asia/Tokyo`);
    expect(page.fact('facts', 'Account manager')).toBe('Ann Account');
    expect(page.text('steps')).toMatch(/^Opened, and notice sent: \d+ \w+ \d{4}, \d\d:\d\d \(Asia\/Tokyo\)/);
    expect(page.title()).toBe(`Renewal: Test entitlement of Customer ${customerId}`);
  });

  test('without an account manager, the page says what that means', async () => {
    const { renewalId } = await aRenewal({}, { accountManager: null });
    expect((await shown(renewalId)).fact('facts', 'Account manager')).toMatch(/^nobody, so no mail was sent: /);
  });

  test('a reader who may decide but read neither customer nor entitlement sees the ids, and that the terms are missing', async () => {
    const { email, key } = await aKey('account_manager');
    const { renewalId, customerId, entitlementId } = await aRenewal(
      {},
      { accountManager: { name: 'Stand-in', email } },
    );
    // The customer has gone to somebody else since the notice.
    await ask('PUT', `/v1/customers/${customerId}`, { type: 'account', name: 'Globex' });
    const page = await shown(renewalId, '', { key });
    expect([page.fact('facts', 'Customer'), page.fact('facts', 'Entitlement')]).toEqual([customerId, entitlementId]);
    expect(page.text('unread')).toBe('Your key may not read the current terms.');
    await decide(page, 'accept');
    expect(page.text('news')).toMatch(/accepted/);
    expect(page.fact('successor-facts', 'Entitlement')).toMatch(/, which your key may not read$/);
  });

  test('a lapsed renewal shows until which day it can be accepted, and offers no snooze', async () => {
    const { renewalId, entitlementId } = await aRenewal();
    const { endDate, endsAt } = await entitlement(entitlementId);
    await new Clock(entitlementId, { renewal: 1 }).goPast(endsAt);
    await soon(async () => {
      expect((await ask('GET', `/v1/renewals/${renewalId}`)).body).toMatchObject({ stage: 'lapsed' });
    });
    const page = await shown(renewalId, '?decide=snooze');
    expect(page.text('standing')).toContain(`until ${spelled(plusDays(endDate, LATE_DAYS))}`);
    expect(page.fact('facts', 'Stage')).toContain(spelled(plusDays(endDate, LATE_DAYS)));
    expect(['accept', 'change', 'snooze', 'decline'].map(page.isOffered)).toEqual([true, true, false, true]);
    expect(
      page
        .form('snooze')
        .all()
        .some(({ isFocused }) => isFocused),
    ).toBe(false);
  });

  test('a larger proposal shows both totals, and after an acceptance with changes the accepted one as well', async () => {
    const customerId = await aCustomer();
    const active = await anActive(customerId, { totalTerm: 4, restrict: false, renewalPolicy: { noticeDays: 60 } });
    for (let index = 0; index < 6; index++) await attach(active);
    await new Clock(active.id).goToAlone(new Date(Date.parse(active.endsAt ?? '') - 60 * 86_400_000).toISOString());
    const renewalId = await renewalOf(active.id);
    const { body } = await ask<{ proposal: { kind: string; changes: { totalTerm: number } } }>(
      'GET',
      `/v1/renewals/${renewalId}`,
    );
    const { totalTerm } = body.proposal.changes;
    expect(body.proposal.kind).toBe('larger');

    const page = await shown(renewalId, '?decide=change');
    expect(page.text('offer')).toBe(`Proposed: ${totalTerm} cases instead of 4 cases`);
    expect(page.rows('terms')[1]).toEqual(['Total', '4 cases', `${totalTerm} cases`]);
    expect([page.at('total').value, page.text('unit')]).toEqual([String(totalTerm), 'cases']);
    expect(page.at('total').isFocused).toBe(true);

    await decide(page, 'change', { total: '140' });
    expect(page.text('news')).toContain('accepted');
    expect(page.text('terms-head')).toBe('TermsBeforeProposedAccepted');
    expect(page.rows('terms')[1]).toEqual(['Total', '4 cases', `${totalTerm} cases`, '140 cases']);
    const successor = await entitlement((await entitlement(active.id)).renewedById ?? '');
    expect(page.fact('successor-facts', 'Entitlement')).toBe(`${successor.name} ${successor.id}`);
    expect(page.fact('successor-facts', 'Terms')).toBe('140 cases');
    expect(page.fact('successor-facts', 'Dates')).toBe(
      `${spelled(successor.startDate)} to ${spelled(successor.endDate)}`,
    );
    expect(page.fact('successor-facts', 'Status')).toBe('waiting for its first day');
    expect(page.fact('successor-facts', 'For programs')).toBe(`GET /v1/entitlements/${successor.id}`);
    expect(page.isOffered('accept')).toBe(false);
  });
});

test('the page links to the renewal of the successor', async () => {
  const { renewalId } = await aRenewal();
  await ask('POST', `/v1/renewals/${renewalId}/accept`);
  const one = async () => Response.json({ items: [{ id: 'ren_next_1' }], nextCursor: null });
  const instead = (path: string) => (path.startsWith('/v1/renewals?entitlementId=') ? one() : undefined);
  const page = await shown(renewalId, '', { instead });
  expect(page.at('successor-facts').querySelector('a')?.href).toBe('/renewals/ren_next_1');
});
