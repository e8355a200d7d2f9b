import type { Fragment, Sql } from '../postgres/sql.ts';
import { inTransaction } from '../postgres/transaction.ts';
import type { DeliveryKind } from './deliveries.ts';
import { FIRST_PROBE_SECONDS, LONGEST_PROBE_SECONDS, PROBES_COUNTED } from './webhook-pauses.ts';

/** What a delivery's workflow is started for. */
export interface DueDelivery {
  readonly id: string;
  readonly kind: DeliveryKind;
  readonly type: string | null;
  readonly target: string;
  readonly subject: string | null;
  readonly redelivery: number;
}

/** Started side by side. */
const DELIVERIES_AT_A_TIME = 50;
/** Longer than a start takes: then whoever was to do it has died, and another one does it. */
const CLAIMED_SECONDS = 10;
/** Longer than an attempt takes: a delivery that has been at it for longer was ended by an operator. */
const ATTEMPT_SECONDS = 120;
/** Of one webhook, so many deliveries wait for another attempt, each as a workflow, before new ones have to wait. */
const RETRYING_AT_MOST = 1_000;
/** Any number that no other lock of this kind has: one dispatcher at a time looks for what is due. */
const CLAIM_LOCK = 5_019_071;

/** What may be dispatched. */
export interface DispatchLimits {
  readonly kinds: readonly DeliveryKind[];
  /** Attempts under way at a time for one webhook, and for all e-mails together. */
  readonly atATime: number;
}

/**
 * Has deliveries started that nobody has started yet, the oldest first, and marks those whose start went well. Of each
 * webhook only so many are under way at a time, and of one that is paused just one when it is due to be tried. Whoever dies in
 * between leaves them to be started again: that must be harmless. Answers how many it started. Throws the first failure,
 * after the marks.
 */
export async function dispatchDeliveries(
  sql: Sql,
  { kinds, atATime }: DispatchLimits,
  start: (delivery: DueDelivery) => Promise<void>,
): Promise<number> {
  const due = await inTransaction(sql, async (tx) => {
    // Counted one after the other: two at once would both find the same room.
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

/** Whether somebody starts it at this moment. */
const isClaimed = (tx: Sql) => tx`coalesce(claimed_until > now(), false)`;

/** Of what is under way: whether it is being attempted, and does not wait for its next attempt. */
const isAttempted = (tx: Sql) => tx`
  coalesce(next_attempt_at, dispatched_at, now()) between now() - make_interval(secs => ${ATTEMPT_SECONDS}) and now()`;

const claim = (tx: Sql) => tx`
  update deliveries set claimed_until = now() + make_interval(secs => ${CLAIMED_SECONDS})
  from due
  where deliveries.id = due.id
  returning deliveries.id, kind, target, redelivery, email ->> 'subject' as subject,
    (select type from events where events.id = event_id) as type`;

/** What is asked for by hand is sent to a paused webhook too. */
const claimWebhooks = (tx: Sql, atATime: number): Promise<DueDelivery[]> => tx<DueDelivery[]>`
  with lane as (
    select endpoint.id, paused_at is not null as is_paused, coalesce(probe_at <= now(), false) as is_probed,
      greatest(0, least(${atATime} - attempted, ${RETRYING_AT_MOST} - under_way)) as room
    from webhook_endpoints endpoint, lateral (
      select count(*) as under_way, count(*) filter (where ${isAttempted(tx)}) as attempted
      from deliveries where endpoint_id = endpoint.id and status = 'pending'
        and (dispatched_at is not null or ${isClaimed(tx)})
    ) counted
    where enabled
  ), waiting as (
    select next.id, next.number, lane.id as endpoint_id, lane.is_paused and next.redelivery = 0 as is_probe
    from lane, lateral (
      select id, number, redelivery from deliveries
      where endpoint_id = lane.id and status = 'pending' and dispatched_at is null and not ${isClaimed(tx)}
        and (not is_paused or is_probed or redelivery > 0)
      order by number limit case when is_paused and is_probed then least(1, room) else room end
      for update skip locked
    ) next
  ), due as (
    select id, endpoint_id, is_probe from waiting order by number limit ${DELIVERIES_AT_A_TIME}
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
      select count(*) from deliveries under_way
      where kind = 'email' and status = 'pending' and (dispatched_at is not null or ${isClaimed(tx)}) and ${isAttempted(tx)}))
    for update skip locked
  )
  ${claim(tx)}`;

/** Longer than a delivery is tried: what has waited for a paused webhook for so long is told too late. */
const WAITS_AT_MOST_DAYS = 4;

/**
 * Ends what waits for nothing: for a webhook that was disabled or deleted at the very moment at which the delivery was made, or
 * that has been paused for longer than a delivery is tried.
 */
export async function tidyDeliveries(sql: Sql): Promise<void> {
  await sql`
    update deliveries set status = 'disabled', reason = 'The webhook is not enabled.', updated_at = now()
    where status = 'pending' and dispatched_at is null and kind = 'webhook'
      and not exists (select from webhook_endpoints endpoint where endpoint.id = endpoint_id and enabled)`;
  await sql`
    update deliveries set status = 'failed', reason = 'The webhook was paused, as its receiver kept failing.', updated_at = now()
    from webhook_endpoints endpoint
    where endpoint.id = endpoint_id and paused_at is not null and status = 'pending' and dispatched_at is null
      and redelivery = 0 and deliveries.created_at < now() - make_interval(days => ${WAITS_AT_MOST_DAYS})`;
}

/** Not those that were asked for anew meanwhile: they are to be started again. */
async function mark(sql: Sql, deliveries: readonly DueDelivery[], as: Fragment): Promise<void> {
  const ids = deliveries.map(({ id }) => id);
  const redeliveries = deliveries.map(({ redelivery }) => redelivery);
  await sql`
    update deliveries set ${as}
    from unnest(${ids}::text[], ${redeliveries}::integer[]) as started (id, redelivery)
    where deliveries.id = started.id and deliveries.redelivery = started.redelivery`;
}

const NO_MAIL_SERVER = 'No mail server is set: SMTP_URL of the worker is empty.';
/** A little longer than an e-mail is tried when its server is away: what is older is told too late to be of use. */
const HELD_DAYS = 4;

/** Without a mail server, e-mails wait and say so; those that waited too long fail, and can be redelivered. */
export async function holdEmails(sql: Sql): Promise<void> {
  await sql`
    update deliveries set reason = ${NO_MAIL_SERVER}, updated_at = now()
    where status = 'pending' and dispatched_at is null and kind = 'email' and reason is null`;
  await sql`
    update deliveries set status = 'failed', updated_at = now()
    where status = 'pending' and dispatched_at is null and kind = 'email' and redelivery = 0
      and created_at < now() - make_interval(days => ${HELD_DAYS})`;
}
