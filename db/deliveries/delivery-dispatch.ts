import type { Fragment, Sql } from '../postgres/sql.ts';
import { inTransaction } from '../postgres/transaction.ts';
import type { DeliveryKind } from './deliveries.ts';
import { FAILURES_BEFORE_PAUSE, FIRST_PROBE_SECONDS, LONGEST_PROBE_SECONDS, PROBES_COUNTED } from './webhook-pauses.ts';

/** What a delivery's workflow is started for. */
export interface DueDelivery {
  readonly id: string;
  readonly kind: DeliveryKind;
  readonly type: string | null;
  readonly target: string;
  readonly subject: string | null;
  readonly redelivery: number;
}

/** The most deliveries that one call starts, all side by side. */
const DELIVERIES_AT_A_TIME = 50;
/**
 * Longer than a start takes. A claim that is older belongs to a dispatcher that died, and another one takes it over.
 */
const CLAIMED_SECONDS = 10;
/** Longer than an attempt takes. A delivery that has been attempted for longer was ended by an operator. */
const ATTEMPT_SECONDS = 120;
/**
 * The most deliveries of one webhook that wait for another attempt, each as a workflow; further ones are not started.
 */
const RETRYING_AT_MOST = 1_000;
/** The advisory lock of the dispatcher that looks for due deliveries, one at a time. No other lock has this number. */
const CLAIM_LOCK = 5_019_071;

/** Which deliveries may be dispatched. */
export interface DispatchLimits {
  readonly kinds: readonly DeliveryKind[];
  /** The most attempts under way at a time for one webhook, and for all e-mails together. */
  readonly atATime: number;
}

/**
 * Calls `start` for deliveries that nobody has started yet, the oldest first, and marks those whose start succeeded. It
 * keeps to the limits of each webhook; of a paused webhook it starts one delivery when the next probe is due. If this
 * process dies in between, the deliveries are started again, so a second start must be harmless. Answers how many it
 * started. Throws the first error of `start`, after marking the others.
 */
export async function dispatchDeliveries(
  sql: Sql,
  { kinds, atATime }: DispatchLimits,
  start: (delivery: DueDelivery) => Promise<void>,
): Promise<number> {
  const due = await inTransaction(sql, async (tx) => {
    // Two dispatchers that count at the same time would both find the same room.
    await tx`select pg_advisory_xact_lock(${CLAIM_LOCK})`;
    const webhooks = kinds.includes('webhook') ? await claimWebhooks(tx, atATime) : [];
    return kinds.includes('email') ? [...webhooks, ...(await claimEmails(tx, atATime))] : webhooks;
  });
  if (due.length === 0) return 0;
  const outcomes = await Promise.allSettled(due.map(start));
  const hasStarted = (_: DueDelivery, index: number) => outcomes[index]?.status === 'fulfilled';
  await mark(
    sql,
    due.filter(hasStarted),
    sql`dispatched_at = now(), claimed_until = null,
    reason = case when status = 'pending' then null else reason end`,
  );
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed === undefined) return due.length;
  await mark(
    sql,
    due.filter((one, index) => !hasStarted(one, index)),
    sql`claimed_until = null`,
  );
  throw failed.reason;
}

/** SQL: a dispatcher is starting the delivery at this moment. */
const isClaimed = (tx: Sql) => tx`coalesce(claimed_until > now(), false)`;

/** SQL: the delivery is being attempted, and not waiting for its next attempt. */
const isAttempted = (tx: Sql) => tx`
  coalesce(next_attempt_at, dispatched_at, now()) between now() - make_interval(secs => ${ATTEMPT_SECONDS}) and now()`;

const claim = (tx: Sql) => tx`
  update deliveries set claimed_until = now() + make_interval(secs => ${CLAIMED_SECONDS})
  from due
  where deliveries.id = due.id
  returning deliveries.id, kind, target, redelivery, email ->> 'subject' as subject,
    (select type from events where events.id = event_id) as type`;

/**
 * SQL: the deliveries that are under way or about to be, of which `more` says which. Two reads, each of a short index: a
 * single one would read everything that waits, which for a paused webhook is a great deal.
 */
const underWay = (tx: Sql, more: Fragment) => tx`
  select next_attempt_at, dispatched_at from deliveries
  where status = 'pending' and dispatched_at is not null and ${more}
  union all
  select next_attempt_at, dispatched_at from deliveries
  where status = 'pending' and dispatched_at is null and claimed_until > now() and ${more}`;

/**
 * Once a delivery of a webhook has failed, no more first attempts are made at a time than may still fail before the
 * webhook is paused. (`least` leaves out the null of a webhook without a failure.) Later attempts do not count for a
 * pause, so they take no room there.
 *
 * A delivery that somebody asked for again goes to a paused webhook too. What else waits for a paused webhook is not
 * read, because each look would read all of it.
 *
 * Webhooks whose probe is due are locked before any delivery: that is the order everywhere. One that is just being
 * changed is left for the next look.
 */
