import { expect, inject } from 'vitest';
import { aCustomer, anActive, ask } from '../../support/api-client.ts';
import { dayFromNow } from '../../support/days.ts';
import { type OpenPage, openPage } from '../../support/page-in-node.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';

export const withoutKey = (path: string) => fetch(inject('apiUrl') + path);

export const policyOf = async (path: string) => (await withoutKey(path)).headers.get('content-security-policy') ?? '';

/** A renewal whose notice was sent, of a customer and an entitlement of its own. */
export async function aRenewal(more: Record<string, unknown> = {}, customer: Record<string, unknown> = {}) {
  const accountManager = { name: 'Ann Account', email: 'ann@example.com' };
  const customerId = await aCustomer({ accountManager, ...customer });
  const { id } = await anActive(customerId, { endDate: dayFromNow(20), renewalPolicy: { noticeDays: 60 }, ...more });
  return { renewalId: await renewalOf(id), customerId, entitlementId: id };
}

export const renewalOf = async (entitlementId: string) => {
  const { id } = await soon(async () => {
    const { body } = await ask<{ items: { id: string }[] }>('GET', `/v1/renewals?entitlementId=${entitlementId}`);
    const [renewal] = body.items;
    if (renewal === undefined) throw new Error('there is no renewal yet');
    return renewal;
  });
  return id;
};

export async function anSla(): Promise<string> {
  const id = unique('sla');
  const { status } = await ask('PUT', `/v1/slas/${id}`, {
    name: 'Four hours',
    calendar: { kind: '24x7' },
    firstResponseMinutes: 240,
  });
  expect(status).toBe(201);
  return id;
}

/** The page of a renewal, opened with an administrator's key, once it shows the renewal or a message. */
export async function shown(
  renewalId: string,
  query = '',
  options: Parameters<typeof openPage>[1] = {},
): Promise<OpenPage> {
  const page = await openPage(`/renewals/${renewalId}${query}`, { key: inject('apiKey'), ...options });
  await soon(async () => expect(page.text('facts') + page.text('message')).not.toBe(''));
  return page;
}

/** Fills a form and presses its button, and waits until the page shows the result. */
export async function decide(page: OpenPage, decision: string, fields: Record<string, string> = {}): Promise<void> {
  for (const [name, value] of Object.entries(fields)) page.at(name).value = value;
  page.form(decision).happen('submit');
  await soon(async () => {
    expect(page.at('try-again').disabled).toBe(false);
    expect(page.text('news') + page.text('message')).not.toBe('');
  });
}

export const spelled = (date: string) =>
  new Date(date).toLocaleDateString('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' });

export const plusDays = (date: string, days: number) =>
  new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
