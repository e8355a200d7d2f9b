import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type ApiClient, ApiRefusal, MAX_CALLS_AT_ONCE } from '../../client/api-client.ts';
import { ActionableError } from '../../client/failure.ts';
import { idOf } from './ids.ts';
import { inParallel } from './parallel.ts';
import type { Plan, PlannedLocation, ReplayOptions } from './plan.ts';

/** What a replay reads of an entitlement. Terms are cases or whole minutes. */
export const EntitlementAnswer = z.object({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  allocationType: z.string(),
  totalTerm: z.number(),
  remainingTerm: z.number(),
  decreaseRemainingOn: z.string(),
  restrict: z.boolean(),
});
export type EntitlementAnswer = z.infer<typeof EntitlementAnswer>;

const EntitlementPage = z.object({ items: z.array(EntitlementAnswer), nextCursor: z.string().nullable() });

/** The whole object is sent back with more channels, so everything else in it stays as it is. */
const Settings = z.looseObject({ channels: z.array(z.string()) });

const Ignored = z.unknown();

/** The longest name that the API takes for a customer, contact, product or entitlement. */
const MAX_NAME_LENGTH = 200;

/** A customer of a replay has one entitlement; more pages than this do not come from a replay. */
const MAX_PAGES = 10;

const MS_PER_DAY = 86_400_000;
const TERM_DAYS = 365;

/**
 * Creates everything that the events need: the organisation's channels, customers, contacts, products, and one active
 * entitlement for each location. It uses again what an earlier play of the run created. Returns the entitlements' ids
 * by location. Throws when the run's name was used with other options.
 */
export async function setUp(
  client: ApiClient,
  plan: Plan,
  onProgress: (done: number, of: number) => void,
): Promise<ReadonlyMap<string, string>> {
  await addChannels(client, plan.channels);
  const total = plan.locations.length * 2 + plan.contacts.length + plan.products.length;
  let done = 0;
  const each = async <Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> => {
    await inParallel(items, MAX_CALLS_AT_ONCE, async (item) => {
      await work(item);
      done += 1;
      onProgress(done, total);
    });
  };
  const put = (path: string, body: object) => client.call({ method: 'PUT', path, body }, Ignored);
  await each(plan.locations, async ({ customerId, location }) => {
    await put(`/v1/customers/${encodeURIComponent(customerId)}`, {
      type: 'account',
      name: named(location),
      timeZone: 'UTC',
    });
  });
  await each(plan.contacts, async ({ id, customerId, name }) => {
    await put(`/v1/contacts/${encodeURIComponent(id)}`, { customerId, name: named(name) });
  });
  await each(plan.products, async ({ id, name }) => {
    await put(`/v1/products/${encodeURIComponent(id)}`, { name: named(name) });
  });
  const entitlementIds = new Map<string, string>();
  await each(plan.locations, async (location) => {
    entitlementIds.set(location.location, await activeEntitlement(client, plan, location));
  });
  return entitlementIds;
}

/** A name that the API takes: not empty and not too long. Names that become equal when cut still differ by id. */
const named = (name: string): string => name.trim().slice(0, MAX_NAME_LENGTH) || '(no name)';

async function addChannels(client: ApiClient, channels: readonly string[]): Promise<void> {
  const settings = await client.call({ method: 'GET', path: '/v1/settings' }, Settings);
  const known = new Set(settings.channels);
  const added = channels.filter((channel) => !known.has(channel));
  if (added.length === 0) return;
  const body = { ...settings, channels: [...settings.channels, ...added] };
  await client.call({ method: 'PUT', path: '/v1/settings', body }, Ignored);
}

async function activeEntitlement(client: ApiClient, plan: Plan, location: PlannedLocation): Promise<string> {
  const name = named(`Replay ${plan.run} ${location.location}`);
  const found = await findEntitlement(client, location.customerId, name);
  const entitlement = found ?? (await createEntitlement(client, plan, location, name));
  assertSameOptions(plan, entitlement);
  if (entitlement.status !== 'draft') return entitlement.id;
  const path = `/v1/entitlements/${encodeURIComponent(entitlement.id)}/activate`;
  await client.call(
    { method: 'POST', path, body: {}, idempotencyKey: idOf(plan.run, location.location, 'activate') },
    Ignored,
  );
  return entitlement.id;
}

async function findEntitlement(
  client: ApiClient,
  customerId: string,
  name: string,
): Promise<EntitlementAnswer | undefined> {
  let cursor: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = new URLSearchParams({ customerId, ...(cursor === null ? {} : { cursor }) });
    const call = { method: 'GET', path: `/v1/entitlements?${query}` } as const;
    const answer: z.infer<typeof EntitlementPage> = await client.call(call, EntitlementPage);
    const found = answer.items.find((entitlement) => entitlement.name === name);
    if (found !== undefined || answer.nextCursor === null) return found;
    cursor = answer.nextCursor;
  }
  return undefined;
}

async function createEntitlement(
  client: ApiClient,
  plan: Plan,
  location: PlannedLocation,
  name: string,
): Promise<EntitlementAnswer> {
  const { total, unit, on, restrict } = plan.options;
  const body = {
    name,
    customerId: location.customerId,
    ...coverFromNow(),
    allocationType: allocationOf(unit),
    totalTerm: total,
    decreaseRemainingOn: on,
    restrict,
  };
  const idempotencyKey = idOf(plan.run, location.location, 'create');
  try {
    return await client.call({ method: 'POST', path: '/v1/entitlements', body, idempotencyKey }, EntitlementAnswer);
  } catch (error) {
    // The key was used before with other dates: the entitlement was created on another day and was not listed yet.
    if (!(error instanceof ApiRefusal && error.code === 'idempotency_conflict')) throw error;
    await sleep(LISTING_LAG_MS);
    const found = await findEntitlement(client, location.customerId, name);
    if (found === undefined) throw error;
    return found;
  }
}

/** More than the list needs to show a new entitlement. */
const LISTING_LAG_MS = 2_000;

const allocationOf = (unit: ReplayOptions['unit']) => (unit === 'cases' ? 'cases' : 'hours');

/** From yesterday to a year from now: covers the play even when the clocks of both sides differ. */
function coverFromNow() {
  const day = (offset: number) =>
    new Date(Date.now() + offset * MS_PER_DAY).toISOString().slice(0, 'yyyy-mm-dd'.length);
  return { startDate: day(-1), endDate: day(TERM_DAYS), timeZone: 'UTC' };
}

function assertSameOptions(plan: Plan, entitlement: EntitlementAnswer): void {
  const { total, unit, on, restrict } = plan.options;
  const same =
    entitlement.totalTerm === total &&
    entitlement.allocationType === allocationOf(unit) &&
    entitlement.decreaseRemainingOn === on &&
    entitlement.restrict === restrict;
  if (same) return;
  const { totalTerm, allocationType, decreaseRemainingOn } = entitlement;
  throw new ActionableError(
    `The run ${plan.run} was played with other options (total ${totalTerm} ${allocationType} on ${decreaseRemainingOn}, ` +
      `restrict ${entitlement.restrict ? 'yes' : 'no'}): choose another name with --run.`,
  );
}
