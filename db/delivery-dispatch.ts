import type { Fragment, Sql } from './connect.ts';
import type { DeliveryKind } from './deliveries.ts';

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

/**
 * Has deliveries started that nobody has started yet, and marks those whose start went well. Whoever dies in between leaves
 * them to be started again: that must be harmless. Answers how many it started. Throws the first failure, after the marks.
 */
export async function dispatchDeliveries(
  sql: Sql,
  kinds: readonly DeliveryKind[],
  start: (delivery: DueDelivery) => Promise<void>,
): Promise<number> {
  const due = await claim(sql, kinds);
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

const claim = (sql: Sql, kinds: readonly DeliveryKind[]): Promise<DueDelivery[]> => sql<DueDelivery[]>`
  with due as (
    select id, number from deliveries
    where status = 'pending' and dispatched_at is null and kind = any(${[...kinds]})
      and (claimed_until is null or claimed_until < now())
    order by number limit ${DELIVERIES_AT_A_TIME} for update skip locked
  )
  update deliveries set claimed_until = now() + make_interval(secs => ${CLAIMED_SECONDS})
  from due
  where deliveries.id = due.id
  returning deliveries.id, kind, target, redelivery, email ->> 'subject' as subject,
    (select type from events where events.id = event_id) as type`;

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
