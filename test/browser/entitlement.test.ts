import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { EntitlementView } from '../../api/entitlements/entitlement-view.ts';
import { aCustomer, aDraft, anActive, ask, attach, entitlement, ledger } from '../support/api-client.ts';
import { signedIn } from '../support/browser.ts';
import { visit } from '../support/browser-layout.ts';
import { allowTrouble } from '../support/browser-watch.ts';
import { dayFromNow } from '../support/days.ts';

/** An active entitlement of five cases that began some weeks ago: two cases, one refusal by the contract's channel. */
async function aUsedOne(more: Record<string, unknown> = {}): Promise<EntitlementView> {
  const made = await anActive(await aCustomer({ name: 'Contoso' }), {
    name: 'Silver support',
    totalTerm: 5,
    startDate: dayFromNow(-20),
    endDate: dayFromNow(60),
    channels: [{ channel: 'phone' }],
    ...more,
  });
  await attach(made, { channel: 'phone' });
  await attach(made, { channel: 'phone' });
  await attach(made, { channel: 'email' });
  return made;
}

async function open(role: Parameters<typeof signedIn>[0], { id }: { id: string }, search = ''): Promise<Page> {
  const page = await signedIn(role);
  await visit(page, `/entitlements/${id}${search}`);
  return page;
}
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const dialog = (page: Page) => page.getByRole('dialog');

