import type { Sql } from './connect.ts';
import type { DeliveryKind } from './deliveries.ts';
import { inTransaction } from './transaction.ts';

/** What a delivery's workflow is started for. */
export interface DueDelivery {
  readonly id: string;
  readonly kind: DeliveryKind;
  readonly type: string | null;
  readonly target: string;
  readonly subject: string | null;
  readonly redelivery: number;
}

/** Started side by side, while their rows are locked. */
const DELIVERIES_AT_A_TIME = 50;

/**
 * Has deliveries started that nobody has started yet, and marks those whose start went well. Whoever dies in between leaves
 * them to be started again: that must be harmless. Answers how many it started. Throws the first failure, after the marks.
 */
export async function dispatchDeliveries(
  sql: Sql,
  kinds: readonly DeliveryKind[],
  start: (delivery: DueDelivery) => Promise<void>,
): Promise<number> {
  const outcomes = await inTransaction(sql, async (tx) => {
    const due = await tx<DueDelivery[]>`
      select deliveries.id, kind, target, redelivery, email ->> 'subject' as subject,
        (select type from events where events.id = event_id) as type
      from deliveries
      where status = 'pending' and dispatched_at is null and kind = any(${[...kinds]})
      order by number limit ${DELIVERIES_AT_A_TIME} for update skip locked`;
    if (due.length === 0) return [];
    const settled = await Promise.allSettled(due.map(start));
    const started = due.filter((_, index) => settled[index]?.status === 'fulfilled').map(({ id }) => id);
    await tx`update deliveries set dispatched_at = now(), reason = null where id = any(${started})`;
    return settled;
  });
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return outcomes.length;
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
