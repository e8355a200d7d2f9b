import type { Attempt, DeliveryStore, Outgoing } from '../../workflows/deliveries/ports.ts';
import type { Sql } from '../postgres/sql.ts';
import { inTransaction } from '../postgres/transaction.ts';
import { WAKE_CHANNEL } from './deliveries.ts';
import { payloadOf } from './delivery-payload.ts';
import { messageIdOf } from './emails.ts';
import { disableEndpoint } from './webhook-endpoints.ts';
import { noteOutcome, type PauseChange } from './webhook-pauses.ts';

/** What the workflows of deliveries read and write. It calls `onPause` when a webhook is paused or resumes. */
export const createDeliveryStore = (sql: Sql, onPause: (change: PauseChange) => void): DeliveryStore => ({
  read: (id, redelivery) => readOutgoing(sql, id, redelivery),
  record: async (attempt) => {
    const { isOver, pause } = await recordAttempt(sql, attempt);
    if (pause !== null) onPause(pause);
    return isOver;
  },
  redeliveryOf: async (id) => {
    const [found] = await sql<{ redelivery: number }[]>`
      select redelivery from deliveries where id = ${id} and status = 'pending'`;
    return found?.redelivery ?? null;
  },
});

interface Found {
  readonly key: string;
  readonly target: string;
  readonly email: { readonly subject: string; readonly text: string; readonly html: string } | null;
  readonly type: string | null;
  readonly at: Date | null;
  readonly data: object | null;
  readonly url: string | null;
  readonly secret: string | null;
  readonly replacedSecrets: readonly string[];
}

/** The most replaced secrets that still sign. All signatures share one header, which receivers read as a whole. */
const REPLACED_AT_MOST = 4;

/**
 * What to send; undefined where the delivery has been delivered, disabled, superseded or redelivered in the meantime.
 */
async function readOutgoing(sql: Sql, id: string, redelivery: number): Promise<Outgoing | undefined> {
  const [found] = await sql<Found[]>`
    select deliveries.key, target, email, event.type, event.at, data, url, endpoint.secret,
      array(
        select replaced.secret from replaced_webhook_secrets replaced
        where replaced.endpoint_id = endpoint.id and works_until > now() order by works_until desc limit ${REPLACED_AT_MOST}
      ) as "replacedSecrets"
    from deliveries
      left join events event on event.id = event_id
      left join webhook_endpoints endpoint on endpoint.id = endpoint_id and enabled
    where deliveries.id = ${id} and status = 'pending' and redelivery = ${redelivery}`;
  if (found === undefined) return undefined;
  const { key, target, email, type, at, data, url, secret, replacedSecrets } = found;
  if (email !== null) return { kind: 'email', messageId: messageIdOf(key), to: target, ...email };
  if (url === null || secret === null || type === null || at === null) {
    // The webhook was disabled or deleted at the moment at which the delivery was made or asked for again.
    await sql`
      update deliveries set status = 'disabled', reason = 'The webhook is not enabled.', next_attempt_at = null,
        updated_at = now()
      where id = ${id} and status = 'pending' and redelivery = ${redelivery}`;
    return undefined;
  }
  const payload = payloadOf({ key, type, at, data });
  const secrets = [secret, ...replacedSecrets];
  return { kind: 'webhook', messageId: payload.id, url, secrets, body: JSON.stringify(payload) };
}

interface Recorded {
  /** No further attempt follows. */
  readonly isOver: boolean;
  /** It was not recorded before. */
  readonly isNew: boolean;
  readonly pause: PauseChange | null;
}

/** Records an attempt and its consequences. Recording it again changes nothing. */
export async function recordAttempt(
  sql: Sql,
  { id, redelivery, number, report, nextInMs }: Attempt,
): Promise<Recorded> {
  return await inTransaction(sql, async (tx) => {
    const { outcome, at, durationMs, statusCode, error, response, url } = report;
    // Locks are taken in this order everywhere: a webhook before its deliveries.
    if (outcome === 'gone') await disable(tx, id, url);
    const pause = await noteOutcome(tx, { deliveryId: id, redelivery, number, report });
    const made = await tx`
      insert into delivery_attempts (delivery_id, redelivery, number, at, duration_ms, status_code, error, response)
      values (${id}, ${redelivery}, ${number}, ${new Date(at)}, ${durationMs}, ${statusCode}, ${error}, ${response})
      on conflict do nothing returning delivery_id`;
    const isOver = outcome !== 'failed' || nextInMs === null;
    if (made.length === 0) return { isOver, isNew: false, pause };
    const status = outcome === 'delivered' ? 'delivered' : isOver ? 'failed' : 'pending';
    const next = isOver ? null : new Date(at + (durationMs ?? 0) + (nextInMs ?? 0));
    await tx`
      update deliveries set status = ${status}, reason = null, next_attempt_at = ${next}, updated_at = now()
      where id = ${id} and redelivery = ${redelivery}
        and (status = 'pending' or (status = 'overtaken' and ${outcome === 'delivered'}))`;
    await wakeForNext(tx, id);
    return { isOver, isNew: true, pause };
  });
}

/**
 * The attempt made room for another one, so deliveries that wait for the same webhook need not wait for the next poll.
 */
async function wakeForNext(tx: Sql, id: string): Promise<void> {
  await tx`
    select pg_notify(${WAKE_CHANNEL}, '') where exists (
      select from deliveries done join deliveries waiting on waiting.endpoint_id = done.endpoint_id
      where done.id = ${id} and waiting.status = 'pending' and waiting.dispatched_at is null)`;
}

/** Disables the webhook only if its URL is still the one that answered. */
async function disable(tx: Sql, id: string, url: string | null): Promise<void> {
  const [found] = await tx<{ endpointId: string }[]>`
    select endpoint.id as "endpointId" from deliveries join webhook_endpoints endpoint on endpoint.id = endpoint_id
    where deliveries.id = ${id} and endpoint.url = ${url}`;
  if (found !== undefined) await disableEndpoint(tx, found.endpointId, 'The receiver answered 410 Gone.');
}
