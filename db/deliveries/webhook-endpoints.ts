import { randomBytes } from 'node:crypto';
import type { EVERY_TYPE, EventType } from '../../domain/deliveries/event-types.ts';
import { type Decided, isRefused, refuse } from '../../domain/refusals.ts';
import { type ChangeOrigin, recordChange } from '../access/audit.ts';
import type { Sql } from '../postgres/sql.ts';
import { inTransaction } from '../postgres/transaction.ts';
import { wakeDispatchers } from './deliveries.ts';

/** A webhook without its secrets: which events go to which URL. */
export interface WebhookEndpoint {
  readonly id: string;
  readonly url: string;
  readonly types: readonly (EventType | typeof EVERY_TYPE)[];
  readonly description: string | null;
  readonly enabled: boolean;
  readonly disabledReason: string | null;
  /** Since when deliveries wait because the receiver keeps failing; null: the webhook is not paused. */
  readonly pausedAt: Date | null;
  /** When the next delivery is tried on a paused webhook. */
  readonly nextProbeAt: Date | null;
  readonly rotatedAt: Date | null;
  /** Until this instant a replaced secret also signs; null when none does. */
  readonly replacedWorksUntil: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A webhook with its secret, which is shown only this once. */
export interface ToldEndpoint {
  readonly endpoint: WebhookEndpoint;
  readonly secret: string;
}

export type EndpointInput = Pick<WebhookEndpoint, 'url' | 'types' | 'description'>;
export type EndpointChanges = Partial<EndpointInput & Pick<WebhookEndpoint, 'enabled'>>;

/** A bound, because each event is compared with all webhooks. */
export const MAX_ENDPOINTS = 20;
/** Standard Webhooks asks for 24 to 64 bytes. */
const SECRET_BYTES = 32;
const newSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;

const columns = (sql: Sql) => sql`
  id, url, types, description, enabled, disabled_reason as "disabledReason", paused_at as "pausedAt",
  probe_at as "nextProbeAt", rotated_at as "rotatedAt",
  (select max(works_until) from replaced_webhook_secrets where endpoint_id = id and works_until > now())
    as "replacedWorksUntil",
  created_at as "createdAt", updated_at as "updatedAt"`;

/** All webhooks in order of id: there are at most `MAX_ENDPOINTS`. */
export const listEndpoints = async (sql: Sql): Promise<WebhookEndpoint[]> =>
  await sql<WebhookEndpoint[]>`select ${columns(sql)} from webhook_endpoints order by id`;

/** Undefined where the webhook does not exist. */
export const findEndpoint = async (sql: Sql, id: string): Promise<WebhookEndpoint | undefined> =>
  (await sql<WebhookEndpoint[]>`select ${columns(sql)} from webhook_endpoints where id = ${id}`)[0];

/** Creates a webhook. Refuses `conflict` for an id that was used before, and beyond `MAX_ENDPOINTS`. */
export async function createEndpoint(
  sql: Sql,
  { id, url, types, description }: EndpointInput & { readonly id: string },
  origin: ChangeOrigin,
): Promise<Decided<ToldEndpoint>> {
  return await inTransaction(sql, async (tx) => {
    await tx`lock table webhook_endpoints in share row exclusive mode`;
    const all = await listEndpoints(tx);
    if (all.some((endpoint) => endpoint.id === id))
      return refuse(
        'conflict',
        `This request has already created the webhook ${id}. Its secret was shown once. Rotate it to get another one.`,
      );
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

/** Changes what `changes` names. Changing the URL or `enabled` ends a pause. Refuses `not_found`. */
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

/** Ends a pause: the deliveries that wait are sent at once. */
async function resume(tx: Sql, id: string): Promise<void> {
  await tx`
    update webhook_endpoints set failures_in_row = 0, paused_at = null, probe_at = null, probes = 0 where id = ${id}`;
  await wakeDispatchers(tx);
}

/** Deletes the webhook; the log of its deliveries stays. Deleting it again changes nothing. */
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
 * Gives the webhook a new secret. The previous secret also signs for `overlapHours`, and earlier ones for the time that
 * they have left; with `overlapHours` 0, none of them does. Refuses `not_found`, and `conflict` for a `onceKey` that
 * has already rotated it.
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
      return refuse(
        'conflict',
        `This request has already rotated the secret of ${id}. It was shown once. Rotate it again with another Idempotency-Key.`,
      );
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

/**
 * Disables a webhook whose receiver wants nothing more, and its waiting deliveries. `tx` is the caller's transaction.
 */
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
