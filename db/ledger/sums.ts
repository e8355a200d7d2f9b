import type { Fragment, Sql } from '../postgres/sql.ts';
import { type Span, withinSpan } from './span.ts';

/**
 * Sums over the ledger, each of which PostgreSQL reads from one index alone; see migrations 0008 and 0023. Each function makes a
 * part of a `from` clause, after a table `its` of entitlements. `one by one` looks the sum up for each of a few
 * entitlements; `all at once` reads the index in order, for many.
 */
export type Reading = 'all at once' | 'one by one';

/**
 * SQL: what cases took, less what they gave back, as `use.used`. The condition on what changed repeats that of the
 * index by time, which PostgreSQL reads for a short span.
 */
export const joinUse = (sql: Sql, span: Span, reading: Reading): Fragment =>
  joined(
    sql,
    reading,
    'use',
    (ofIts) => sql`
      select entitlement_id, sum(coalesce(use_change, -change)) as used from ledger
      where case_id is not null and coalesce(use_change, -change) <> 0 and ${withinSpan(sql, span)} ${ofIts}
      group by entitlement_id`,
  );

/** SQL: how many cases came, as `came.cases`. */
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
 * SQL: the row attaches a case for the first time. A case that another entitlement handed over came there, and not
 * here. The condition repeats that of the index, so that PostgreSQL can use it. It is a JSON path because PostgreSQL's
 * planner assumes that a match of a JSON path is rare, which is right here. For `is null` it would assume the opposite.
 */
export const isNewCase = (sql: Sql): Fragment =>
  sql`kind = 'attached' and not (case_after @? '$.movedFrom.entitlementId ? (@ != null)')`;

/**
 * SQL: the present term as `terms.total`: what remained when the period began, and what was granted, lapsed or edited
 * since. Without periods it is everything that was ever granted. It is counted from row `terms.from_seq` on.
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
 * SQL: the entitlement's term is counted from the beginning of its period. An edit that removes the periods ends that,
 * even if a later edit adds periods again, until the next period begins. It repeats the expression of the index, so
 * that PostgreSQL can use it.
 */
const countsFromPeriod = (sql: Sql): Fragment => sql`state -> 'period' ->> 'usedBefore' is not null`;

const joined = (sql: Sql, reading: Reading, name: string, sums: (ofIts: Fragment) => Fragment): Fragment =>
  reading === 'one by one'
    ? sql`left join lateral (${sums(sql`and entitlement_id = its.id`)}) ${sql(name)} on true`
    : sql`left join (${sums(sql``)}) ${sql(name)} on ${sql(name)}.entitlement_id = its.id`;
