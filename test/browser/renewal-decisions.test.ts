import type { Page, Request } from 'playwright-core';
import { describe, expect, inject, test } from 'vitest';
import { aCustomer, anActive, ask, attach, entitlement } from '../support/api-client.ts';
import { openTab, signedInWith } from '../support/browser.ts';
import { allowTrouble } from '../support/browser-watch.ts';
import { aKey } from '../support/callers.ts';
import { dayFromNow } from '../support/days.ts';
import { anSla } from '../support/slas.ts';
import { Clock } from '../support/temporal.ts';
import { aRenewal, expectDone, fact, renewalOf, shown, spelled, termsOf } from './renewal-scenes.ts';

const successorOf = async (entitlementId: string) =>
  await entitlement((await entitlement(entitlementId)).renewedById ?? '');
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** Every decision that the page sends from now on. */
function decisionsOf(page: Page): Request[] {
  const sent: Request[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') sent.push(request);
  });
  return sent;
}

describe('the link of a mail', () => {
  test('asks for a key, then brings its decision to the fore, and decides nothing by itself', async () => {
    const { renewalId } = await aRenewal();
    const page = await openTab();
    const sent = decisionsOf(page);
    const isAsked = async (title: string) => {
      await page.getByRole('dialog', { name: title }).waitFor();
      await press(page, 'Not now');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(new URL(page.url()).search).toBe('');
    };
    await page.goto(`/renewals/${renewalId}?decide=accept`);
    await page.getByLabel('API key').fill(inject('apiKey'));
    await press(page, 'Sign in');
    await isAsked('Accept the renewal');
    await page.goto(`/renewals/${renewalId}?decide=snooze`);
    await isAsked('Snooze the renewal');
    await page.goto(`/renewals/${renewalId}?decide=decline`);
    await isAsked('Decline the renewal');
    expect(sent).toEqual([]);
    expect((await ask('GET', `/v1/renewals/${renewalId}`)).body).toMatchObject({ stage: 'open' });
  });

  test('to change opens the form; a larger proposal stands in it, and what is accepted instead is shown beside it', async () => {
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

    const page = await shown(renewalId, { query: '?decide=change' });
    await page.getByRole('heading', { name: `Proposed: ${totalTerm} cases instead of 4 cases` }).waitFor();
    expect((await termsOf(page)).rows[1]).toEqual(['Total', '4 cases', `${totalTerm} cases`]);
    const total = page.getByLabel('Total, in cases');
    expect(await total.inputValue()).toBe(String(totalTerm));
    await total.fill('140');
    await press(page, 'Accept with these changes');
    await expectDone(page, 'The renewal is accepted.');
    await page.getByRole('group', { name: 'Successor' }).waitFor();
    expect((await termsOf(page)).head).toEqual(['Terms', 'Before', 'Proposed', 'Accepted']);
    expect((await termsOf(page)).rows[1]).toEqual(['Total', '4 cases', `${totalTerm} cases`, '140 cases']);

    const successor = await successorOf(active.id);
    const link = page.getByRole('group', { name: 'Successor' }).getByRole('link', { name: successor.name });
    expect(await link.getAttribute('href')).toBe(`/entitlements/${successor.id}`);
    expect(await fact(page, 'Terms').textContent()).toBe('140 cases');
    expect(await fact(page, 'Dates').textContent()).toBe(
      `${await spelled(page, successor.startDate)} to ${await spelled(page, successor.endDate)}`,
    );
    expect(await fact(page, 'Status').textContent()).toBe('waiting for its first day');
    expect(await page.getByRole('button', { name: 'Accept as proposed' }).count()).toBe(0);
  });
});

