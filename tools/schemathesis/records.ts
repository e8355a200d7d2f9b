import { setTimeout as sleep } from 'node:timers/promises';
import { ROLES, type Role } from '../../domain/access/roles.ts';

/** Asks the API as the administrator of the run, and throws on any answer that is no success. */
export type Asking = (method: string, path: string, body?: object) => Promise<Record<string, unknown>>;

/** What the run knows of the records that it made. */
export interface Records {
  /** Ids by the collection in the route: `customers`, `entitlements`, … */
  readonly ids: Readonly<Record<string, readonly string[]>>;
  /** A key for each role. */
  readonly keys: Readonly<Record<Role, string>>;
  /** The ids of these keys: the fuzzer must neither rotate nor revoke them. */
  readonly keptKeyIds: readonly string[];
  /** The first and the last day of a year that covers today. */
  readonly today: readonly [string, string];
}

const MANAGER = 'manager@example.com';
const MS_PER_DAY = 86_400_000;
const RENEWAL_TRIES = 100;
const RENEWAL_WAIT_MS = 200;

const day = (fromNow: number): string => new Date(Date.now() + fromNow * MS_PER_DAY).toISOString().slice(0, 10);

/**
 * Makes some records of each kind, so that the fuzzer meets what exists. `sink` is the address of this machine to which
 * webhooks go.
 */
export async function makeRecords(ask: Asking, sink: string): Promise<Records> {
  const ids = await makeDirectory(ask);
  const webhook = await ask('POST', '/v1/webhooks', { url: `${sink}/made`, types: ['*'] });
  const entitlements = await makeEntitlements(ask);
  const cases = await makeCases(ask, entitlements);
  await ask('POST', '/v1/opportunities', {
    id: 'opp-1',
    status: 'closed_won',
    customerId: 'acme',
    templateId: 'silver',
  });
  const renewals = await waitForItems(ask, '/v1/renewals');
  const deliveries = await waitForItems(ask, '/v1/deliveries');
  const victims = await Promise.all(
    ['one', 'two', 'three'].map((name) => ask('POST', '/v1/api-keys', { name: `spare ${name}`, role: 'viewer' })),
  );
  const kept = await Promise.all(ROLES.map((role) => makeKey(ask, role)));
  return {
    ids: {
      ...ids,
      entitlements,
      cases,
      renewals,
      deliveries,
      webhooks: [String(webhook.id)],
      templates: await idsOf(ask, '/v1/templates'),
      slas: await idsOf(ask, '/v1/slas'),
      opportunities: await idsOf(ask, '/v1/opportunities'),
      'api-keys': victims.map(({ id }) => String(id)),
    },
    keys: Object.fromEntries(kept.map(({ role, key }) => [role, key])) as Record<Role, string>,
    keptKeyIds: kept.map(({ id }) => id),
    today: [day(-30), day(335)],
  };
}

async function makeKey(ask: Asking, role: Role): Promise<{ role: Role; id: string; key: string }> {
  const email = role === 'account_manager' ? { email: MANAGER } : {};
  const { id, key } = await ask('POST', '/v1/api-keys', { name: `fuzzer ${role}`, role, ...email });
  return { role, id: String(id), key: String(key) };
}

/** Two customers, of whom the account manager sees one, with contacts and products. */
async function makeDirectory(ask: Asking): Promise<Record<string, string[]>> {
  const accountManager = { name: 'Mo Manager', email: MANAGER };
  await ask('PUT', '/v1/customers/acme', { type: 'account', name: 'Acme', accountManager, tier: 'gold' });
  await ask('PUT', '/v1/customers/globex', { type: 'account', name: 'Globex', timeZone: 'Asia/Kolkata' });
  for (const customerId of ['acme', 'globex'])
    await ask('PUT', `/v1/contacts/${customerId}-contact`, { customerId, name: `Contact of ${customerId}` });
  for (const id of ['printer', 'router']) await ask('PUT', `/v1/products/${id}`, { name: id, family: 'hardware' });
  return {
    customers: ['acme', 'globex'],
    contacts: ['acme-contact', 'globex-contact'],
    products: ['printer', 'router'],
  };
}

/** Contracts of both customers: a draft, active ones of each allocation type, and one whose renewal is open. */
async function makeEntitlements(ask: Asking): Promise<string[]> {
  const kinds = [
    { allocationType: 'cases', totalTerm: 50, restrict: false, overage: 'allow' },
    { allocationType: 'hours', totalTerm: 6_000, decreaseRemainingOn: 'resolution' },
    { allocationType: 'unlimited', totalTerm: null, restrict: false },
    { allocationType: 'cases', totalTerm: 1, restrict: true },
  ];
  const made: string[] = [];
  for (const customerId of ['acme', 'globex'])
    for (const kind of kinds) {
      const terms = { customerId, name: `${kind.allocationType} of ${customerId}`, decreaseRemainingOn: 'creation' };
      const dates = { startDate: day(-30), endDate: day(20) };
      const renewalPolicy = { noticeDays: 60 };
      const body = { ...terms, ...dates, restrict: true, renewalPolicy, ...kind };
      made.push(String((await ask('POST', '/v1/entitlements', body)).id));
    }
  for (const id of made.slice(0, -1)) await ask('POST', `/v1/entitlements/${id}/activate`, {});
  return made;
}

/** A case under each active contract. */
async function makeCases(ask: Asking, entitlements: readonly string[]): Promise<string[]> {
  const made: string[] = [];
  for (const entitlementId of entitlements.slice(0, -1)) {
    const { customerId } = await ask('GET', `/v1/entitlements/${entitlementId}`);
    const id = `case-${made.length + 1}`;
    await ask('POST', '/v1/cases', { id, customerId, entitlementId, channel: 'email' });
    made.push(id);
  }
  return made;
}

const idsOf = async (ask: Asking, path: string): Promise<string[]> => {
  const { items } = await ask('GET', path);
  return Array.isArray(items) ? items.map((item: { id: unknown }) => String(item.id)) : [];
};

/** The ids in a list that workflows fill, once there are some. */
async function waitForItems(ask: Asking, path: string): Promise<string[]> {
  for (let tries = 0; tries < RENEWAL_TRIES; tries += 1) {
    const ids = await idsOf(ask, path);
    if (ids.length > 0) return ids;
    await sleep(RENEWAL_WAIT_MS);
  }
  throw new Error(`${path} stays empty.`);
}
