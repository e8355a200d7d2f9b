import type { AccessScope } from '../../domain/access/access-scope.ts';
import { ATTACH_REFUSAL_CODES } from '../../domain/refusals.ts';
import { anyOf, ownRenewals } from '../access/access-scope.ts';
import { inScope, ofEntitlements } from '../access/report-scope.ts';
import { type Span, withinSpan } from '../ledger/span.ts';
import { isNewCase } from '../ledger/sums.ts';
import type { Fragment, Sql } from '../postgres/sql.ts';

/** The headline figures of the home page, in their order, and the unit of each. */
const UNIT_OF = {
  active_entitlements: 'entitlements',
  attached_cases: 'cases',
  refused_cases: 'cases',
  undecided_renewals: 'renewals',
} as const;
export type FigureName = keyof typeof UNIT_OF;
type FigureUnit = (typeof UNIT_OF)[FigureName];
export const FIGURE_NAMES = Object.keys(UNIT_OF) as [FigureName, ...FigureName[]];
export const FIGURE_UNITS = [...new Set(Object.values(UNIT_OF))] as [FigureUnit, ...FigureUnit[]];

const WEEK_MS = 7 * 86_400_000;
const WEEKS = 8;

/** A span of seven times 24 hours, and the count in it or at its end. */
interface FigureWeek extends Span {
  readonly value: number;
}

export interface Figure {
  readonly name: FigureName;
  readonly unit: FigureUnit;
  /** The value now, or in the last seven days. */
  readonly value: number;
  /** The last eight weeks, the oldest first; the last one ends at `now`. */
  readonly trend: readonly FigureWeek[];
}

/** The headline figures within the access scope, in the order of `FIGURE_NAMES`. `now` in epoch milliseconds. */
export async function readFigures(sql: Sql, accessScope: AccessScope, now: number): Promise<Figure[]> {
  const span = { since: new Date(now - WEEKS * WEEK_MS), until: new Date(now) };
  const [[nowActive], changes, attached, refused, undecided] = await Promise.all([
    activeNowQuery(sql, accessScope),
    activityQuery(sql, span, accessScope),
    attachedQuery(sql, span, accessScope),
    refusedQuery(sql, span, accessScope),
    undecidedQuery(sql, span, accessScope),
  ]);
  const values = {
    active_entitlements: backFrom(nowActive?.count ?? 0, byWeek(changes, now)),
    attached_cases: byWeek(attached, now),
    refused_cases: byWeek(refused, now),
    undecided_renewals: byWeek(undecided, now),
  } satisfies Record<FigureName, readonly number[]>;
  return FIGURE_NAMES.map((name) => figureOf(name, values[name], now));
}

function figureOf(name: FigureName, values: readonly number[], now: number): Figure {
  const trend = values.map((value, week) => {
    const until = now - (WEEKS - 1 - week) * WEEK_MS;
    return { since: new Date(until - WEEK_MS), until: new Date(until), value };
  });
  return { name, unit: UNIT_OF[name], value: values.at(-1) ?? 0, trend };
}

/** A number of a week, and the instant at which the week begins. */
interface WeekCount {
  readonly since: Date;
  readonly count: number;
}

/** The numbers of all weeks up to `now`, the oldest first; 0 for a week that has none. */
function byWeek(rows: readonly WeekCount[], now: number): number[] {
  const counts = new Map(rows.map(({ since, count }) => [Math.round((now - since.getTime()) / WEEK_MS), count]));
  return Array.from({ length: WEEKS }, (_, week) => counts.get(WEEKS - week) ?? 0);
}

/**
 * What was there at the end of each week, from what is there now and from what changed in each week. A server whose clock
 * was moved ahead has ends that lie after `now`: then more began than there are, and the number is 0 and not less.
 */
const backFrom = (present: number, changes: readonly number[]): number[] =>
  changes.map((_, week) =>
    Math.max(
      0,
      changes.slice(week + 1).reduce((before, change) => before - change, present),
    ),
  );

/** SQL: the instant at which the week of the row begins. */
const weekOf = (sql: Sql, { since }: Span): Fragment => sql`date_bin('168 hours', at, ${since}::timestamptz)`;

/** The query of the entitlements that are active now. The queries are not awaited here, so that tests can explain them. */
export const activeNowQuery = (sql: Sql, accessScope: AccessScope) =>
  sql<{ count: number }[]>`
    select count(*)::integer as count from entitlements where status = 'active' and ${inScope(sql, {}, accessScope)}`;

/**
 * The query of how many more entitlements became active in each week than ceased to be. The condition on `kind` repeats
 * that of the index. A deactivation counts only if the entitlement was not waiting for its start, which its last
 * change of status before that says.
 */
export const activityQuery = (sql: Sql, span: Span, accessScope: AccessScope) =>
  sql<WeekCount[]>`
    select ${weekOf(sql, span)} as since, sum(case
      when kind = 'activated' then (facts ->> 'status' = 'active')::integer
      when kind = 'started' then 1
      when kind = 'expired' then -1
      when kind = 'canceled' then coalesce((facts -> 'beforeStart')::boolean::integer, 0) - 1
      else -(
        select (kind = 'started' or facts ->> 'status' = 'active')::integer from ledger before
        where before.entitlement_id = ledger.entitlement_id and before.seq < ledger.seq and case_id is null
          and kind in ('activated', 'started')
        order by seq desc limit 1)
      end)::integer as count
    from ledger
    where kind in ('activated', 'started', 'deactivated', 'expired', 'canceled') and case_id is null
      and ${withinSpan(sql, span)} ${ofEntitlements(sql, {}, accessScope)}
    group by 1`;

/** The query of how many cases were attached for the first time in each week. */
export const attachedQuery = (sql: Sql, span: Span, accessScope: AccessScope) =>
  sql<WeekCount[]>`
    select ${weekOf(sql, span)} as since, count(*)::integer as count from ledger
    where ${isNewCase(sql)} and ${withinSpan(sql, span)} ${ofEntitlements(sql, {}, accessScope)}
    group by 1`;

/** The query of how many cases entitlements turned away in each week. One that is refused five times counts once. */
export const refusedQuery = (sql: Sql, span: Span, accessScope: AccessScope) =>
  sql<WeekCount[]>`
    select ${weekOf(sql, span)} as since, count(distinct case_id)::integer as count from ledger
    where kind = 'refused' and refusal = any(${[...ATTACH_REFUSAL_CODES]}) and ${withinSpan(sql, span)}
      ${ofEntitlements(sql, {}, accessScope)}
    group by 1`;

/** The query of how many renewals could still be decided at the end of each week. */
export const undecidedQuery = (sql: Sql, { since, until }: Span, accessScope: AccessScope) =>
  sql<WeekCount[]>`
    select week as since, count(*)::integer as count
    from generate_series(${since}::timestamptz, ${until}::timestamptz - interval '168 hours', '168 hours') week join (
      select opened_at, case when is_over then updated_at else 'infinity' end as over_at from renewals
      where (not is_over or (is_over and updated_at > ${since})) and ${anyOf(sql, ownRenewals(sql, accessScope))}
    ) undecided on opened_at <= week + interval '168 hours' and over_at > week + interval '168 hours'
    group by 1`;
