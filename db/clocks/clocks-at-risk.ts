import type { EpochMs } from '../../domain/calendar.ts';
import { DUE_SOON_MINUTES } from '../../domain/slas/clock-risk.ts';
import type { Fragment, Sql } from '../postgres/sql.ts';

const MINUTE_MS = 60_000;

/** SQL: when a clock on record is due, or was breached. */
export const dueTime = (sql: Sql, clock: Fragment): Fragment => sql`coalesce(${clock}.breached_at, ${clock}.due_at)`;

/**
 * SQL: a query of the clocks at risk at an instant, with the cases that have them: `case_id`, `title`, `customer_id`,
 * `entitlement_id`, `sla_id`, `target`, `status` and `due_at`. A clock whose case has left the entitlement is none of
 * them, whatever its status. The two parts read an index each.
 */
export const clocksAtRisk = (sql: Sql, now: EpochMs): Fragment => sql`
  select cases.id as case_id, title, cases.customer_id, cases.entitlement_id, clock.sla_id, target, clock.status,
    ${dueTime(sql, sql`clock`)} as due_at
  from (
    select * from case_clocks where status in ('nearing', 'breached') and met_at is null and paused_since is null
    union all
    select * from case_clocks
    where status = 'in_progress' and met_at is null and due_at <= ${new Date(now + DUE_SOON_MINUTES * MINUTE_MS)}
  ) clock join cases on cases.id = clock.case_id and cases.entitlement_id = clock.entitlement_id
    and cases.attached_seq = clock.attached_seq and cases.status = 'active'`;
