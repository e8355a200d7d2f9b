import type { AccessScope } from '../../domain/access/access-scope.ts';
import { paceSince } from '../../domain/terms/depletion-forecast.ts';
import { inScope, isOfFew } from '../access/report-scope.ts';
import { joinUse } from '../ledger/sums.ts';
import type { Sql } from '../postgres/sql.ts';
import { findNearDepletion, type NearDepletion } from '../reports/near-depletion.ts';

const DAY_MS = 86_400_000;

export interface RunningOut {
  /** How many entitlements run out. */
  readonly total: number;
  readonly rows: readonly NearDepletion[];
}

/**
 * The active entitlements that have nothing left, or that use up their term before they end and before their next period
 * begins, if cases go on at the pace of `domain/terms/depletion-forecast.ts`. Those with nothing left come first, then
 * the earliest instant; at most `limit` rows. `now` in epoch milliseconds.
 */
export async function listRunningOut(
  sql: Sql,
  accessScope: AccessScope,
  { now, limit }: { readonly now: number; readonly limit: number },
): Promise<RunningOut> {
  const found = await runningOutQuery(sql, accessScope, { now, limit });
  const ids = found.map(({ id }) => id);
  const rows = new Map((await findNearDepletion(sql, ids)).map((row) => [String(row.state.id), row]));
  return { total: found[0]?.total ?? 0, rows: ids.flatMap((id) => rows.get(id) ?? []) };
}

/**
 * The query of `listRunningOut`, which runs when it is awaited; tests explain it instead. It compares seconds and not
 * instants, because the day on which a slow pace uses everything up may lie beyond PostgreSQL's last instant.
 */
export const runningOutQuery = (
  sql: Sql,
  accessScope: AccessScope,
  { now, limit }: { readonly now: number; readonly limit: number },
) => {
  // The whole span of the pace. Nothing was used before the start of an entitlement that started later.
  const span = { since: new Date(paceSince(Number.NEGATIVE_INFINITY, now)), until: new Date(now + DAY_MS) };
  const at = sql`${new Date(now)}::timestamptz`;
  return sql<{ id: string; total: number }[]>`
    select id, (count(*) over ())::integer as total
    from (
      select its.id, remaining_term, ends_at, period_ends_at,
        greatest(remaining_term, 0) / case when use.used > 0 then use.used::float8 end
          * extract(epoch from ${at} - least(greatest(${span.since}, starts_at), ${at} - interval '24 hours'))::float8
          as seconds_left
      from (
        select id, remaining_term, starts_at, ends_at, period_ends_at from entitlements
        where ${inScope(sql, {}, accessScope)} and status = 'active' and remaining_term is not null
      ) its ${joinUse(sql, span, isOfFew({}, accessScope) ? 'one by one' : 'all at once')}
    ) projected
    where remaining_term <= 0 or seconds_left < extract(epoch from least(ends_at, period_ends_at) - ${at})::float8
    order by case when remaining_term <= 0 then 0 else seconds_left end, id
    limit ${limit}`;
};
