import type { Page, Request } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { EntitlementView } from '../../api/entitlements/entitlement-view.ts';
import { aCustomer, anActive, ask, attach, entitlement } from '../support/api-client.ts';
import { signedIn } from '../support/browser.ts';
import { violationsOf } from '../support/browser-axe.ts';
import { layoutFaults, settled, visit } from '../support/browser-layout.ts';
import { allowTrouble } from '../support/browser-watch.ts';
import { DAY_MS, dayFromNow } from '../support/days.ts';
import { unique } from '../support/unique.ts';
import { plusDays, spelled } from './renewal-scenes.ts';

/** How the dialogs show what an amendment or a pause would do, and then do exactly that. */

const terms = { totalTerm: 5, timeZone: 'UTC', startDate: dayFromNow(-20), endDate: dayFromNow(60) };
const aContract = async (more: Record<string, unknown> = {}, customer = aCustomer()) =>
  await anActive(await customer, { ...terms, ...more });

async function open({ id }: EntitlementView, name: 'amend' | 'pause' | 'resume'): Promise<Page> {
  const page = await signedIn('csr_manager');
  await visit(page, `/entitlements/${id}?dialog=${name}`);
  return page;
}

const dialog = (page: Page) => page.getByRole('dialog');
const button = (page: Page, name: string) => dialog(page).getByRole('button', { name, exact: true });
const field = (page: Page, name: string) => dialog(page).getByRole('textbox', { name, exact: true });
const why = async (page: Page, reason: string) => await field(page, 'Reason').fill(reason);

/** What the page sends to an address that ends so, in order: the query and the body. */
function sentTo(page: Page, ending: string): { readonly search: string; readonly body: unknown }[] {
  const sent: { search: string; body: unknown }[] = [];
  page.on('request', (request: Request) => {
    const { pathname, search } = new URL(request.url());
    if (request.method() === 'POST' && pathname.endsWith(ending))
      sent.push({ search, body: request.postDataJSON() as unknown });
  });
  return sent;
}

/** Shows what it would do, and reads the rows of the comparison by their field. */
async function previewOf(page: Page): Promise<Record<string, string[]>> {
  await button(page, 'Show what it would do').click();
  return await shownOf(page);
}

async function shownOf(page: Page): Promise<Record<string, string[]>> {
  const seen = dialog(page).getByRole('status', { name: 'What it would do' });
  await seen.waitFor();
  await settled(page);
  const rows = await seen
    .locator('tbody tr')
    .evaluateAll((lines) => lines.map((line) => [...line.children].map((cell) => cell.textContent ?? '')));
  return Object.fromEntries(rows.map(([name = '', ...cells]) => [name, cells]));
}

const ledgerOf = (page: Page) => dialog(page).getByRole('list', { name: 'Rows of the ledger' }).getByRole('listitem');

async function pick(page: Page, label: string, text: string): Promise<void> {
  await dialog(page).getByRole('combobox', { name: label, exact: true }).last().click();
  await page.getByRole('option', { name: text, exact: true }).click();
}

async function closed(page: Page, confirm: string): Promise<void> {
  await button(page, confirm).click();
  await dialog(page).waitFor({ state: 'detached' });
}