describe('the page of an entitlement', () => {
  test('says whose it is, what is left and what it covers, and offers what can be done', async () => {
    const made = await aUsedOne();
    const page = await open('csr_manager', made);
    await page.getByRole('heading', { level: 1, name: 'Silver support' }).waitFor();
    await page.getByRole('link', { name: 'Contoso' }).waitFor();
    const terms = page.getByRole('region', { name: 'Terms' });
    expect(await terms.textContent()).toContain('Remaining3 cases');
    expect(await page.getByRole('region', { name: 'Channels' }).textContent()).toContain('phone');
    const refused = button(page, 'Activate');
    expect(await refused.getAttribute('aria-disabled')).toBe('true');
    await refused.focus();
    await page.getByRole('tooltip', { name: 'It is active: only a draft can be activated.' }).waitFor();
    expect(await button(page, 'Cancel').getAttribute('aria-disabled')).toBeNull();
    expect(await page.getByRole('link', { name: 'Edit' }).getAttribute('href')).toBe(`/entitlements/${made.id}/edit`);
  });

  test('shows no command and no audit to those who may only read', async () => {
    const made = await aUsedOne();
    const page = await open('viewer', made);
    await page.getByRole('tab', { name: 'Timeline' }).waitFor();
    expect(await button(page, 'Cancel').count()).toBe(0);
    expect(await page.getByRole('tab', { name: 'Audit' }).count()).toBe(0);
  });

  test('draws the burn-down, and shows its figures as a table at an address of its own', async () => {
    const made = await aUsedOne();
    const page = await open('viewer', made);
    const chart = page.getByRole('img', { name: /^Remaining term over time\. 3 cases left, at a pace of/ });
    await chart.waitFor();
    expect(await chart.locator('title').allTextContents()).toEqual(
      expect.arrayContaining([expect.stringContaining('Allotment of 5 cases'), expect.stringContaining('Refused')]),
    );
    await button(page, 'Show as a table').click();
    const figures = page.getByRole('table', { name: 'Use over time, the newest first' });
    await figures.waitFor();
    expect(page.url()).toContain('as=table');
    await page.reload();
    const first = figures.getByRole('row').nth(1);
    await first.waitFor();
    expect((await first.getByRole('cell').allTextContents()).slice(1)).toEqual([
      '3 cases',
      '5 cases',
      '2 cases',
      '0 cases',
      '2',
      '1',
    ]);
    await page.getByRole('table', { name: 'What explains it, the newest first' }).waitFor();
  });

  test('of a draft says that nothing has begun, and activates it', async () => {
    const draft = await aDraft(await aCustomer());
    const page = await open('csr_manager', draft);
    await page.getByText('Nothing has begun yet').waitFor();
    await button(page, 'Activate').click();
    await dialog(page).getByRole('button', { name: 'Activate' }).click();
    await dialog(page).waitFor({ state: 'detached' });
    expect((await entitlement(draft.id)).status).toBe('active');
    await button(page, 'Deactivate').waitFor();
  });

  test('tells the ledger in words, filtered, in the address', async () => {
    const made = await aUsedOne();
    const page = await open('viewer', made, '?tab=ledger');
    const rows = page.getByRole('list', { name: 'Ledger, the newest row first' }).getByRole('listitem');
    await rows.first().waitFor();
    expect(await rows.first().textContent()).toContain('An event was refused: channel not covered');
    expect(await rows.nth(1).textContent()).toMatch(/A case attached.*by phone; took 1 case; 3 cases left/);
    await page.getByRole('combobox', { name: 'Kind' }).click();
    await page.getByRole('option', { name: 'It was activated' }).click();
    await page.waitForURL(/kind=activated/);
    await page.waitForFunction(() => document.querySelectorAll('ol > li').length === 1);
    await page.goBack();
    await page.reload();
    expect(page.url()).toContain(`/entitlements/${made.id}`);
  });

  test('tells in words how it was paused and amended, and what was planned and taken back', async () => {
    const made = await aUsedOne({ timeZone: 'UTC', price: { amount: '100.0000', currency: 'EUR', per: 'term' } });
    const path = `/v1/entitlements/${made.id}`;
    const does = async (method: string, what: string, body?: Record<string, unknown>) => {
      const { status } = await ask(method, `${path}/${what}`, body);
      if (status >= 300) throw new Error(`${what}: ${status}`);
    };
    const post = (what: string, body: Record<string, unknown>) => does('POST', what, body);
    await post('pause', { from: dayFromNow(5), until: dayFromNow(9), end: 'shift', reason: 'Plant closed' });
    await post('resume', { pause: 1, reason: 'It stays open' });
    await post('pause', { from: 'now', end: 'keep', reason: 'Unpaid' });
    await post('resume', { reason: 'Paid' });
    await post('amendments', { effective: 'now', changes: { totalTerm: 9 }, reason: 'They grew' });
    await post('amendments', { effective: dayFromNow(7), changes: { totalTerm: 12 }, reason: 'They will grow' });
    await does('DELETE', 'amendments/2?reason=They%20will%20not');
    await post('amendments/1/void', { reason: 'They did not' });
    const page = await open('viewer', made, '?tab=ledger');
    const rows = page.getByRole('list', { name: 'Ledger, the newest row first' }).getByRole('listitem');
    await rows.first().waitFor();
    const told = await rows.allTextContents();
    const expected = [
      /^An amendment was voided.*took 4 cases; amendment 3, voids amendment 1; a credit of €?.*They did not/,
      /^A scheduled amendment was taken back.*amendment 2, counts from .*They will not/,
      /^An amendment was scheduled.*amendment 2, counts from .*They will grow/,
      /^It was amended.*gave 4 cases; amendment 1, counts from .*; a charge of .*; 7 cases left.*They grew/,
      /^It went on after a pause.*Paid/,
      /^It was paused.*until somebody resumes it; the end stays.*Unpaid/,
      /^A planned pause was taken back.*; the end moves along.*It stays open/,
      /^A pause was planned.*from .* until .*; the end moves along.*Plant closed/,
    ];
    for (const [index, words] of expected.entries()) expect(told[index]).toMatch(words);
  });

  test('tells that a case attached in the grace, and that one was on hold from the beginning', async () => {
    const ended = await anActive(await aCustomer(), {
      ...{ startDate: dayFromNow(-40), endDate: dayFromNow(-4), timeZone: 'UTC', totalTerm: 5, graceDays: 30 },
    });
    await attach(ended, { holds: ['waiting for parts'] });
    const page = await open('viewer', ended, '?tab=ledger');
    const rows = page.getByRole('list', { name: 'Ledger, the newest row first' }).getByRole('listitem');
    await rows.first().waitFor();
    expect(await rows.first().textContent()).toMatch(
      /^A case attached.*took 1 case; in the grace, after the end; on hold from the beginning: waiting for parts; 4 cases left/,
    );
  });

  test('leads operators to the workflow in the Temporal UI', async () => {
    const made = await aUsedOne();
    const page = await signedIn('system_administrator');
    await page.route('**/v1/me', async (route) => {
      const me: unknown = await (await route.fetch()).json();
      const temporalUi = { url: 'http://127.0.0.1:8233', namespace: 'default' };
      await route.fulfill({ json: { ...(typeof me === 'object' ? me : {}), temporalUi } });
    });
    await visit(page, `/entitlements/${made.id}`);
    const link = page.getByRole('link', { name: 'Open its workflow in the Temporal UI' });
    expect(await link.getAttribute('href')).toBe(
      `http://127.0.0.1:8233/namespaces/default/workflows/entitlement%2F${made.id}`,
    );
  });
});

