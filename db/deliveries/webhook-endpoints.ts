import { randomBytes } from 'node:crypto';
import type { EVERY_TYPE, EventType } from '../../domain/deliveries/event-types.ts';
import { type Decided, isRefused, refuse } from '../../domain/refusals.ts';
import { type ChangeOrigin, recordChange } from '../access/audit.ts';
import type { Sql } from '../postgres/sql.ts';
import { inTransaction } from '../postgres/transaction.ts';
import { wakeDispatchers } from './deliveries.ts';

/** Who is told of what; without its secrets. */
export interface WebhookEndpoint {
  readonly id: string;
  readonly url: string;
  readonly types: readonly (EventType | typeof EVERY_TYPE)[];
  readonly description: string | null;
  readonly enabled: boolean;
  readonly disabledReason: string | null;
  /** Since when what goes there waits, as its receiver keeps failing; null: it is not paused. */
  readonly pausedAt: Date | null;
  /** When the next delivery tries a paused one. */
  readonly nextProbeAt: Date | null;
  readonly rotatedAt: Date | null;
  /** Until then a secret signs too that a rotation replaced; null when none does. */
  readonly replacedWorksUntil: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** An endpoint whose secret is told this once. */
export interface ToldEndpoint {
  readonly endpoint: WebhookEndpoint;
  readonly secret: string;
}

export type EndpointInput = Pick<WebhookEndpoint, 'url' | 'types' | 'description'>;
export type EndpointChanges = Partial<EndpointInput & Pick<WebhookEndpoint, 'enabled'>>;

/** Each event is matched with all of them. */
export const MAX_ENDPOINTS = 20;
/** As Standard Webhooks has it: 24 to 64 bytes. */
const SECRET_BYTES = 32;
const newSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;

const columns = (sql: Sql) => sql`
  id, url, types, description, enabled, disabled_reason as "disabledReason", paused_at as "pausedAt",
  probe_at as "nextProbeAt", rotated_at as "rotatedAt",
  (select max(works_until) from replaced_webhook_secrets where endpoint_id = id and works_until > now())
    as "replacedWorksUntil",
  created_at as "createdAt", updated_at as "updatedAt"`;

/** All of them, in order of id: they are few. */
export const listEndpoints = async (sql: Sql): Promise<WebhookEndpoint[]> =>
  await sql<WebhookEndpoint[]>`select ${columns(sql)} from webhook_endpoints order by id`;

export const findEndpoint = async (sql: Sql, id: string): Promise<WebhookEndpoint | undefined> =>
  (await sql<WebhookEndpoint[]>`select ${columns(sql)} from webhook_endpoints where id = ${id}`)[0];

/** Refuses `conflict` for an id that made one before, and past the most that there may be. */
export async function createEndpoint(
  sql: Sql,
  { id, url, types, description }: EndpointInput & { readonly id: string },
  origin: ChangeOrigin,
): Promise<Decided<ToldEndpoint>> {
  return await inTransaction(sql, async (tx) => {
    await tx`lock table webhook_endpoints in share row exclusive mode`;
    const all = await listEndpoints(tx);
    if (all.some((endpoint) => endpoint.id === id))
      return refuse('conflict', `${id} was made by this before. Its secret was told once: rotate it for another.`);
    if (all.length >= MAX_ENDPOINTS)
      return refuse('conflict', `There are ${MAX_ENDPOINTS} webhooks already. Delete one first.`);
    const secret = newSecret();
    await tx`
      insert into webhook_endpoints (id, url, types, description, secret)
      values (${id}, ${url}, ${[...types]}, ${description}, ${secret})`;
    const endpoint = await present(tx, id);
    await recordChange(tx, { ...origin, ...changeOf('created', id), before: null, after: audited(endpoint) });
    return { endpoint, secret };
  });
}

/** What `changes` does not name stays. Another URL, or `enabled`, ends a pause. Refuses `not_found`. */
export async function changeEndpoint(
  sql: Sql,
  id: string,
  changes: EndpointChanges,
  origin: ChangeOrigin,
): Promise<Decided<WebhookEndpoint>> {
  return await inTransaction(sql, async (tx) => {
    const before = await locked(tx, id);
    if (isRefused(before)) return before;
    const { url, types, description, enabled } = { ...before, ...changes };
    await tx`
      update webhook_endpoints set url = ${url}, types = ${[...types]}, description = ${description},
        enabled = ${enabled}, disabled_reason = case when ${enabled} then null else disabled_reason end, updated_at = now()
      where id = ${id}`;
    if (changes.url !== undefined || changes.enabled !== undefined) await resume(tx, id);
    await tx`update deliveries set target = ${url} where endpoint_id = ${id} and status = 'pending' and target <> ${url}`;
    if (!enabled) await disableDeliveries(tx, id, 'The webhook is not enabled.');
    const after = await present(tx, id);
    const change = { before: audited(before), after: audited(after) };
    await recordChange(tx, { ...origin, ...changeOf('updated', id), ...change });
    return after;
  });
}

/** What waited for it is sent at once. */
async function resume(tx: Sql, id: string): Promise<void> {
  await tx`
    update webhook_endpoints set failures_in_row = 0, paused_at = null, probe_at = null, probes = 0 where id = ${id}`;
  await wakeDispatchers(tx);
}

/** Nothing more goes there; the log of its deliveries stays. Again it changes nothing. */
export async function deleteEndpoint(sql: Sql, id: string, origin: ChangeOrigin): Promise<void> {
  await inTransaction(sql, async (tx) => {
    const before = await locked(tx, id);
    if (isRefused(before)) return;
    await tx`delete from webhook_endpoints where id = ${id}`;
    await disableDeliveries(tx, id, 'The webhook was deleted.');
    await recordChange(tx, { ...origin, ...changeOf('deleted', id), before: audited(before), after: null });
  });
}

/**
 * Gives it a new secret; the one before signs too for `overlapHours`, and so do those before it for the time that they were
 * promised, unless it is 0: then none does. The same `onceKey` again is no second rotation. Refuses `not_found` and `conflict`.
 */
export async function rotateEndpoint(
  sql: Sql,
  { id, overlapHours, onceKey }: { id: string; overlapHours: number; onceKey: string },
  origin: ChangeOrigin,
): Promise<Decided<ToldEndpoint>> {
  return await inTransaction(sql, async (tx) => {
    const before = await locked(tx, id);
    if (isRefused(before)) return before;
    if (before.rotationKey === onceKey)
      return refuse('conflict', `${id} was rotated by this before. Its secret was told once: rotate it again.`);
    const secret = newSecret();
    await tx`delete from replaced_webhook_secrets where endpoint_id = ${id} and (works_until < now() or ${overlapHours === 0})`;
    if (overlapHours > 0)
      await tx`
        insert into replaced_webhook_secrets (endpoint_id, secret, works_until)
        select id, secret, now() + make_interval(secs => ${overlapHours * 3_600}) from webhook_endpoints where id = ${id}`;
    await tx`
      update webhook_endpoints set secret = ${secret}, rotated_at = now(), updated_at = now(), rotation_key = ${onceKey}
      where id = ${id}`;
    const endpoint = await present(tx, id);
    await recordChange(tx, {
      ...origin,
      ...changeOf('rotated', id),
      before: { rotatedAt: before.rotatedAt },
      after: { rotatedAt: endpoint.rotatedAt, replacedWorksUntil: endpoint.replacedWorksUntil },
    });
    return { endpoint, secret };
  });
}

/** The receiver said that nothing more is wanted: nothing that waits for it is tried again. */
export async function disableEndpoint(tx: Sql, id: string, reason: string): Promise<void> {
  const before = await locked(tx, id);
  if (isRefused(before) || !before.enabled) return;
  await tx`
    update webhook_endpoints set enabled = false, disabled_reason = ${reason}, updated_at = now() where id = ${id}`;
  await disableDeliveries(tx, id, reason);
  await recordChange(tx, {
    by: 'allot',
    role: null,
    reason,
    ...changeOf('disabled', id),
    before: { enabled: true },
    after: { enabled: false },
  });
}

const disableDeliveries = async (tx: Sql, id: string, reason: string): Promise<void> => {
  await tx`
    update deliveries set status = 'disabled', reason = ${reason}, next_attempt_at = null, updated_at = now()
    where endpoint_id = ${id} and status = 'pending'`;
};

const changeOf = (action: string, recordId: string) => ({ action, recordType: 'webhook', recordId });

const audited = ({ url, types, description, enabled }: WebhookEndpoint) => ({ url, types, description, enabled });

async function locked(
  tx: Sql,
  id: string,
): Promise<Decided<WebhookEndpoint & { readonly rotationKey: string | null }>> {
  const [found] = await tx<(WebhookEndpoint & { rotationKey: string | null })[]>`
    select ${columns(tx)}, rotation_key as "rotationKey" from webhook_endpoints where id = ${id} for update`;
  return found ?? refuse('not_found', `There is no webhook ${id}.`);
}

async function present(tx: Sql, id: string): Promise<WebhookEndpoint> {
  const found = await findEndpoint(tx, id);
  if (found === undefined) throw new TypeError('The webhook was written in this transaction.');
  return found;
}