describe('an amendment', () => {
  test('sends what was changed in its sections and nothing else; each change is shown in words', async () => {
    const word = unique('word');
    const [customerId, contactId, productId, slaId] = [
      aCustomer(),
      unique('contact'),
      unique('product'),
      unique('sla'),
    ];
    await ask('PUT', `/v1/contacts/${contactId}`, { customerId: await customerId, name: `Ada ${word}` });
    await ask('PUT', `/v1/products/${productId}`, { name: `Pumpe ${word}` });
    await ask('PUT', `/v1/slas/${slaId}`, {
      ...{ name: `Fast ${word}`, firstResponseMinutes: 30, resolutionMinutes: null },
      calendar: { kind: '24x7' },
    });
    const made = await aContract({ channels: [{ channel: 'phone' }], tier: 'Silver' }, customerId);
    const page = await open(made, 'amend');
    const sent = sentTo(page, '/amendments');

    await button(page, 'Channels and their totals').click();
    await field(page, 'Total of the channel').fill('3');
    await button(page, 'Add a channel').click();
    await pick(page, 'Channel', 'email');
    await button(page, 'Past the allotment').click();
    await dialog(page).getByRole('radio', { name: 'Charge' }).check();
    await field(page, 'Price of one case').fill('89.90');
    await field(page, 'Currency').fill('eur');
    await button(page, 'Products, contacts and service level').click();
    await pick(page, 'Products', `Pumpe ${word}`);
    await page.keyboard.press('Escape');
    await pick(page, 'Contacts', `Ada ${word}`);
    await page.keyboard.press('Escape');
    await pick(page, 'Service level', `Fast ${word}`);
    await button(page, 'Tier and priority').click();
    await field(page, 'Tier').fill('Gold');
    await field(page, 'Priority').fill('7');
    await button(page, 'Renewal').click();
    await dialog(page).getByRole('radio', { name: 'A policy of its own' }).check();
    await field(page, 'Notice, days before the end').fill('30');
    await why(page, 'They grew.');
    // A click beside the dialog does not close it.
    await page.mouse.click(3, 400);

    const seen = await previewOf(page);
    expect(seen).toMatchObject({
      Channels: ['phone: 5 cases, 5 cases left', 'phone: 3 cases, 3 cases left; email: 5 cases, 5 cases left'],
      'Past the term': ['Refused: an exhausted entitlement takes no case', 'Charged at €89.90 for each case'],
      Products: ['all products', `Pumpe ${word}`],
      Contacts: ['all contacts of the customer', `Ada ${word}`],
      'Service level': ['none', `Fast ${word}`],
      Tier: ['Silver', 'Gold'],
      'Priority in matching': [String(made.priority), '7'],
      'Renewal policy': ['none', expect.stringContaining('notice 30')],
    });
    expect(Object.keys(seen)).toHaveLength(8);
    expect(await ledgerOf(page).allTextContents()).toEqual([expect.stringContaining('It was amended')]);
    expect(await entitlement(made.id)).toMatchObject({ tier: 'Silver', overage: 'block', channels: made.channels });

    await closed(page, 'Amend');
    const changes = {
      channels: [
        { channel: 'phone', totalTerm: 3 },
        { channel: 'email', totalTerm: null },
      ],
      overage: 'charge',
      overagePrice: { unitPrice: '89.90', currency: 'EUR', billingIncrementMinutes: 1 },
      ...{ productIds: [productId], contactIds: [contactId], slaId, tier: 'Gold', priority: 7 },
      renewalPolicy: {
        ...{ noticeDays: 30, reminderDays: 0, escalationDays: 0, propose: 'by_use' },
        ...{ accountManager: null, escalateTo: null },
      },
    };
    const body = { effective: 'now', changes, grant: 'full', reason: 'They grew.' };
    expect(sent).toEqual([
      { search: '?preview=true', body },
      { search: '', body: { ...body, token: expect.any(String) } },
    ]);
    expect(await entitlement(made.id)).toMatchObject({
      ...{ productIds: [productId], contactIds: [contactId], slaId, tier: 'Gold', priority: 7, totalTerm: 5 },
      ...{ overage: 'charge', overagePrice: changes.overagePrice, renewalPolicy: changes.renewalPolicy },
      channels: [
        { channel: 'phone', totalTerm: 3 },
        { channel: 'email', totalTerm: 5 },
      ],
    });
  });

  test('takes over a template, by its name, with what the person changes beside it', async () => {
    const name = unique('Gold');
    const { body: template } = await ask<{ id: string }>('POST', '/v1/templates', {
      ...{ name, allocationType: 'cases', totalTerm: 20, tier: 'Gold', priority: 3 },
      duration: { unit: 'years', count: 1 },
    });
    const made = await aContract();
    const page = await open(made, 'amend');
    const sent = sentTo(page, '/amendments');
    await button(page, 'Terms of a template').click();
    await pick(page, 'Template', name);
    await button(page, 'Tier and priority').click();
    await field(page, 'Priority').fill('9');
    await why(page, 'They move to gold.');
    expect(await previewOf(page)).toMatchObject({
      Template: ['none', name],
      Total: ['5 cases', '20 cases'],
      Remaining: ['5 cases', '20 cases'],
      Tier: ['none', 'Gold'],
      'Priority in matching': [String(made.priority), '9'],
    });
    await closed(page, 'Amend');
    expect(sent[0]?.body).toMatchObject({ changes: { templateId: template.id, priority: 9 } });
    expect(await entitlement(made.id)).toMatchObject({ templateId: template.id, totalTerm: 20, priority: 9 });
    await page.getByRole('tab', { name: 'Amendments' }).click();
    const listed = page.getByRole('table', { name: 'Amendments' }).getByRole('row').nth(1);
    await listed.getByText(/Total term.*Template/).waitFor();
  });

  test('of hours from a day on, prorated, with a first price, is scheduled as it was shown', async () => {
    const made = await aContract({ allocationType: 'hours', totalTerm: 600 });
    const page = await open(made, 'amend');
    const sent = sentTo(page, '/amendments');
    const day = dayFromNow(10);
    await dialog(page).getByRole('radio', { name: 'From a day on' }).check();
    await why(page, 'More from then on.');
    await field(page, 'Total: hours').fill('20');
    await field(page, 'Total: minutes').fill('30');
    await field(page, 'Price of the contract').fill('1200');
    await field(page, 'Currency of the contract').fill('eur');
    await dialog(page).getByRole('radio', { name: 'Its part for the days left' }).check();
    await button(page, 'Show what it would do').click();
    await dialog(page).getByText('Give the day.').waitFor();
    expect(sent).toEqual([]);
    await dialog(page).getByLabel('Day', { exact: true }).fill(day);
    const seen = await previewOf(page);
    expect(seen).toMatchObject({ Total: ['10 h', '20 h 30 min'], Price: ['none', '€1,200.00 for the whole term'] });
    expect(await ledgerOf(page).allTextContents()).toEqual([
      expect.stringContaining('An amendment was scheduled'),
      expect.stringContaining('It was amended'),
    ]);
    await closed(page, 'Amend');
    expect(sent.at(-1)?.body).toMatchObject({
      ...{ effective: day, grant: 'prorated' },
      changes: { totalTerm: 1_230, price: { amount: '1200', currency: 'EUR', per: 'term' } },
    });
    expect((await entitlement(made.id)).amendmentsAhead).toMatchObject([{ effective: day, grant: 'prorated' }]);
  });

  test('is refused at its field, in the section that was folded', async () => {
    const made = await aContract({ channels: [{ channel: 'phone' }, { channel: 'email' }] });
    await attach(made, { channel: 'phone' });
    await attach(made, { channel: 'phone' });
    const page = await open(made, 'amend');
    allowTrouble(page, /status of 400/);
    await button(page, 'Channels and their totals').click();
    await field(page, 'Total of the channel').first().fill('1');
    await button(page, 'Channels and their totals').click();
    await why(page, 'Too little.');
    await button(page, 'Show what it would do').click();
    const refused = dialog(page).getByText(/The total of phone would be below what is used/);
    await refused.waitFor();
    expect(await refused.count()).toBe(1);
    await field(page, 'Total of the channel').first().fill('9');
    await button(page, 'Show what it would do').click();
    await dialog(page).getByText("The total of phone is above the entitlement's total of 5.").first().waitFor();
    await field(page, 'Total of the channel').first().fill('4');
    expect((await previewOf(page)).Channels?.[1]).toContain('phone: 4 cases, 2 cases left');
  });

  test('that changes nothing is not sent, and what is typed after a preview needs another one', async () => {
    const made = await aContract();
    const page = await open(made, 'amend');
    const sent = sentTo(page, '/amendments');
    await button(page, 'Show what it would do').click();
    await dialog(page).getByText('Say why it is amended.').waitFor();
    await dialog(page).getByText('You have not changed anything yet.').waitFor();
    expect(await field(page, 'Reason').evaluate((node) => node === document.activeElement)).toBe(true);
    expect(sent).toEqual([]);
    await why(page, 'They grew.');
    await field(page, 'Total').fill('9');
    await previewOf(page);
    await field(page, 'Total').fill('8');
    expect((await previewOf(page)).Total).toEqual(['5 cases', '8 cases']);
    await closed(page, 'Amend');
    expect((await entitlement(made.id)).totalTerm).toBe(8);
  });

  test('whose preview somebody overtook shows what it is now, keeps what was typed, and leaves their change', async () => {
    const made = await aContract();
    const page = await open(made, 'amend');
    const sent = sentTo(page, '/amendments');
    await field(page, 'Total').fill('9');
    await why(page, 'They grew.');
    await previewOf(page);
    await ask('POST', `/v1/entitlements/${made.id}/amendments`, {
      ...{ effective: 'now', changes: { priority: 3, tier: 'Gold' }, reason: 'Meanwhile' },
    });
    allowTrouble(page, /status of 409/);
    await button(page, 'Amend').click();
    await dialog(page).getByRole('alert', { name: 'It was changed by somebody else' }).waitFor();
    await button(page, 'Show what it is now').click();
    await button(page, 'Tier and priority').click();
    await expect.poll(() => field(page, 'Tier').inputValue()).toBe('Gold');
    expect(await field(page, 'Total').inputValue()).toBe('9');
    expect(Object.keys(await previewOf(page))).toEqual(['Total', 'Remaining']);
    await closed(page, 'Amend');
    expect(sent.at(-1)?.body).toMatchObject({ changes: { totalTerm: 9 } });
    expect(await entitlement(made.id)).toMatchObject({ totalTerm: 9, priority: 3, tier: 'Gold' });
  });
});

