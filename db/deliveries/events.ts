import type { EpochMs } from '../../domain/calendar.ts';
import type { EventType } from '../../domain/deliveries/event-types.ts';
import { isWanted } from '../ledger/ledger-events.ts';
import { jsonParameter } from '../postgres/connect.ts';
import { instantText } from '../postgres/instant-text.ts';
import type { Sql } from '../postgres/sql.ts';

/** Something that happened, and that other programs may want to know. */
export interface NewEvent {
  /** Names the occasion. An event with a key that came before is not recorded again. */
  readonly key: string;
  readonly type: EventType;
  readonly at: EpochMs;
  /** What it is about: `renewal`, `opportunity` … */
  readonly recordType: string;
  readonly recordId: string;
  readonly customerId: string | null;
  readonly data: object;
}

/**
 * Records events in the same transaction as the change that they report, so neither exists without the other. Leaves
 * out events whose key is already there, and events of types that nobody subscribed to. The worker makes their
 * deliveries.
 */
export async function recordEvents(tx: Sql, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map(({ at, recordType, recordId, customerId, ...event }) => ({
    ...event,
    at: instantText(at),
    record_type: recordType,
    record_id: recordId,
    customer_id: customerId,
  }));
  await tx`
    insert into events (key, type, at, record_type, record_id, customer_id, data)
    select key, type, at, record_type, record_id, customer_id, data
    from jsonb_to_recordset(${jsonParameter(tx, rows)}) as event (key text, type text, at timestamptz,
      record_type text, record_id text, customer_id text, data jsonb)
    where ${isWanted(tx, tx`type`)}
    order by key
    on conflict (key) do nothing`;
}

/** Few enough that the transaction stays short. */
const EVENTS_AT_A_TIME = 200;

/**
 * Makes the deliveries of events that have none yet: one for each endpoint that subscribed to the type. Returns the
 * number of events. Several workers can do this at once, because each one claims different events.
 */
export async function dispatchEvents(sql: Sql): Promise<number> {
  const [done] = await sql<{ events: number }[]>`
    with claimed as (
      select * from events where dispatched_at is null order by id limit ${EVENTS_AT_A_TIME} for update skip locked
    ), dispatched as (
      update events set dispatched_at = now() from claimed where events.id = claimed.id
    ), made as (
      insert into deliveries (id, kind, key, event_id, endpoint_id, target)
      select 'dlv_' || left(encode(sha256(convert_to(claimed.key || ' ' || endpoint.id, 'UTF8')), 'hex'), 24),
        'webhook', claimed.key, claimed.id, endpoint.id, endpoint.url
      from claimed join webhook_endpoints endpoint
        on enabled and ('*' = any(types) or claimed.type = any(types))
      order by claimed.id, endpoint.id
      on conflict do nothing
    )
    select count(*)::int as events from claimed`;
  return done?.events ?? 0;
}
