import type { Locator, Page } from 'playwright-core';
import { anActive, ask, attach } from '../support/api-client.ts';
import { anSla } from '../support/slas.ts';
import { unique } from '../support/unique.ts';

/** A customer with entitlements that decide differently about its cases. */
export interface CaseScene {
  readonly customerId: string;
  readonly customerName: string;
  readonly contactId: string;
  readonly contactName: string;
  /** Phone alone, 5 cases taken on creation, due in 4 and 8 hours: the most specific one for a case by phone. */
  readonly phoneId: string;
  readonly phoneName: string;
  /** Every channel, 600 minutes taken on resolution, no service level. */
  readonly hoursId: string;
  readonly hoursName: string;
}

export async function aCaseScene(): Promise<CaseScene> {
  const [customerId, contactId] = [unique('customer'), unique('contact')];
  const [customerName, contactName] = [`Tarnholt ${customerId}`, `Ingrid ${contactId}`];
  const [phoneName, hoursName] = [unique('Phone support'), unique('Consulting hours')];
  await ask('PUT', `/v1/customers/${customerId}`, { type: 'account', name: customerName });
  await ask('PUT', `/v1/contacts/${contactId}`, { customerId, name: contactName });
  const phone = await anActive(customerId, {
    name: phoneName,
    allocationType: 'cases',
    totalTerm: 5,
    decreaseRemainingOn: 'creation',
    channels: [{ channel: 'phone' }],
    slaId: await anSla(),
  });
  const hours = await anActive(customerId, {
    name: hoursName,
    allocationType: 'hours',
    totalTerm: 600,
    decreaseRemainingOn: 'resolution',
  });
  return {
    customerId,
    customerName,
    contactId,
    contactName,
    phoneId: phone.id,
    phoneName,
    hoursId: hours.id,
    hoursName,
  };
}

/** A case on the entitlement for calls. */
export async function aCaseByPhone(
  { customerId, phoneId }: CaseScene,
  more: Record<string, unknown> = {},
): Promise<string> {
  const { status, body } = await attach({ id: phoneId, customerId }, { channel: 'phone', ...more });
  if (status !== 201) throw new Error(`the case was not attached: ${status}`);
  return body.id;
}

/** The case as the API has it now. */
export const caseNow = async (id: string) => (await ask<Record<string, unknown>>('GET', `/v1/cases/${id}`)).body;

/** What an entitlement has left. */
export const leftOf = async (id: string) =>
  (await ask<{ remainingTerm: number }>('GET', `/v1/entitlements/${id}`)).body.remainingTerm;

/** Chooses a command of the menu "More" of a case's page. */
export async function chooseCommand(page: Page, name: RegExp): Promise<void> {
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name }).click();
}

/** The part of a page under this heading. The last stack that holds the heading is the innermost. */
export const partOf = (page: Page, title: string): Locator =>
  page
    .locator('.mantine-Stack-root', { has: page.getByRole('heading', { name: title, level: 2, exact: true }) })
    .last();