describe('a pause', () => {
  test('shows the end, the period and the top-ups that move, and the rows of the ledger, before it is made', async () => {
    const made = await aContract({ period: 'month' });
    const expiresOn = dayFromNow(40);
    await ask('POST', `/v1/entitlements/${made.id}/top-ups`, { amount: 2, expiresOn });
    const page = await open(made, 'pause');
    const sent = sentTo(page, '/pause');
    // The turn of the period, four weeks or a month after the start, comes in the pause.
    const [from, until] = [dayFromNow(3), dayFromNow(33)];
    await dialog(page).getByLabel('First day').fill(from);
    await dialog(page).getByLabel('Goes on with').fill(until);
    await why(page, 'The plant is closed.');
    await dialog(page).getByRole('radio', { name: 'Moves' }).check();
    const seen = await previewOf(page);
    expect(seen['End date']).toEqual([
      await spelled(page, made.endDate),
      await spelled(page, plusDays(made.endDate, 30)),
    ]);
    const turn = new Date(Date.parse(made.currentPeriod?.endsAt ?? '') + 30 * DAY_MS).toISOString();
    expect(seen['Current period']?.[1]).toContain(await spelled(page, turn.slice(0, 10)));
    expect(seen['Top-ups']?.[1]).toContain(await spelled(page, plusDays(expiresOn, 30)));
    expect(await ledgerOf(page).allTextContents()).toEqual([
      expect.stringContaining('A pause was planned'),
      expect.stringContaining('It was paused'),
      expect.stringMatching(/It went on after a pause: the end moved by 30 days/),
    ]);
    expect((await entitlement(made.id)).pauses).toEqual([]);

    await dialog(page).getByRole('radio', { name: 'Stays' }).check();
    expect((await previewOf(page))['End date']).toBeUndefined();
    await dialog(page).getByRole('radio', { name: 'Moves' }).check();
    await previewOf(page);
    await closed(page, 'Pause');
    const body = { from, until, end: 'shift', reason: 'The plant is closed.' };
    expect(sent).toEqual([
      { search: '?preview=true', body },
      { search: '?preview=true', body: { ...body, end: 'keep' } },
      { search: '?preview=true', body },
      { search: '', body },
    ]);
    expect((await entitlement(made.id)).pauses).toMatchObject([{ from, until, end: 'shift' }]);
    await page.getByRole('region', { name: 'Pauses' }).waitFor();
  });

  test('without a last day says that its end is known later, and since when it is; its resume shows what that does', async () => {
    const made = await aContract();
    const page = await open(made, 'pause');
    await why(page, 'The invoice is open.');
    await dialog(page).getByRole('radio', { name: 'Moves' }).check();
    const paused = await previewOf(page);
    expect(paused.Paused).toEqual(['no', expect.stringContaining('since ')]);
    await dialog(page).getByRole('columnheader', { name: 'While it is paused' }).waitFor();
    await dialog(page).getByText('How far its end moves is known once it is resumed.').waitFor();
    await closed(page, 'Pause');
    await page.getByText(/^paused since /).waitFor();
    expect(await page.getByRole('region', { name: 'Pauses' }).textContent()).toContain('when it is resumed');
    await page.getByRole('button', { name: 'Resume', exact: true }).click();
    await dialog(page)
      .getByText(/moves by the whole days that the pause took/)
      .waitFor();
    const resumed = await shownOf(page);
    expect(resumed.Paused).toEqual([expect.stringContaining('since '), 'no']);
    expect(await ledgerOf(page).allTextContents()).toEqual([expect.stringContaining('It went on after a pause')]);
    expect((await entitlement(made.id)).pausedSince).not.toBeNull();
    await closed(page, 'Resume');
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
    expect((await entitlement(made.id)).pausedSince).toBeNull();
  });

  test('that cannot be is refused at its field, and one that somebody overtook is not made', async () => {
    const made = await aContract();
    const page = await open(made, 'pause');
    allowTrouble(page, /status of 400/);
    await dialog(page).getByLabel('First day').fill(dayFromNow(90));
    await why(page, 'Too late.');
    await button(page, 'Show what it would do').click();
    await expect.poll(() => dialog(page).getByLabel('First day').getAttribute('aria-invalid')).toBe('true');
    await dialog(page).getByLabel('First day').fill(dayFromNow(5));
    await previewOf(page);
    await ask('POST', `/v1/entitlements/${made.id}/top-ups`, { amount: 7 });
    allowTrouble(page, /status of 409/);
    await button(page, 'Pause').click();
    await button(page, 'Show what it is now').click();
    expect((await entitlement(made.id)).pauses).toEqual([]);
    await previewOf(page);
    await closed(page, 'Pause');
    expect((await entitlement(made.id)).pauses).toHaveLength(1);
  });
});

