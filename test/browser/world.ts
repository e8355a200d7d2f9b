import type { EntitlementView } from '../../api/entitlements/entitlement-view.ts';
import { aDraft, anActive, ask, attach } from '../support/api-client.ts';
import { aKey } from '../support/callers.ts';
import { dayFromNow } from '../support/days.ts';
import { unique } from '../support/unique.ts';
import { soon } from '../support/waiting.ts';

/** Ids of records of every noun, so that every page of the console has something to show. */
export interface World {
  readonly tag: string;
  /** The API key of the customer's account manager. */
  readonly managerKey: string;
  readonly customerId: string;
  readonly contactId: string;
  readonly productId: string;
  readonly slaId: string;
  readonly templateId: string;
  readonly entitlementId: string;
  readonly draftId: string;
  readonly caseId: string;
  readonly renewalId: string;
  readonly webhookId: string;
  readonly deliveryId: string;
}

interface Texts {
  /** Letters and digits that every one of its names begins with, so that lists can be searched for them. */
  readonly tag: string;
  /** What follows the tag in every name, title and reason; at most 180 characters. */
  readonly text: (what: string) => string;
  /** Ids that the caller chooses; at most 200 characters. */
  readonly id?: (what: string) => string;
}

const MAX_TIER = 40;

async function made<Body = { id: string }>(method: string, path: string, body: unknown): Promise<Body> {
  const answer = await ask<Body>(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/**
 * One customer with a contact, a product, a service level, a template; an active entitlement with a case, a top-up, a
 * refused and an overridden case; a draft; a renewal to decide; a webhook
 * with a delivery.
 */
export async function aWorld({ tag, text: textOf, id = unique }: Texts): Promise<World> {
  const text = (what: string) => tag + textOf(what);
  const [customerId, contactId, productId, slaId] = [id('customer'), id('contact'), id('product'), id('sla')];
  const { key: managerKey, email } = await aKey('account_manager');
  const manager = { name: text('manager'), email: email ?? '' };
  await made('PUT', `/v1/customers/${customerId}`, {
    type: 'account',
    name: text('customer'),
    timeZone: 'Asia/Tokyo',
    tier: text('tier').slice(0, MAX_TIER).toWellFormed(),
    accountManager: manager,
  });
  await made('PUT', `/v1/contacts/${contactId}`, { customerId, name: text('contact'), email: manager.email });
  await made('PUT', `/v1/products/${productId}`, { name: text('product'), family: text('family') });
  const hours = { monday: [{ from: '09:00', to: '17:30' }], friday: [{ from: '09:00', to: '15:00' }] };
  const calendar = { kind: 'business_hours', timeZone: 'Asia/Tokyo', hours, holidays: ['2027-01-01'] };
  const times = { firstResponseMinutes: 60, resolutionMinutes: 480 };
  await made('PUT', `/v1/slas/${slaId}`, { name: text('service level'), ...times, calendar });
  const { id: templateId } = await made('POST', '/v1/templates', {
    ...{ name: text('template'), description: text('description'), owner: text('owner') },
    ...{ allocationType: 'cases', totalTerm: 20, duration: { unit: 'years', count: 1 } },
  });
  const terms = {
    name: text('entitlement'),
    description: text('description'),
    owner: text('owner'),
    tier: text('tier').slice(0, MAX_TIER).toWellFormed(),
    channels: [{ channel: 'email' }, { channel: 'phone', totalTerm: 2 }],
    contactIds: [contactId],
    productIds: [productId],
    slaId,
  };
  const { id: draftId } = await aDraft(customerId, terms);
  const active = await anActive(customerId, {
    ...terms,
    endDate: dayFromNow(20),
    renewalPolicy: { noticeDays: 30, accountManager: manager, escalateTo: manager },
  });
  const caseId = id('case');
  await useUp(active, { caseId, contactId, productId, text });
  const { id: webhookId } = await made('POST', '/v1/webhooks', {
    url: `https://127.0.0.1:9/${unique('hook')}`,
    types: ['case.refused'],
    description: text('webhook'),
    reason: text('reason'),
  });
  await attach(active, { contactId, productId, channel: 'web', title: text('title') });
  const [renewalId, deliveryId] = [
    await firstOf(`/v1/renewals?entitlementId=${active.id}`),
    await firstOf(`/v1/deliveries?endpointId=${webhookId}`),
  ];
  const ids = {
    customerId,
    contactId,
    productId,
    slaId,
    templateId,
    draftId,
    caseId,
    renewalId,
    webhookId,
    deliveryId,
  };
  return { tag, managerKey, entitlementId: active.id, ...ids };
}

interface Use {
  readonly caseId: string;
  readonly contactId: string;
  readonly productId: string;
  readonly text: (what: string) => string;
}

/** Three cases within the term, one refused, one past it by an override, and a top-up. */
async function useUp(active: EntitlementView, { caseId, contactId, productId, text }: Use): Promise<void> {
  const covered = { contactId, productId, channel: 'email', title: text('title') };
  await attach(active, { ...covered, id: caseId });
  await attach(active, covered);
  await attach(active, covered);
  await attach(active, covered);
  await attach(active, { ...covered, override: { reason: text('override') } });
  await made('POST', `/v1/entitlements/${active.id}/top-ups`, { amount: 5, reason: text('top-up') });
  await made('POST', `/v1/cases/${caseId}/resolve`, { minutes: 90 });
}

/** The id of the first record of a list, once there is one. */
async function firstOf(list: string): Promise<string> {
  return await soon(async () => {
    const { items } = await made<{ items: { id: string }[] }>('GET', list, undefined);
    const [first] = items;
    if (first === undefined) throw new Error(`Nothing is listed yet: ${list}`);
    return first.id;
  });
}
