import type { Fragment, Sql } from '../connect.ts';
import { type Span, withinSpan } from './span.ts';

/** Sums over the ledger, each read from one index alone; see the migration. `ledgers` is `and …`, or nothing for all. */

/** What cases took less what came back: entitlement_id, used. */
export const usedInSpan = (sql: Sql, span: Span, ledgers: Fragment): Fragment => sql`
  select entitlement_id, -sum(change) as used from ledger
  where case_id is not null and ${withinSpan(sql, span)} ${ledgers}
  group by entitlement_id`;

/** The cases that came; a case that another entitlement handed over came there: entitlement_id, cases. */
export const casesInSpan = (sql: Sql, span: Span, ledgers: Fragment): Fragment => sql`
  select entitlement_id, count(*) as cases from ledger
  where ${isNewCase(sql)} and ${withinSpan(sql, span)} ${ledgers}
  group by entitlement_id`;

export const isNewCase = (sql: Sql): Fragment => sql`kind = 'attached' and not (case_after ? 'movedFrom')`;

/**
 * The term of now: what remained when the period began, and what was granted, lapsed or edited since; without periods all that
 * was ever granted. Columns entitlement_id, total, from_seq: the row that it is counted from.
 */
export const termsOfNow = (sql: Sql, ledgers: Fragment): Fragment => sql`
  select life.entitlement_id, min(life.seq) as from_seq,
    sum(case when life.kind = 'period_started' then life.remaining_after else life.change end)::integer as total
  from (select entitlement_id, seq, kind, change, remaining_after from ledger where case_id is null ${ledgers}) life
  left join (
    select entitlement_id, max(seq) as seq from ledger
    where case_id is null and kind = 'period_started' ${ledgers} group by entitlement_id
  ) period on period.entitlement_id = life.entitlement_id
  where life.seq >= coalesce(period.seq, 1)
  group by life.entitlement_id`;