/** CSS pixels: the narrowest screen, a desk. */
const WIDTHS = [320, 1280];

test('both dialogs, with every section open and a preview, hold on narrow screens, and axe finds nothing', async () => {
  const made = await aContract({ channels: [{ channel: 'phone' }], tier: 'W'.repeat(40) });
  const page = await open(made, 'amend');
  const folded = dialog(page).locator('button[aria-expanded="false"]');
  while ((await folded.count()) > 0) await folded.first().click();
  await dialog(page).getByRole('radio', { name: 'Charge' }).check();
  await dialog(page).getByRole('radio', { name: 'A policy of its own' }).check();
  await field(page, 'Price of one case').fill('1');
  await field(page, 'Currency').fill('EUR');
  await field(page, 'Tier').fill('M'.repeat(40));
  await why(page, 'To be seen.');
  await previewOf(page);
  const holds = async () => {
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      await settled(page);
      expect(await layoutFaults(page), `at ${width} px`).toEqual([]);
      expect(await overflowing(page), `at ${width} px`).toBe(false);
    }
    expect(await violationsOf(page)).toEqual([]);
  };
  await holds();
  await visit(page, `/entitlements/${made.id}?dialog=pause`);
  await dialog(page).getByLabel('Goes on with').fill(dayFromNow(5));
  await dialog(page).getByRole('radio', { name: 'Moves' }).check();
  await why(page, 'To be seen.');
  await previewOf(page);
  await holds();
});

/** Whether the dialog scrolls sideways. */
const overflowing = (page: Page): Promise<boolean> =>
  dialog(page).evaluate((node) =>
    [node, ...node.querySelectorAll('*')].some(
      (one) => ['auto', 'scroll'].includes(getComputedStyle(one).overflowX) && one.scrollWidth > one.clientWidth + 1,
    ),
  );
