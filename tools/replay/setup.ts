import { setTimeout as sleep } from 'node:timers/promises';
import type { AllotClient } from '../../client/client.ts';
import { ActionableError } from '../../client/failure.ts';
import { MAX_CALLS_AT_ONCE } from '../../client/node.ts';
import { ApiRefusal } from '../../client/refusal.ts';
import type { components } from '../../client/schema.d.ts';
import { idOf } from './ids.ts';
import { inParallel } from './parallel.ts';
import type { Plan, PlannedLocation, ReplayOptions } from './plan.ts';

type Entitlement = components['schemas']['Entitlement'];

/** The longest name that the API takes for a customer, contact, product or entitlement. */
const MAX_NAME_LENGTH = 200;

/** A customer of a replay has one entitlement; more of them than this do not come from a replay. */
const MAX_ENTITLEMENTS = 500;

const MS_PER_DAY = 86_400_000;
const TERM_DAYS = 365;

/**
 * Creates everything that the events need: the organisation's channels, customers, contacts, products, and one active
 * entitlement for each location. It uses again what an earlier play of the run created. Returns the entitlements' ids
 * by location. Throws when the run's name was used with other options.
 */
export async function setUp(
  client: AllotClient,
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
  await each(plan.locations, async ({ customerId, location }) => {
    const body = { type: 'account', name: named(location), timeZone: 'UTC' } as const;
    await client.put('/v1/customers/{id}', { params: { path: { id: customerId } }, body });
  });
  await each(plan.contacts, async ({ id, customerId, name }) => {
    await client.put('/v1/contacts/{id}', { params: { path: { id } }, body: { customerId, name: named(name) } });
  });
  await each(plan.products, async ({ id, name }) => {
    await client.put('/v1/products/{id}', { params: { path: { id } }, body: { name: named(name) } });
  });
  const entitlementIds = new Map<string, string>();
  await each(plan.locations, async (location) => {
    entitlementIds.set(location.location, await activeEntitlement(client, plan, location));
  });
  return entitlementIds;
}

/** A name that the API takes: not empty and not too long. Names that become equal when cut still differ by id. */
const named = (name: string): string => name.trim().slice(0, MAX_NAME_LENGTH) || '(no name)';

async function addChannels(client: AllotClient, channels: readonly string[]): Promise<void> {
  const settings = await client.get('/v1/settings');
  const known = new Set(settings.channels);
  const added = channels.filter((channel) => !known.has(channel));
  if (added.length === 0) return;
  // The whole object is sent back, so that everything else in it stays as it is.
  await client.put('/v1/settings', { body: { ...settings, channels: [...settings.channels, ...added] } });
}

async function activeEntitlement(client: AllotClient, plan: Plan, location: PlannedLocation): Promise<string> {
  const name = named(`Replay ${plan.run} ${location.location}`);
  const found = await findEntitlement(client, location.customerId, name);
  const entitlement = found ?? (await createEntitlement(client, plan, location, name));
  assertSameOptions(plan, entitlement);
  if (entitlement.status !== 'draft') return entitlement.id;
  const header = { 'Idempotency-Key': idOf(plan.run, location.location, 'activate') };
  const params = { path: { id: entitlement.id }, header };
  await client.post('/v1/entitlements/{id}/activate', { params, body: {} });
  return entitlement.id;
}

async function findEntitlement(
  client: AllotClient,
  customerId: string,
  name: string,
): Promise<Entitlement | undefined> {
  let read = 0;
  for await (const entitlement of client.items('/v1/entitlements', { params: { query: { customerId } } })) {
    if (entitlement.name === name) return entitlement;
    read += 1;
    if (read === MAX_ENTITLEMENTS) return undefined;
  }
  return undefined;
}

async function createEntitlement(
  client: AllotClient,
  plan: Plan,
  location: PlannedLocation,
  name: string,
): Promise<Entitlement> {
  const { total, unit, on, restrict } = plan.options;
  const body = {
    name,
    customerId: location.customerId,
    ...coverFromNow(),
    allocationType: allocationOf(unit),
    totalTerm: total,
    decreaseRemainingOn: on,
    restrict,
  } as const;
  const header = { 'Idempotency-Key': idOf(plan.run, location.location, 'create') };
  try {
    return await client.post('/v1/entitlements', { params: { header }, body });
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

/** A term that is a number: an entitlement of a replay is never unlimited. */
export function limited(term: number | null): number {
  if (term === null) throw new TypeError('The entitlement of a replay must have a limited term.');
  return term;
}

/** From yesterday to a year from now: covers the play even when the clocks of both sides differ. */
function coverFromNow() {
  const day = (offset: number) =>
    new Date(Date.now() + offset * MS_PER_DAY).toISOString().slice(0, 'yyyy-mm-dd'.length);
  return { startDate: day(-1), endDate: day(TERM_DAYS), timeZone: 'UTC' };
}

function assertSameOptions(plan: Plan, entitlement: Entitlement): void {
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