describe('a command', () => {
  test('needs a reason to cancel, and two clicks do one thing', async () => {
    const made = await aUsedOne();
    const page = await open('csr_manager', made);
    await button(page, 'Cancel').click();
    expect(page.url()).toContain('dialog=cancel');
    const confirm = dialog(page).getByRole('button', { name: 'Cancel the entitlement' });
    await confirm.click();
    await dialog(page).getByText('Say why it is canceled.').waitFor();
    await dialog(page).getByRole('textbox', { name: 'Reason' }).fill('The customer left.');
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') sent.push(new URL(request.url()).pathname);
    });
    await confirm.dblclick();
    await dialog(page).waitFor({ state: 'detached' });
    await button(page, 'Renew').waitFor();
    expect(sent).toEqual([`/v1/entitlements/${made.id}/cancel`]);
    const canceled = (await ledger(made.id)).filter(({ kind }) => kind === 'canceled');
    expect(canceled.map(({ why }) => why)).toEqual(['The customer left.']);
  });

  test('is refused if somebody else changed the entitlement meanwhile; what was typed stays, and it can go on', async () => {
    const made = await aUsedOne();
    const page = await open('csr_manager', made, '?dialog=cancel');
    await dialog(page).getByRole('textbox', { name: 'Reason' }).fill('Too late?');
    await ask('POST', `/v1/entitlements/${made.id}/top-ups`, { amount: 7 });
    allowTrouble(page, /status of 409/);
    await dialog(page).getByRole('button', { name: 'Cancel the entitlement' }).click();
    await dialog(page).getByRole('alert', { name: 'It was changed by somebody else' }).waitFor();
    await dialog(page).getByRole('button', { name: 'Show what it is now' }).click();
    await page.getByRole('region', { name: 'Terms', includeHidden: true }).getByText('10 cases').waitFor();
    expect(await dialog(page).getByRole('textbox', { name: 'Reason' }).inputValue()).toBe('Too late?');
    await dialog(page).getByRole('button', { name: 'Cancel the entitlement' }).click();
    await dialog(page).waitFor({ state: 'detached' });
    expect((await entitlement(made.id)).status).toBe('canceled');
  });

  test('that gets no answer keeps what was typed, and is sent again', async () => {
    const made = await aUsedOne();
    const page = await open('csr_manager', made, '?dialog=deactivate');
    await dialog(page)
      .getByRole('textbox', { name: /^Reason/ })
      .fill('To correct it.');
    allowTrouble(page, /ERR_INTERNET_DISCONNECTED/);
    await page.context().setOffline(true);
    const confirm = dialog(page).getByRole('button', { name: 'Deactivate' });
    await confirm.click();
    await dialog(page).getByText('Allot does not answer').waitFor();
    await page.context().setOffline(false);
    await confirm.click();
    await dialog(page).waitFor({ state: 'detached' });
    const rows = (await ledger(made.id)).filter(({ kind }) => kind === 'deactivated');
    expect(rows.map(({ why }) => why)).toEqual(['To correct it.']);
  });

  test('whose answer is lost is made once, even if the page has read meanwhile what it did', async () => {
    const made = await aUsedOne();
    const page = await open('csr_manager', made, '?dialog=top-up');
    allowTrouble(page, /ERR_FAILED/);
    await page.route(
      '**/top-ups',
      async (route) => {
        await route.fetch();
        await route.abort();
      },
      { times: 1 },
    );
    await dialog(page).getByRole('textbox', { name: 'Cases' }).fill('4');
    const confirm = dialog(page).getByRole('button', { name: 'Add the term' });
    await confirm.click();
    await dialog(page).getByText('Allot does not answer').waitFor();
    await page.clock.install({ time: Date.now() + 60_000 });
    await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
    await page.getByRole('region', { name: 'Top-ups', includeHidden: true }).waitFor({ state: 'attached' });
    await confirm.click();
    await dialog(page).waitFor({ state: 'detached' });
    expect((await entitlement(made.id)).remainingTerm).toBe(7);
  });

  test('tops up, with what the API refuses shown at its field', async () => {
    const made = await aUsedOne();
    const page = await open('csr_manager', made, '?dialog=top-up');
    await dialog(page).getByRole('textbox', { name: 'Cases' }).fill('4');
    await dialog(page).getByLabel('Last day').fill(dayFromNow(90));
    allowTrouble(page, /status of 400/);
    const confirm = dialog(page).getByRole('button', { name: 'Add the term' });
    await confirm.click();
    await dialog(page)
      .getByText(/is after its end/)
      .waitFor();
    await dialog(page).getByLabel('Last day').fill(dayFromNow(30));
    await confirm.click();
    await dialog(page).waitFor({ state: 'detached' });
    expect((await entitlement(made.id)).remainingTerm).toBe(7);
    await page.getByRole('region', { name: 'Top-ups' }).waitFor();
  });

  test('takes a pause back that lies ahead', async () => {
    const made = await aUsedOne();
    await ask('POST', `/v1/entitlements/${made.id}/pause`, { from: dayFromNow(5), end: 'keep', reason: 'Later' });
    const page = await open('csr_manager', made);
    await page.getByRole('region', { name: 'Pauses' }).getByRole('button', { name: 'Take back' }).click();
    await dialog(page).getByRole('button', { name: 'Take it back' }).click();
    await dialog(page).waitFor({ state: 'detached' });
    expect((await entitlement(made.id)).pauses).toEqual([]);
  });

  test('amends it as the preview says, side by side, and voids that again', async () => {
    const price = { amount: '100.0000', currency: 'EUR', per: 'term' };
    const made = await aUsedOne({ price, timeZone: 'UTC' });
    const page = await open('csr_manager', made, '?dialog=amend');
    await dialog(page).getByRole('textbox', { name: 'Total' }).fill('9');
    await dialog(page).getByRole('textbox', { name: 'Reason' }).fill('They grew.');
    await dialog(page).getByRole('button', { name: 'Show what it would do' }).click();
    const seen = dialog(page).getByRole('status', { name: 'What it would do' });
    await seen.waitFor();
    expect(
      await seen
        .getByRole('row', { name: /^Total/ })
        .getByRole('cell')
        .allTextContents(),
    ).toEqual(['5 cases', '9 cases']);
    expect(await seen.textContent()).toContain('The remaining term changes by 4 cases. Money: a charge of');
    expect((await entitlement(made.id)).totalTerm).toBe(5);
    await dialog(page).getByRole('button', { name: 'Amend', exact: true }).click();
    await dialog(page).waitFor({ state: 'detached' });
    expect(await entitlement(made.id)).toMatchObject({ totalTerm: 9, remainingTerm: 7 });
    await page.getByRole('tab', { name: 'Amendments' }).click();
    await button(page, 'Void').click();
    await dialog(page)
      .getByText(/Money: a credit of/)
      .waitFor();
    await dialog(page).getByRole('button', { name: 'Void it' }).click();
    await dialog(page).waitFor({ state: 'detached' });
    await page.getByRole('table', { name: 'Amendments' }).getByText('2, voids 1').waitFor();
    expect(await entitlement(made.id)).toMatchObject({ totalTerm: 5, remainingTerm: 3, price });
  });

  test('renews an ended one and leads to the successor', async () => {
    const made = await aUsedOne();
    await ask('POST', `/v1/entitlements/${made.id}/cancel`);
    const page = await open('csr_manager', made, '?dialog=renew');
    await dialog(page).getByRole('button', { name: 'Make the successor' }).click();
    await page.getByRole('link', { name: 'renews another' }).waitFor();
    const { renewedById } = await entitlement(made.id);
    expect(page.url()).toContain(`/entitlements/${renewedById}`);
  });
});
