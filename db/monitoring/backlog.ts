import type { Sql } from '../postgres/sql.ts';

/** The most rows of one kind that a reading counts: more are as bad, and cost more to count. */
const COUNTED_AT_MOST = 10_000;
/** How long after its instant an entitlement counts as overdue. Timers fire within a second. */
const OVERDUE_SECONDS = 60;
/** A worker says every 1.5 s that it polls. */
const WORKER_SEEN_WITHIN_SECONDS = 6;

/** How many wait, and for how many seconds the oldest does. */
export interface Waiting {
  readonly count: number;
  readonly oldestSeconds: number;
}

/**
 * Why deliveries are not delivered yet: they wait for their turn, because their webhook is paused, because there is no
 * mail server, or for their next attempt.
 */
export type DeliveryWait = 'turn' | 'paused' | 'no_mail_server' | 'retry';

/** What waits in the database at one moment. No count is higher than `COUNTED_AT_MOST`. */
export interface Backlog {
  readonly events: Waiting;
  readonly deliveries: readonly (Waiting & { readonly kind: 'webhook' | 'email'; readonly wait: DeliveryWait })[];
  readonly pausedWebhooks: number;
  readonly renewals: readonly { readonly stage: string; readonly count: number }[];
  /** Undecided, although the entitlement has ended. */
  readonly renewalsPastEnd: number;
  /** Entitlements whose start or end has passed without their having started or ended. */
  readonly overdue: readonly { readonly what: 'start' | 'end'; readonly count: number }[];
  readonly workers: number;
  /** Connections of this database that wait for a lock of another one, and the age of its oldest transaction. */
  readonly lockWaits: number;
  readonly oldestTransactionSeconds: number;
}

/**
 * Reads what waits, in statements that use an index each and count a bounded number of rows. Rejects with the driver's
 * error when the database is away.
 */
export async function readBacklog(sql: Sql, taskQueue: string): Promise<Backlog> {
  const [[events], deliveries, [webhooks], renewals, overdue, [servers]] = await Promise.all([
    sql<Waiting[]>`
      select count(*)::int as count, ${secondsSince(sql, 'min(created_at)')} as "oldestSeconds"
      from (select created_at from events where dispatched_at is null order by id limit ${COUNTED_AT_MOST}) waiting`,
    readDeliveries(sql),
    sql<{ paused: number }[]>`
      select count(*)::int as paused from webhook_endpoints where enabled and paused_at is not null`,
    sql<{ stage: string; count: number; past: number }[]>`
      select stage, count(*)::int as count, count(*) filter (where ends_at < now())::int as past
      from renewals where not is_over group by stage`,
    readOverdue(sql),
    sql<{ workers: number; waits: number; oldest: number }[]>`
      select
        (select count(*)::int from workers where task_queue = ${taskQueue}
          and seen_at > now() - make_interval(secs => ${WORKER_SEEN_WITHIN_SECONDS})) as workers,
        count(*) filter (where wait_event_type = 'Lock')::int as waits, ${secondsSince(sql, 'min(xact_start)')} as oldest
      from pg_stat_activity where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`,
  ]);
  return {
    events: events ?? { count: 0, oldestSeconds: 0 },
    deliveries,
    pausedWebhooks: webhooks?.paused ?? 0,
    renewals: renewals.map(({ stage, count }) => ({ stage, count })),
    renewalsPastEnd: renewals.reduce((sum, { past }) => sum + past, 0),
    overdue,
    workers: servers?.workers ?? 0,
    lockWaits: servers?.waits ?? 0,
    oldestTransactionSeconds: servers?.oldest ?? 0,
  };
}

/** SQL: the seconds from an instant until now; 0 where there is none. */
const secondsSince = (sql: Sql, instant: 'min(created_at)' | 'min(xact_start)') =>
  sql`coalesce(greatest(0, extract(epoch from clock_timestamp() - ${sql.unsafe(instant)})), 0)::float8`;

const readDeliveries = (sql: Sql): Promise<Backlog['deliveries'][number][]> => sql<Backlog['deliveries'][number][]>`
  with waiting as (
    (select deliveries.kind, deliveries.created_at, case
        when deliveries.kind = 'email' and deliveries.reason is not null then 'no_mail_server'
        when endpoint.paused_at is not null and deliveries.redelivery = 0 then 'paused' else 'turn' end as wait
      from deliveries left join webhook_endpoints endpoint on endpoint.id = endpoint_id
      where deliveries.status = 'pending' and deliveries.dispatched_at is null
      order by deliveries.number limit ${COUNTED_AT_MOST})
    union all
    (select kind, created_at, 'retry' from deliveries
      where status = 'pending' and dispatched_at is not null limit ${COUNTED_AT_MOST})
  )
  select kind, wait, count(*)::int as count, ${secondsSince(sql, 'min(created_at)')} as "oldestSeconds"
  from waiting group by kind, wait`;

/** A date is compared as well, because the index is by date. A day more covers every time zone. */
const readOverdue = (sql: Sql): Promise<Backlog['overdue'][number][]> => sql<Backlog['overdue'][number][]>`
  select 'start' as what, count(*)::int as count from (
    select from entitlements where not deleted and status = 'waiting' and start_date <= current_date + 1
      and starts_at < now() - make_interval(secs => ${OVERDUE_SECONDS}) limit ${COUNTED_AT_MOST}) late
  union all
  select 'end', count(*)::int from (
    select from entitlements where not deleted and status = 'active' and end_date <= current_date + 1
      -- A pause that moves the end holds it up until the entitlement goes on.
      and (paused_since is null or state -> 'pauses' -> 0 ->> 'end' = 'keep')
      and ends_at < now() - make_interval(secs => ${OVERDUE_SECONDS}) limit ${COUNTED_AT_MOST}) late`;

/** The number of entitlements in each status: one pass over an index, so it costs more the more there are. */
export const countByStatus = (sql: Sql): Promise<{ status: string; count: number }[]> =>
  sql<
    { status: string; count: number }[]
  >`select status, count(*)::int as count from entitlements where not deleted group by status`;
