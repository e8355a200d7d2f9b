import type { EpochMs } from '../../domain/calendar.ts';
import type { EventType } from '../../domain/deliveries/event-types.ts';
import { isWanted } from '../ledger/ledger-events.ts';
import { jsonParameter } from '../postgres/connect.ts';
import { instantText } from '../postgres/instant-text.ts';
import type { Sql } from '../postgres/sql.ts';

/** Something that happened and that others may want to know. */
export interface NewEvent {
  /** Says what happened, the same each time it is said: it counts once. */
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
 * Records events in the transaction of what they tell of, so that neither is without the other; those of its key that are
 * there already, and those of types that nobody wants, are left out. Their deliveries follow by themselves.
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

/** So many events at a time: one short transaction. */
const EVENTS_AT_A_TIME = 200;

/**
 * Makes the deliveries of events that have none yet, one for each endpoint that wants the type, and answers how many events
 * that were. Several may do so at once: each takes others.
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