describe('a decision', () => {
  test('hours are entered as hours and sent as minutes, with another end, price and SLA', async () => {
    const slaId = await anSla({ name: `Two hours ${Date.now()}` });
    const { renewalId, entitlementId } = await aRenewal({ allocationType: 'hours', totalTerm: 1031 });
    const page = await shown(renewalId, { query: '?decide=change' });
    const total = page.getByLabel('Total, in hours');
    expect(await total.inputValue()).toBe('17.18');
    await page.getByRole('group', { name: 'Allotment' }).getByText('17 h 11 min').waitFor();
    await total.fill('20.5');
    await page.getByRole('group', { name: 'Allotment' }).getByText('20 h 30 min').waitFor();
    await page.getByLabel('Last day (empty: same length as before)').fill(dayFromNow(100));
    const sla = page.getByRole('combobox', { name: 'SLA' });
    await sla.fill('Two hours');
    await page.getByRole('option', { name: 'Two hours' }).last().click();
    await page.getByRole('combobox', { name: 'When nothing is left' }).click();
    await page.getByRole('option', { name: 'Allow and charge them' }).click();
    await page.getByLabel('Price of one hour').fill('89.90');
    await press(page, 'Accept with these changes');
    await expectDone(page, 'The renewal is accepted.');
    expect(await successorOf(entitlementId)).toMatchObject({
      totalTerm: 1230,
      endDate: dayFromNow(100),
      slaId,
      overage: 'charge',
      overagePrice: { unitPrice: '89.90', currency: 'EUR' },
    });
  });

  test('sends no field that is left as proposed; a change needs at least one, and a refused one is named', async () => {
    const { renewalId, entitlementId } = await aRenewal({ allocationType: 'hours', totalTerm: 1031 });
    const page = await shown(renewalId, { query: '?decide=change' });
    const sent = decisionsOf(page);
    await press(page, 'Accept with these changes');
    await page.getByRole('alert').filter({ hasText: 'You have not changed anything yet' }).waitFor();
    expect(sent).toEqual([]);
    allowTrouble(page, /status of 400/);
    const end = page.getByLabel('Last day (empty: same length as before)');
    await end.fill('2020-01-01');
    await press(page, 'Accept with these changes');
    await page.getByRole('alert').first().waitFor();
    expect(await end.getAttribute('aria-invalid')).toBe('true');
    await end.fill(dayFromNow(100));
    await press(page, 'Accept with these changes');
    await expectDone(page, 'The renewal is accepted.');
    expect(sent.at(-1)?.postDataJSON()).toEqual({ changes: { endDate: dayFromNow(100) } });
    expect(await successorOf(entitlementId)).toMatchObject({ totalTerm: 1031, endDate: dayFromNow(100) });
  });

  test('of an unlimited entitlement has no total to enter, and another end can be accepted', async () => {
    const unlimited = { allocationType: 'unlimited', totalTerm: null, restrict: false };
    const { renewalId, entitlementId } = await aRenewal(unlimited);
    const page = await shown(renewalId, { query: '?decide=change' });
    expect((await termsOf(page)).rows[1]).toEqual(['Total', 'unlimited', 'unlimited']);
    expect(await page.getByLabel(/^Total/).count()).toBe(0);
    await page.getByLabel('Last day (empty: same length as before)').fill(dayFromNow(100));
    await press(page, 'Accept with these changes');
    await expectDone(page, 'The renewal is accepted.');
    expect(await successorOf(entitlementId)).toMatchObject({ totalTerm: null, endDate: dayFromNow(100) });
  });

  test('to snooze ends on a day of the zone, however far from UTC that is', async () => {
    const { renewalId } = await aRenewal({ timeZone: 'America/New_York' });
    const page = await shown(renewalId);
    await press(page, 'Snooze');
    await page.getByLabel('Remind again on').fill(dayFromNow(30));
    await page.getByText('The entitlement ends before that day').waitFor();
    await page.getByLabel('Remind again on').fill(dayFromNow(5));
    await page.getByRole('dialog').getByRole('button', { name: 'Snooze', exact: true }).click();
    await expectDone(page, 'The renewal is snoozed.');
    // The page reads the renewal again after it said that it is done.
    await expect
      .poll(() => fact(page, 'Stage').textContent())
      .toBe(`Snoozed until ${await spelled(page, dayFromNow(5))} (America/New_York)`);
  });

  test('that is clicked twice, by keyboard alone, is taken once', async () => {
    const { renewalId, entitlementId } = await aRenewal();
    const page = await shown(renewalId);
    const sent = decisionsOf(page);
    await page.getByRole('button', { name: 'Accept as proposed' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Accept the renewal' });
    await dialog.getByText('starts when the entitlement ends').waitFor();
    await dialog.getByRole('button', { name: 'Accept as proposed' }).dblclick();
    await expectDone(page, 'The renewal is accepted.');
    expect(sent.map((request) => request.url()).filter((url) => url.endsWith('/accept'))).toHaveLength(1);
    await page.getByRole('group', { name: 'Successor' }).waitFor();
    expect((await ask('GET', `/v1/renewals/${renewalId}`)).body).toMatchObject({
      stage: 'accepted',
      successorId: (await entitlement(entitlementId)).renewedById,
    });
  });

  test('that somebody else took meanwhile is shown, and nothing more is decided', async () => {
    const { renewalId } = await aRenewal();
    const page = await shown(renewalId, { query: '?decide=accept' });
    const accept = page.getByRole('dialog').getByRole('button', { name: 'Accept as proposed' });
    await accept.waitFor();
    await ask('POST', `/v1/renewals/${renewalId}/decline`, { reason: 'They leave' });
    allowTrouble(page, /status of 409/);
    await accept.click();
    const news = page.getByRole('status').filter({ hasText: 'Changed by somebody else' });
    await news.waitFor();
    expect(await news.textContent()).toContain('Your decision was not taken.');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect([await fact(page, 'Stage').textContent(), await fact(page, 'Reason').textContent()]).toEqual([
      'Declined',
      'They leave',
    ]);
    expect(await page.getByRole('button', { name: 'Accept as proposed' }).count()).toBe(0);
  });

  test('to accept a proposal that changed since it was read is not sent; the new one is shown', async () => {
    const { renewalId } = await aRenewal();
    const page = await shown(renewalId, { query: '?decide=accept' });
    await page.getByRole('dialog').getByText('the same terms: 3 cases').waitFor();
    const sent = decisionsOf(page);
    await page.route(`**/v1/renewals/${renewalId}`, async (route) => {
      const response = await route.fetch();
      const body = await response.json();
      const proposal = { ...body.proposal, kind: 'larger', changes: { totalTerm: 90 } };
      await route.fulfill({ response, json: { ...body, proposal } });
    });
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Accept as proposed' }).click();
    await dialog.getByRole('alert').filter({ hasText: 'Changed by somebody else' }).waitFor();
    await dialog.getByText('90 cases instead of 3 cases').waitFor();
    expect(sent).toEqual([]);
  });

  test('whose answer is lost may have arrived: the page says so, and the same decision again is taken once', async () => {
    const { renewalId } = await aRenewal();
    const page = await shown(renewalId, { query: '?decide=decline' });
    const sent = decisionsOf(page);
    allowTrouble(page, /net::ERR_FAILED/);
    await page.route('**/decline', async (route) => {
      await route.fetch();
      await route.abort();
    });
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('They leave');
    await dialog.getByRole('button', { name: 'Decline' }).click();
    await dialog.getByText('it is taken only once').waitFor();
    expect(await dialog.getByLabel('Reason').inputValue()).toBe('They leave');
    await page.unroute('**/decline');
    await dialog.getByRole('button', { name: 'Decline' }).click();
    await expectDone(page, 'The renewal is declined.');
    const keys = sent.map((request) => request.headers()['idempotency-key']);
    expect(keys).toHaveLength(2);
    expect(keys[0]).toMatch(/.{16}/);
    expect(keys[0]).toBe(keys[1]);
  });
});

describe('by role', () => {
  test('a reader who may not decide is told whom to ask, also by the link of a mail', async () => {
    const { renewalId } = await aRenewal();
    const { key } = await aKey('viewer');
    const page = await shown(renewalId, { key, query: '?decide=accept' });
    await page.getByText('The role viewer may not decide renewals.').waitFor();
    await page.getByText('Ask the account manager of the customer, a CSR manager or an administrator.').waitFor();
    for (const name of ['Accept as proposed', 'Decline', 'Snooze'])
      expect(await page.getByRole('button', { name }).count()).toBe(0);
  });

  test('who may decide but read neither customer nor entitlement sees their ids, and that the terms are missing', async () => {
    const { email, key } = await aKey('account_manager');
    const { renewalId, customerId, entitlementId } = await aRenewal(
      {},
      { accountManager: { name: 'Stand-in', email } },
    );
    // The customer has gone to somebody else since the notice.
    await ask('PUT', `/v1/customers/${customerId}`, { type: 'account', name: 'Globex' });
    const page = await shown(renewalId, { key });
    allowTrouble(page, /status of 40[34]/);
    expect([await fact(page, 'Customer').textContent(), await fact(page, 'Entitlement').textContent()]).toEqual([
      customerId,
      entitlementId,
    ]);
    await page.getByText('You may not read the current terms.').waitFor();
    await press(page, 'Accept as proposed');
    await page.getByRole('dialog').getByRole('button', { name: 'Accept as proposed' }).click();
    await expectDone(page, 'The renewal is accepted.');
    await page.getByText(', which you may not read').waitFor();
  });

  test('the page leads on to the renewal of the successor', async () => {
    const { renewalId } = await aRenewal();
    await ask('POST', `/v1/renewals/${renewalId}/accept`);
    const page = await signedInWith(inject('apiKey'));
    await page.route('**/v1/renewals?entitlementId=*', (route) =>
      route.fulfill({ json: { items: [{ id: 'ren_next_1' }], nextCursor: null } }),
    );
    await page.goto(`/renewals/${renewalId}`);
    const link = page.getByRole('group', { name: 'Successor' }).getByRole('link', { name: 'Open' });
    await link.waitFor();
    expect(await link.getAttribute('href')).toBe('/renewals/ren_next_1');
  });
});
