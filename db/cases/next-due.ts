import type { ClockTarget } from '../../domain/slas/case-clock.ts';
import type { ClockStatus } from '../../domain/slas/clock-reading.ts';
import { dueTime } from '../clocks/clocks-at-risk.ts';
import { utcText } from '../postgres/instant-text.ts';
import type { Fragment, Sql } from '../postgres/sql.ts';

/** A service-level clock of a case that has not ended. Instants are RFC 3339. */
export interface NextDue {
  readonly target: ClockTarget;
  /** As it is on record; see `statusAt` of `domain/slas/clock-risk.ts`. */
  readonly status: ClockStatus;
  /** When it is due, or was breached; while it is paused, as when the pause began. */
  readonly dueAt: string;
  /** Null: no hold stops it. */
  readonly pausedSince: string | null;
}

/**
 * SQL: the `NextDue` of an active case, in a query of `cases`: of the clocks that run the one that is due first, or the
 * first of the paused ones where none runs. Null where no clock is on record or all have ended.
 */
export const nextDueOf = (sql: Sql): Fragment => sql`
  (select jsonb_build_object('target', target, 'status', clock.status,
      'dueAt', ${utcText(sql, sql`${dueTime(sql, sql`clock`)} at time zone 'UTC'`, 'MS')},
      'pausedSince', ${utcText(sql, sql`clock.paused_since at time zone 'UTC'`, 'MS')})
    from case_clocks clock
    where clock.case_id = cases.id and clock.entitlement_id = cases.entitlement_id
      and clock.attached_seq = cases.attached_seq and cases.status = 'active' and met_at is null
      and clock.status not in ('met', 'canceled')
    order by clock.paused_since is not null, ${dueTime(sql, sql`clock`)}, target limit 1)`;
