import type { EventType } from '../../domain/deliveries/event-types.ts';
import { type Decided, refuse } from '../../domain/refusals.ts';
import { type ChangeOrigin, recordChange } from '../access/audit.ts';
import { utcText } from '../postgres/instant-text.ts';
import { allOf, given } from '../postgres/keyset.ts';
import type { Page } from '../postgres/page.ts';
import type { Sql } from '../postgres/sql.ts';
import { inTransaction } from '../postgres/transaction.ts';
import { payloadOf, type RecordedEvent } from './delivery-payload.ts';

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed', 'disabled', 'overtaken'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];
export const DELIVERY_KINDS = ['webhook', 'email'] as const;
export type DeliveryKind = (typeof DELIVERY_KINDS)[number];

/** The channel of PostgreSQL on which dispatchers listen for new work. */
export const WAKE_CHANNEL = 'allot_deliveries';

/** Wakes all dispatchers when the transaction commits. */
export const wakeDispatchers = async (tx: Sql): Promise<void> => {
  await tx`select pg_notify(${WAKE_CHANNEL}, '')`;
};

export interface DeliveryAttempt {
  readonly redelivery: number;
  /** Counts from 1 within each redelivery. */
  readonly number: number;
  readonly at: string;
  readonly durationMs: number | null;
  /** The status of HTTP or SMTP; null where no answer came. */
  readonly statusCode: number | null;
  readonly error: string | null;
  readonly response: string | null;
}

/** A delivery without its content. */
export interface Delivery {
  readonly id: string;
  readonly number: number;
  readonly kind: DeliveryKind;
  readonly key: string;
  readonly type: EventType | null;
  readonly recordType: string | null;
  readonly recordId: string | null;
  readonly endpointId: string | null;
  readonly target: string;
  readonly subject: string | null;
  readonly status: DeliveryStatus;
  readonly reason: string | null;
  readonly redelivery: number;
  readonly nextAttemptAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly attempts: readonly DeliveryAttempt[];
}

export interface DeliveryFilter {
  readonly kind?: DeliveryKind | undefined;
  readonly status?: DeliveryStatus | undefined;
  readonly endpointId?: string | undefined;
  readonly type?: string | undefined;
  readonly recordId?: string | undefined;
  /** Only deliveries that were made since then, and that failed or are tried again because an attempt failed. */
  readonly failingSince?: Date;
}

/**
 * SQL: the delivery was given up, or waits for another attempt. It repeats the condition of the index, so that PostgreSQL
 * can use it.
 */
const isFailing = (sql: Sql) =>
  sql`(status in ('failed', 'disabled') or (status = 'pending' and next_attempt_at is not null))`;

const columns = (sql: Sql) => sql`
  delivery.id, delivery.number::float8 as number, delivery.kind, delivery.key, event.type,
  event.record_type as "recordType", coalesce(event.record_id, about) as "recordId", endpoint_id as "endpointId", target,
  email ->> 'subject' as subject, status, reason, redelivery, next_attempt_at as "nextAttemptAt",
  delivery.created_at as "createdAt", delivery.updated_at as "updatedAt",
  coalesce((
    select jsonb_agg(jsonb_build_object('redelivery', redelivery, 'number', number, 'at',
      ${utcText(sql, sql`at at time zone 'UTC'`, 'MS')}, 'durationMs', duration_ms, 'statusCode', status_code,
      'error', error, 'response', response) order by redelivery, number)
    from delivery_attempts where delivery_id = delivery.id
  ), '[]') as attempts`;

/** At most `limit` deliveries that the filter leaves, newest first, after the delivery with the number `after`. */
export const listDeliveries = async (sql: Sql, page: Page, filter: DeliveryFilter): Promise<Delivery[]> =>
  await deliveriesQuery(sql, page, filter);

/** The query of `listDeliveries`, which runs when it is awaited; tests explain it instead. */
export function deliveriesQuery(
  sql: Sql,
  { limit, after }: Page,
  { kind, status, endpointId, type, recordId, failingSince }: DeliveryFilter,
) {
  const where = [
    ...given(kind, (value) => sql`kind = ${value}`),
    ...given(status, (value) => sql`status = ${value}`),
    ...given(endpointId, (id) => sql`endpoint_id = ${id}`),
    ...given(type, (value) => sql`event.type = ${value}`),
    ...given(recordId, (id) => sql`(event.record_id = ${id} or about = ${id})`),
    ...given(failingSince, (since) => sql`${isFailing(sql)} and delivery.created_at >= ${since}`),
    ...given(after, (number) => sql`number < ${number}::bigint`),
  ];
  return sql<Delivery[]>`
    select ${columns(sql)} from deliveries delivery left join events event on event.id = event_id
    where ${allOf(sql, where)} order by number desc limit ${limit}`;
}

