import type { AccessScope } from '../../domain/access/access-scope.ts';
import type { ClockTarget } from '../../domain/slas/case-clock.ts';
import { anyOf, ownCases } from '../access/access-scope.ts';
import type { Span } from '../ledger/span.ts';
import { allOf, given, type Listed, type ListPage, pageQuery, readPage, type Sorts } from '../postgres/keyset.ts';
import type { Fragment, Sql } from '../postgres/sql.ts';

/** What the rows of the report stand for. A month is the one in which a clock started, in UTC. */
export const SERVICE_LEVEL_GROUPS = ['customer', 'tier', 'sla', 'month', 'case'] as const;
type ServiceLevelGroup = (typeof SERVICE_LEVEL_GROUPS)[number];

/** The sorts of the report on service levels. */
export const SERVICE_LEVEL_SORTS: Sorts<'breachedShare' | 'breached' | 'nearing' | 'clocks'> = {
  // Clocks that have not ended have no share yet, and are sorted before every share.
  breachedShare: { type: 'decimal', of: (sql) => sql`coalesce(breached_share, -1)` },
  breached: { type: 'decimal', of: (sql) => sql`breached` },
  nearing: { type: 'decimal', of: (sql) => sql`nearing` },
  clocks: { type: 'decimal', of: (sql) => sql`clocks` },
};
type Sort = keyof typeof SERVICE_LEVEL_SORTS;

export interface ServiceLevelFilter {
  readonly by: ServiceLevelGroup;
  /** When the clocks started. */
  readonly span: Span;
  readonly customerId?: string | undefined;
  readonly tier?: string | undefined;
  /** Only clocks of entitlements that had no tier. */
  readonly withoutTier?: boolean | undefined;
  readonly slaId?: string | undefined;
  readonly target?: ClockTarget | undefined;
}

/** The clocks of a group by how they stand. */
export interface ServiceLevel {
  /** The id of the customer, SLA or case, the tier (null for entitlements without one), or the month `YYYY-MM`. */
  readonly key: string | null;
  readonly name: string | null;
  readonly clocks: number;
  readonly met: number;
  readonly breached: number;
  readonly nearing: number;
  readonly paused: number;
  readonly inProgress: number;
  readonly canceled: number;
  /** Breached of those that were met or breached, a decimal with four places; null while there are none. */
  readonly breachedShare: string | null;
}

const KEY: Readonly<Record<ServiceLevelGroup, (sql: Sql) => Fragment>> = {
  customer: (sql) => sql`customer_id`,
  tier: (sql) => sql`tier`,
  sla: (sql) => sql`sla_id`,
  month: (sql) => sql`to_char(started_at at time zone 'UTC', 'YYYY-MM')`,
  case: (sql) => sql`case_id`,
};

/** SQL: the name, looked up for the records of the page alone. */
const NAME: Readonly<Record<ServiceLevelGroup, (sql: Sql) => Fragment>> = {
  customer: (sql) => sql`(select name from customers where customers.id = key)`,
  tier: (sql) => sql`key`,
  sla: (sql) => sql`(select name from slas where slas.id = key)`,
  month: (sql) => sql`key`,
  case: (sql) => sql`(select title from cases where cases.id = key)`,
};

/** A page of how service levels were kept, by group. */
export const listServiceLevels = (
  sql: Sql,
  page: ListPage<Sort>,
  filter: ServiceLevelFilter,
  accessScope: AccessScope,
): Promise<Listed<ServiceLevel>> => readPage(serviceLevelsQuery(sql, page, filter, accessScope), page.limit);

const counted = (sql: Sql, status: string): Fragment => sql`(count(*) filter (where status = ${status}))::float8`;

/** The query of `listServiceLevels`, which runs when it is awaited. */
function serviceLevelsQuery(
  sql: Sql,
  page: ListPage<Sort>,
  { by, span, customerId, tier, withoutTier, slaId, target }: ServiceLevelFilter,
  accessScope: AccessScope,
) {
  const one = customerId === undefined ? null : sql`${customerId}::text`;
  const where = [
    sql`started_at >= ${span.since} and started_at < ${span.until}`,
    ...given(customerId, (id) => sql`customer_id = ${id}`),
    ...given(tier, (name) => sql`tier = ${name}`),
    ...(withoutTier === true ? [sql`tier is null`] : []),
    ...given(slaId, (id) => sql`sla_id = ${id}`),
    ...given(target, (name) => sql`target = ${name}`),
    anyOf(sql, ownCases(sql, accessScope, one)),
  ];
  return pageQuery<ServiceLevel, Sort>(sql, {
    columns: sql`key, ${NAME[by](sql)} as name, clocks, met, breached, nearing, paused, in_progress as "inProgress",
      canceled, breached_share::text as "breachedShare"`,
    from: sql`(
      select coalesce(key, '') as id, grouped.*,
        case when met + breached > 0 then round((breached / (met + breached))::numeric, 4) end as breached_share
      from (
        select ${KEY[by](sql)} as key, count(*)::float8 as clocks, ${counted(sql, 'met')} as met,
          ${counted(sql, 'breached')} as breached, ${counted(sql, 'nearing')} as nearing,
          ${counted(sql, 'paused')} as paused, ${counted(sql, 'in_progress')} as in_progress,
          ${counted(sql, 'canceled')} as canceled
        from case_clocks where ${allOf(sql, where)}
        group by 1
      ) grouped) shown`,
    sorts: SERVICE_LEVEL_SORTS,
    page,
    where: [],
  });
}
