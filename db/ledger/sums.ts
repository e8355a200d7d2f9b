import type { Fragment, Sql } from '../postgres/sql.ts';
import { type Span, withinSpan } from './span.ts';

/**
 * Sums over the ledger, each read from one index alone; see the migration. Each is a part of `from`, after a table `its` of
 * entitlements. `one by one`: looked up for each of few entitlements; else of all at once, by reading the index in order.
 */
export type Reading = 'all at once' | 'one by one';

/** What cases took less what came back: use.used. */
export const joinUse = (sql: Sql, span: Span, reading: Reading): Fragment =>
  joined(
    sql,
    reading,
    'use',
    (ofIts) => sql`
      select entitlement_id, sum(coalesce(use_change, -change)) as used from ledger
      where case_id is not null and ${withinSpan(sql, span)} ${ofIts}
      group by entitlement_id`,
  );

/** The cases that came: came.cases. */
export const joinCases = (sql: Sql, span: Span, reading: Reading): Fragment =>
  joined(
    sql,
    reading,
    'came',
    (ofIts) => sql`
      select entitlement_id, count(*) as cases from ledger
      where ${isNewCase(sql)} and ${withinSpan(sql, span)} ${ofIts}
      group by entitlement_id`,
  );

/**
 * A case that came, be it from none; one that another entitlement handed over came there. As the index has it, and as a path: the
 * planner knows that such a one is found seldom, and takes what `is null` for seldom.
 */
export const isNewCase = (sql: Sql): Fragment =>
  sql`kind = 'attached' and not (case_after @? '$.movedFrom.entitlementId ? (@ != null)')`;

/**
 * The term of now: what remained when the period began, and what was granted, lapsed or edited since; without periods all that
 * was ever granted: terms.total. It is counted from the row terms.from_seq.
 */
export const joinTerms = (sql: Sql, reading: Reading): Fragment =>
  joined(
    sql,
    reading,
    'terms',
    (ofIts) => sql`
      select life.entitlement_id, min(life.seq) as from_seq,
        sum(case when life.seq = period.seq then life.remaining_after else life.change end)::integer as total
      from (select entitlement_id, seq, change, remaining_after from ledger where case_id is null ${ofIts}) life
      left join (
        select entitlement_id, max(seq) as seq from ledger
        where case_id is null and kind = 'period_started' ${ofIts}
          and entitlement_id in (select id from entitlements where ${countsFromPeriod(sql)}) group by entitlement_id
      ) period on period.entitlement_id = life.entitlement_id
      where life.seq >= coalesce(period.seq, 1)
      group by life.entitlement_id`,
  );

/**
 * What was used before the current period is no part of it. An edit that takes the periods off, also where a later one
 * brings them back, ends that until the next period begins. As the index has it.
 */
const countsFromPeriod = (sql: Sql): Fragment => sql`state -> 'period' ->> 'usedBefore' is not null`;

const joined = (sql: Sql, reading: Reading, name: string, sums: (ofIts: Fragment) => Fragment): Fragment =>
  reading === 'one by one'
    ? sql`left join lateral (${sums(sql`and entitlement_id = its.id`)}) ${sql(name)} on true`
    : sql`left join (${sums(sql``)}) ${sql(name)} on ${sql(name)}.entitlement_id = its.id`;
