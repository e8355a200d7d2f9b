import type { Page } from 'playwright-core';
import { expect, inject } from 'vitest';
import { aCustomer, anActive, ask } from '../support/api-client.ts';
import { signedInWith, type TabOptions } from '../support/browser.ts';
import { dayFromNow } from '../support/days.ts';
import { soon } from '../support/waiting.ts';

/** A renewal whose notice was sent, of a customer and an entitlement of its own. */
export async function aRenewal(more: Record<string, unknown> = {}, customer: Record<string, unknown> = {}) {
  const accountManager = { name: 'Ann Account', email: 'ann@example.com' };
  const customerId = await aCustomer({ accountManager, ...customer });
  const { id } = await anActive(customerId, { endDate: dayFromNow(20), renewalPolicy: { noticeDays: 60 }, ...more });
  return { renewalId: await renewalOf(id), customerId, entitlementId: id };
}

export const renewalOf = async (entitlementId: string): Promise<string> => {
  const { id } = await soon(async () => {
    const { body } = await ask<{ items: { id: string }[] }>('GET', `/v1/renewals?entitlementId=${entitlementId}`);
    const [renewal] = body.items;
    if (renewal === undefined) throw new Error('there is no renewal yet');
    return renewal;
  });
  return id;
};

interface Opened extends TabOptions {
  /** The key of the reader; an administrator's unless told otherwise. */
  readonly key?: string;
  /** What the link of a mail adds, such as `?decide=accept`. */
  readonly query?: string;
}

/** The page of a renewal, once it shows the renewal. */
export async function shown(
  renewalId: string,
  { key = inject('apiKey'), query = '', ...options }: Opened = {},
): Promise<Page> {
  const page = await signedInWith(key, options);
  await page.goto(`/renewals/${renewalId}${query}`);
  await page.getByRole('heading', { level: 1, name: /^Renewal of/ }).waitFor();
  return page;
}

/** What stands beside a name in the lists of facts. */
export const fact = (page: Page, name: string) => page.locator(`div:has(> dt:text-is("${name}")) > dd`);

/** The table of terms: its head, and the cells of each row. */
export async function termsOf(page: Page): Promise<{ head: string[]; rows: string[][] }> {
  const table = page.getByRole('table', { name: 'Terms side by side' });
  const [head = [], ...rows] = await table
    .locator('tr')
    .evaluateAll((lines) => lines.map((line) => [...line.children].map((cell) => cell.textContent ?? '')));
  return { head, rows };
}

/** A day as the page writes it. */
export const spelled = (page: Page, day: string): Promise<string> =>
  page.evaluate(
    (date) =>
      new Intl.DateTimeFormat(navigator.language, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(date)),
    day,
  );

export const plusDays = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);

/** Says that something was done, and has the focus. */
export async function expectDone(page: Page, text: string | RegExp): Promise<void> {
  const news = page.getByRole('status').filter({ hasText: text });
  await news.waitFor();
  expect(await news.count()).toBe(1);
}