const claimWebhooks = (tx: Sql, atATime: number): Promise<DueDelivery[]> => tx<DueDelivery[]>`
  with probing as (
    select id from webhook_endpoints where enabled and paused_at is not null and probe_at <= now()
    for update skip locked
  ), lane as (
    select endpoint.id, paused_at is not null as is_paused, endpoint.id in (select id from probing) as is_probed,
      greatest(0, least(${atATime} - attempted, ${RETRYING_AT_MOST} - under_way,
        case when failures_in_row > 0 and paused_at is null then ${FAILURES_BEFORE_PAUSE} - failures_in_row - first_attempts end
      )) as room
    from webhook_endpoints endpoint, lateral (
      select count(*) as under_way, count(*) filter (where ${isAttempted(tx)}) as attempted,
        count(*) filter (where ${isAttempted(tx)} and next_attempt_at is null) as first_attempts
      from (${underWay(tx, tx`endpoint_id = endpoint.id`)}) each
    ) counted
    where enabled
  ), in_turn as (
    select next.id, next.number, lane.id as endpoint_id, lane.is_paused and next.redelivery = 0 as is_probe
    from lane, lateral (
      select id, number, redelivery from deliveries
      where endpoint_id = lane.id and status = 'pending' and dispatched_at is null and not ${isClaimed(tx)}
      order by number limit case when is_paused then least(1, room) else room end
      for update skip locked
    ) next
    where not is_paused or is_probed
  ), asked_again as (
    select next.id, next.number, lane.id as endpoint_id, false as is_probe
    from lane, lateral (
      select id, number from deliveries
      where endpoint_id = lane.id and status = 'pending' and dispatched_at is null and redelivery > 0
        and not ${isClaimed(tx)}
      order by number limit room
      for update skip locked
    ) next
    where is_paused and not is_probed
  ), due as (
    select id, endpoint_id, is_probe from (select * from in_turn union all select * from asked_again) waiting
    order by number limit ${DELIVERIES_AT_A_TIME}
  ), probed as (
    update webhook_endpoints set probes = least(probes + 1, ${PROBES_COUNTED}),
      probe_at = now() + make_interval(secs => least(${FIRST_PROBE_SECONDS} * power(2, probes + 1), ${LONGEST_PROBE_SECONDS}))
    from due where webhook_endpoints.id = due.endpoint_id and is_probe
  )
  ${claim(tx)}`;

const claimEmails = (tx: Sql, atATime: number): Promise<DueDelivery[]> => tx<DueDelivery[]>`
  with due as (
    select id from deliveries
    where kind = 'email' and status = 'pending' and dispatched_at is null and not ${isClaimed(tx)}
    order by number
    limit greatest(0, ${atATime} - (
      select count(*) from (${underWay(tx, tx`kind = 'email'`)}) each where ${isAttempted(tx)}))
    for update skip locked
  )
  ${claim(tx)}`;

/** Longer than a delivery is tried: after that, what waits for a paused webhook would arrive too late. */
const WAITS_AT_MOST_DAYS = 4;

/**
 * Ends deliveries that wait in vain: for a webhook that was disabled or deleted at the moment at which the delivery was
 * made, or for one that has been paused for longer than a delivery is tried.
 */
export async function tidyDeliveries(sql: Sql): Promise<void> {
  await sql`
    update deliveries set status = 'disabled', reason = 'The webhook is not enabled.', updated_at = now()
    where status = 'pending' and dispatched_at is null and kind = 'webhook'
      and not exists (select from webhook_endpoints endpoint where endpoint.id = endpoint_id and enabled)`;
  await sql`
    update deliveries set status = 'failed', reason = 'The webhook was paused because its receiver kept failing.', updated_at = now()
    from webhook_endpoints endpoint
    where endpoint.id = endpoint_id and paused_at is not null and status = 'pending' and dispatched_at is null
      and redelivery = 0 and deliveries.created_at < now() - make_interval(days => ${WAITS_AT_MOST_DAYS})`;
}

/** Leaves out deliveries that somebody asked for again in the meantime: they must be started once more. */
async function mark(sql: Sql, deliveries: readonly DueDelivery[], as: Fragment): Promise<void> {
  const ids = deliveries.map(({ id }) => id);
  const redeliveries = deliveries.map(({ redelivery }) => redelivery);
  await sql`
    update deliveries set ${as}
    from unnest(${ids}::text[], ${redeliveries}::integer[]) as started (id, redelivery)
    where deliveries.id = started.id and deliveries.redelivery = started.redelivery`;
}

const NO_MAIL_SERVER = 'No mail server is set: SMTP_URL of the worker is empty.';
/** A little longer than an e-mail is tried when its server is away: an older e-mail arrives too late to be of use. */
const HELD_DAYS = 4;

/**
 * Notes on waiting e-mails that there is no mail server, and fails those that waited too long. They can be redelivered.
 */
export async function holdEmails(sql: Sql): Promise<void> {
  await sql`
    update deliveries set reason = ${NO_MAIL_SERVER}, updated_at = now()
    where status = 'pending' and dispatched_at is null and kind = 'email' and reason is null`;
  await sql`
    update deliveries set status = 'failed', updated_at = now()
    where status = 'pending' and dispatched_at is null and kind = 'email' and redelivery = 0
      and created_at < now() - make_interval(days => ${HELD_DAYS})`;
}