/** How many deliveries that were made since then failed, or are tried again because an attempt failed. */
export async function countFailing(sql: Sql, since: Date): Promise<number> {
  const [counted] = await sql<{ count: number }[]>`
    select count(*)::integer as count from deliveries where ${isFailing(sql)} and created_at >= ${since}`;
  return counted?.count ?? 0;
}

/** Undefined where the delivery does not exist. */
export const findDelivery = async (sql: Sql, id: string): Promise<Delivery | undefined> =>
  (
    await sql<Delivery[]>`
      select ${columns(sql)} from deliveries delivery left join events event on event.id = event_id
      where delivery.id = ${id}`
  )[0];

/** The content of a delivery: the JSON for a webhook, or the e-mail. */
export type DeliveryContent =
  | ReturnType<typeof payloadOf>
  | { readonly subject: string; readonly text: string; readonly html: string };

/** One delivery with its content; undefined where it does not exist. */
export async function findDeliveryWithContent(
  sql: Sql,
  id: string,
): Promise<(Delivery & { readonly content: DeliveryContent }) | undefined> {
  const delivery = await findDelivery(sql, id);
  if (delivery === undefined) return undefined;
  const [said] = await sql<(RecordedEvent & { email: Extract<DeliveryContent, { html: string }> | null })[]>`
    select email, delivery.key, event.type, event.at, event.data
    from deliveries delivery left join events event on event.id = event_id where delivery.id = ${id}`;
  if (said === undefined) return undefined;
  return { ...delivery, content: said.email ?? payloadOf(said) };
}

/**
 * Makes the worker deliver it again: at once, and then by the whole schedule. A waiting attempt is dropped. Once for
 * each key: with the key of an earlier request it changes nothing. Refuses `not_found`, and `wrong_state` where the
 * webhook was deleted or is not enabled.
 */
export async function redeliver(
  sql: Sql,
  { id, key }: { readonly id: string; readonly key: string | null },
  origin: ChangeOrigin,
): Promise<Decided<Delivery>> {
  return await inTransaction(sql, async (tx) => {
    const [found] = await tx<
      { kind: DeliveryKind; status: DeliveryStatus; redelivery: number; enabled: boolean | null; target: string }[]
    >`
      select kind, status, redelivery, enabled, coalesce(endpoint.url, target) as target
      from deliveries left join webhook_endpoints endpoint on endpoint.id = endpoint_id
      where deliveries.id = ${id} for update of deliveries`;
    if (found === undefined) return refuse('not_found', `There is no delivery ${id}.`);
    if (key !== null && (await wasRedelivered(tx, id, key))) return await readAgain(tx, id);
    if (found.kind === 'webhook' && found.enabled !== true)
      return refuse(
        'wrong_state',
        `The webhook of ${id} ${found.enabled === null ? 'was deleted' : 'is not enabled'}.`,
      );
    const redelivery = found.redelivery + 1;
    await tx`
      update deliveries set status = 'pending', reason = null, target = ${found.target}, redelivery = ${redelivery}, next_attempt_at = null,
        dispatched_at = null, claimed_until = null, updated_at = now()
      where id = ${id}`;
    await wakeDispatchers(tx);
    await recordChange(tx, {
      ...origin,
      action: 'redelivered',
      recordType: 'delivery',
      recordId: id,
      before: { status: found.status, redelivery: found.redelivery },
      after: { status: 'pending', redelivery, ...(key === null ? {} : { key }) },
    });
    return await readAgain(tx, id);
  });
}

/** The audit keeps the key of each request, and the row of the delivery is locked, so none can be missed. */
async function wasRedelivered(tx: Sql, id: string, key: string): Promise<boolean> {
  const [found] = await tx`
    select from audit
    where record_type = 'delivery' and record_id = ${id} and action = 'redelivered' and after->>'key' = ${key}`;
  return found !== undefined;
}

async function readAgain(tx: Sql, id: string): Promise<Delivery> {
  const delivery = await findDelivery(tx, id);
  if (delivery === undefined) throw new TypeError('The delivery was read in this transaction.');
  return delivery;
}
