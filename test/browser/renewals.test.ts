import { describe, expect, inject, test } from 'vitest';
import { LATE_DAYS } from '../../domain/renewals/renewal-course.ts';
import { aCustomer, anActive, ask, entitlement } from '../support/api-client.ts';
import { signedInWith } from '../support/browser.ts';
import { allowTrouble } from '../support/browser-watch.ts';
import { aKey } from '../support/callers.ts';
import { dayFromNow } from '../support/days.ts';
import { anSla } from '../support/slas.ts';
import { Clock } from '../support/temporal.ts';
import { soon } from '../support/waiting.ts';
import { aRenewal, fact, plusDays, shown, spelled, termsOf } from './renewal-scenes.ts';

describe('the page of a renewal', () => {
  test('shows the current terms beside the proposed ones, in hours and words, even if they are the same', async () => {
    const slaId = await anSla();
    const hours = { allocationType: 'hours', totalTerm: 6600, period: 'quarter', tier: 'Silver', slaId };
    const { renewalId } = await aRenewal({
      ...hours,
      channels: [{ channel: 'phone', totalTerm: 1031 }, { channel: 'email' }],
    });
    const page = await shown(renewalId);
    const { head, rows } = await termsOf(page);
    expect(head).toEqual(['Terms', 'Now', 'Proposed']);
    expect(rows.slice(0, -1)).toEqual([
      ['Tier', 'Silver', 'Silver'],
      ['Total', '110 h a quarter', '110 h a quarter'],
      ['Channel phone', 'up to 17 h 11 min a quarter', 'up to 17 h 11 min a quarter'],
      ['Channel email', 'covered', 'covered'],
      ['Every other channel', 'not covered', 'not covered'],
      ['SLA', 'Four hours', 'Four hours'],
    ]);
    await page.getByRole('heading', { name: 'Proposed: the same terms: 110 h a quarter' }).waitFor();
    await page.getByText('Counted until').waitFor();
    expect(await page.locator('main').textContent()).not.toMatch(/minutes \(|→|totalTerm|channel:|T\d\d:\d\d/);
  });

  test('has ids beside names, says the last day and each step in the zone of the entitlement, and links to the list', async () => {
    const { renewalId, customerId, entitlementId } = await aRenewal({ timeZone: 'Asia/Tokyo' });
    const page = await shown(renewalId);
    const { endDate } = await entitlement(entitlementId);
    expect(await fact(page, 'Customer').textContent()).toBe(`Customer ${customerId} ${customerId}`);
    expect(await fact(page, 'Entitlement').textContent()).toBe(`Test entitlement ${entitlementId}`);
    expect(await fact(page, 'Last day').textContent()).toBe(
      `${await spelled(page, endDate)}, until midnight in Asia/Tokyo`,
    );
    expect(await fact(page, 'Decide by').textContent()).toBe(await spelled(page, endDate));
    expect(await fact(page, 'Account manager').textContent()).toContain('Ann Account');
    const steps = page.getByRole('listitem').filter({ hasText: 'Task opened and notice sent' });
    expect(await steps.textContent()).toMatch(/\d+ \w+ \d{4}, \d\d:\d\d \(Asia\/Tokyo\)/);
    expect(await page.title()).toBe('Renewal of Test entitlement · Allot');
    await page.getByRole('link', { name: 'All open renewals' }).click();
    await page.getByRole('heading', { level: 1, name: 'Renewals', exact: true }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/renewals');
  });

  test('says what it means that there is no account manager', async () => {
    const { renewalId } = await aRenewal({}, { accountManager: null });
    const page = await shown(renewalId);
    expect(await fact(page, 'Account manager').textContent()).toMatch(/^nobody, so no mail was sent: /);
  });

  test('of a lapsed renewal says until which day it can be accepted; a link to snooze says why that is over', async () => {
    const { renewalId, entitlementId } = await aRenewal();
    const { endDate, endsAt } = await entitlement(entitlementId);
    await new Clock(entitlementId, { renewal: 1 }).goPast(endsAt);
    await soon(async () => {
      expect((await ask('GET', `/v1/renewals/${renewalId}`)).body).toMatchObject({ stage: 'lapsed' });
    });
    const page = await shown(renewalId, { query: '?decide=snooze' });
    const last = await spelled(page, plusDays(endDate, LATE_DAYS));
    await page.getByText(`You can still accept or decline it until ${last}.`).waitFor();
    expect(await fact(page, 'Stage').textContent()).toContain(last);
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.getByRole('status').filter({ hasText: 'no longer snooze it' }).waitFor();
    const snooze = page.getByRole('button', { name: 'Snooze' });
    expect(await snooze.getAttribute('aria-disabled')).toBe('true');
    for (const name of ['Accept as proposed', 'Change, then accept', 'Decline'])
      expect([name, await page.getByRole('button', { name }).getAttribute('aria-disabled')]).toEqual([name, null]);
  });

  test('of an unknown renewal says what may be wrong', async () => {
    const page = await signedInWith(inject('apiKey'));
    allowTrouble(page, /status of 404/);
    await page.goto('/renewals/ren_none_1');
    await page.getByText('Check that the link is complete.').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('There is no renewal ren_none_1');
  });

  test('that cannot be read says what to do, and its button tries again', async () => {
    const { renewalId, customerId } = await aRenewal();
    const page = await signedInWith(inject('apiKey'));
    allowTrouble(page, /net::ERR_FAILED/);
    await page.route(`**/v1/renewals/${renewalId}`, (route) => route.abort());
    await page.goto(`/renewals/${renewalId}`);
    await page.getByRole('alert').filter({ hasText: 'Allot does not answer' }).waitFor();
    await page.unroute(`**/v1/renewals/${renewalId}`);
    await page.getByRole('button', { name: 'Try again' }).click();
    await fact(page, 'Customer').filter({ hasText: customerId }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });
});

describe('the list of renewals', () => {
  const AT_ONCE = 7;

  async function aManager() {
    const { email, key } = await aKey('account_manager');
    return { manager: { name: 'Ann Account', email: email ?? '' }, key };
  }

  /** Open renewals of one customer of the manager's, ending that many days from now; their entitlements in this order. */
  async function renewalsEnding(manager: { name: string; email: string }, ...days: number[]) {
    const customerId = await aCustomer({ accountManager: manager });
    const made: { id: string }[] = [];
    // A few at a time: the test is about the list, not about load.
    for (let from = 0; from < days.length; from += AT_ONCE)
      made.push(
        ...(await Promise.all(
          days.slice(from, from + AT_ONCE).map((day) =>
            anActive(customerId, {
              name: `Ends in ${day}`,
              endDate: dayFromNow(day),
              renewalPolicy: { noticeDays: day + 10 },
            }),
          ),
        )),
      );
    await soon(async () => {
      const { body } = await ask<{ items: unknown[] }>('GET', `/v1/renewals?customerId=${customerId}&limit=200`);
      expect(body.items).toHaveLength(days.length);
    });
    return { customerId, ids: made.map(({ id }) => id) };
  }

  test('shows an account manager the open renewals of the own customers, those that end first at the top, and as a board', async () => {
    const { manager, key } = await aManager();
    const { customerId, ids } = await renewalsEnding(manager, 40, 20, 30);
    await renewalsEnding((await aManager()).manager, 25);
    await ask('POST', `/v1/renewals/ren_${ids[2]}_1/snooze`, { until: dayFromNow(5) });
    const page = await signedInWith(key);
    await page.goto('/renewals');
    const links = page.getByRole('table').getByRole('link', { name: /^Ends in/ });
    await links.first().waitFor();
    expect(await links.allInnerTexts()).toEqual(['Ends in 20', 'Ends in 30', 'Ends in 40']);
    expect(await links.first().getAttribute('href')).toBe(`/renewals/ren_${ids[1]}_1`);
    const row = page.getByRole('row').filter({ hasText: 'Ends in 20' });
    for (const text of [`Customer ${customerId}`, 'Undecided', 'Ann Account', 'The same terms: 3 cases', /in \d+ days/])
      expect(await row.getByText(text).count()).toBe(1);

    await page.getByText('Board', { exact: true }).click();
    const column = (name: string) => page.getByRole('region', { name, exact: true });
    await column('Undecided').getByRole('link', { name: 'Ends in 20' }).waitFor();
    expect(await column('Undecided').getByRole('link', { name: /^Ends/ }).allInnerTexts()).toEqual([
      'Ends in 20',
      'Ends in 40',
    ]);
    await column('Snoozed').getByRole('link', { name: 'Ends in 30' }).waitFor();
    await column('Lapsed').getByText('None').waitFor();

    // The address holds the choice: the same page again, and one stage of it.
    expect(new URL(page.url()).search).toBe('?view=board');
    await page.goto('/renewals?stage=snoozed');
    await links.first().waitFor();
    expect(await links.allInnerTexts()).toEqual(['Ends in 30']);
  });

  test('comes page by page, each renewal once', async () => {
    const { manager, key } = await aManager();
    const days = Array.from({ length: 28 }, (_, index) => index + 1);
    await renewalsEnding(manager, ...days);
    const page = await signedInWith(key);
    await page.goto('/renewals');
    const links = page.getByRole('table').getByRole('link', { name: /^Ends in/ });
    await page.getByText('25 shown').waitFor();
    const first = await links.allInnerTexts();
    await page.getByRole('button', { name: 'Next page' }).click();
    await page.getByText('3 shown').waitFor();
    expect([...first, ...(await links.allInnerTexts())]).toEqual(days.map((day) => `Ends in ${day}`));
  });

  test('says in words that there is nothing to decide', async () => {
    const page = await signedInWith((await aManager()).key);
    await page.goto('/renewals');
    await page.getByText('There is no renewal to decide').waitFor();
    expect(await page.getByText('Account managers see the renewals of their own customers.').count()).toBe(1);
  });
});
