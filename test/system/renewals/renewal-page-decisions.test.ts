import { afterEach, describe, expect, inject, test, vi } from 'vitest';
import { ask, entitlement } from '../../support/api-client.ts';
import { aKey } from '../../support/callers.ts';
import { dayFromNow } from '../../support/days.ts';
import { anSla, aRenewal, decide, shown, spelled } from './renewal-page-scenes.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('what is decided', () => {
  test('hours are entered as hours and sent as minutes, with another end and another SLA', async () => {
    const slaId = await anSla();
    const { renewalId, entitlementId } = await aRenewal({ allocationType: 'hours', totalTerm: 1031 });
    const page = await shown(renewalId);
    expect([page.at('total').value, page.text('total-said'), page.text('unit')]).toEqual([
      '17.18',
      '17 h 11 min',
      'hours',
    ]);
    page.at('total').value = '20.5';
    page.at('total').happen('input');
    expect(page.text('total-said')).toBe('20 h 30 min');
    await decide(page, 'change', { end: dayFromNow(100), sla: slaId });
    const { renewedById } = await entitlement(entitlementId);
    expect(await entitlement(renewedById ?? '')).toMatchObject({
      totalTerm: 1230,
      endDate: dayFromNow(100),
      slaId,
    });
  });

  test('fields that are left as proposed are not sent, and a change needs at least one field', async () => {
    const { renewalId, entitlementId } = await aRenewal({ allocationType: 'hours', totalTerm: 1031 });
    const page = await shown(renewalId);
    await decide(page, 'change');
    expect(page.text('message')).toMatch(/^You have not changed anything yet/);
    expect(page.asked.filter((request) => request.startsWith('POST'))).toEqual([]);
    await decide(page, 'change', { end: dayFromNow(100) });
    const { renewedById } = await entitlement(entitlementId);
    expect(await entitlement(renewedById ?? '')).toMatchObject({ totalTerm: 1031, endDate: dayFromNow(100) });
  });

  test('an unlimited entitlement has no total to enter, and can be accepted with another end', async () => {
    const unlimited = { allocationType: 'unlimited', totalTerm: null, restrict: false };
    const { renewalId, entitlementId } = await aRenewal(unlimited);
    const page = await shown(renewalId);
    expect(page.rows('terms')[1]).toEqual(['Total', 'unlimited', 'unlimited']);
    expect(page.at('total-field').hidden).toBe(true);
    await decide(page, 'change', { end: dayFromNow(100) });
    const { renewedById } = await entitlement(entitlementId);
    expect(await entitlement(renewedById ?? '')).toMatchObject({ totalTerm: null, endDate: dayFromNow(100) });
  });

  test('a snooze ends on a day of the zone, however far from UTC that is', async () => {
    const { renewalId } = await aRenewal({ timeZone: 'America/New_York' });
    const page = await shown(renewalId);
    await decide(page, 'snooze', { until: dayFromNow(5) });
    expect(page.fact('facts', 'Stage')).toBe(`snoozed until ${spelled(dayFromNow(5))} (America/New_York)`);
    expect(page.text('news')).toContain(spelled(dayFromNow(5)));
    expect(page.at('news').isFocused).toBe(true);
  });

  test('the page shows a decision that somebody else took meanwhile', async () => {
    const { renewalId } = await aRenewal();
    const page = await shown(renewalId);
    await ask('POST', `/v1/renewals/${renewalId}/decline`, { reason: 'They leave' });
    await decide(page, 'accept');
    expect(page.text('message')).toMatch(/renewal is/);
    expect([page.fact('facts', 'Stage'), page.fact('facts', 'Reason')]).toEqual(['declined', 'They leave']);
    expect(page.isOffered('accept')).toBe(false);
  });

  test('if the answer to a decision is lost, the page says so, and the same decision again is taken once', async () => {
    const { renewalId } = await aRenewal();
    const page = await shown(renewalId);
    const keys: unknown[] = [];
    page.instead = (path, init) => {
      if (init.method !== 'POST') return undefined;
      keys.push((init.headers as Record<string, string>)['idempotency-key']);
      return fetch(inject('apiUrl') + path, init).then(() => Promise.reject(new TypeError('the line was cut')));
    };
    await decide(page, 'decline', { reason: 'They leave' });
    expect(page.text('message')).toMatch(/cannot be reached.*taken only once/);
    page.instead = (_path, init) => {
      if (init.method === 'POST') keys.push((init.headers as Record<string, string>)['idempotency-key']);
      return undefined;
    };
    await decide(page, 'decline', { reason: 'They leave' });
    expect(page.text('news')).toBe('The renewal is declined.');
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBe(keys[1]);
  });

  test('a reader who may not decide is told whom to ask', async () => {
    const { renewalId } = await aRenewal();
    const { key } = await aKey('viewer');
    const page = await shown(renewalId, '', { key });
    await decide(page, 'accept');
    expect(page.text('message')).toMatch(/The role viewer may not do this.*Ask somebody who may do it/);
  });
});
