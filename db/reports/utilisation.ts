import type { AccessScope } from '../../domain/access/access-scope.ts';
import type { AllocationType } from '../../domain/terms/allocation.ts';
import { inScope, isOfFew, type ReportScope } from '../access/report-scope.ts';
import type { Span } from '../ledger/span.ts';
import { joinCases, joinTerms, joinUse } from '../ledger/sums.ts';
import { type Listed, type ListPage, pageQuery, readPage, type SortColumn, type Sorts } from '../postgres/keyset.ts';
import type { Fragment, Sql } from '../postgres/sql.ts';

/** What the rows of the report stand for. */
export const UTILISATION_GROUPS = ['customer', 'tier', 'entitlement'] as const;
type UtilisationGroup = (typeof UTILISATION_GROUPS)[number];

const decimal = (of: SortColumn['of']): SortColumn => ({ type: 'decimal', of });

/** The sorts of the report on utilisation. */
export const UTILISATION_SORTS: Sorts<'cases' | 'usedInSpan' | 'usedTerm' | 'usedShare'> = {
  cases: decimal((sql) => sql`cases`),
  usedInSpan: decimal((sql) => sql`used_in_span`),
  usedTerm: decimal((sql) => sql`coalesce(used_term, 0)`),
  // An unlimited entitlement has no share, and is sorted before every share.
  usedShare: decimal((sql) => sql`coalesce(used_share, -1000000000)`),
};
type Sort = keyof typeof UTILISATION_SORTS;

export interface UtilisationFilter extends ReportScope {
  readonly by: UtilisationGroup;
  readonly span: Span;
  readonly allocationType?: AllocationType | undefined;
}

/** Terms are in cases or minutes, by the allocation type; null where it is unlimited or no entitlement is active. */
export interface Utilisation {
  /** The id of the customer or the entitlement, or the tier (null for entitlements without one). */
  readonly key: string | null;
  readonly name: string | null;
  /** The customer, or the entitlement's customer; null in a row of a tier. */
  readonly customerId: string | null;
  readonly customerName: string | null;
  readonly allocationType: AllocationType;
  /** The number of entitlements that are active now; the terms are those of these. */
  readonly entitlements: number;
  readonly grantedTerm: number | null;
  readonly usedTerm: number | null;
  /** A decimal with four places. */
  readonly usedShare: string | null;
  readonly cases: number;
  readonly usedInSpan: number;
}

/** A page of what customers, tiers or entitlements have used, now and in the span. */
export const listUtilisation = (
  sql: Sql,
  page: ListPage<Sort>,
  filter: UtilisationFilter,
  accessScope: AccessScope,
): Promise<Listed<Utilisation>> => readPage(utilisationQuery(sql, page, filter, accessScope), page.limit);

const KEY: Readonly<Record<UtilisationGroup, (sql: Sql) => Fragment>> = {
  customer: (sql) => sql`customer_id`,
  tier: (sql) => sql`tier`,
  entitlement: (sql) => sql`id`,
};

/** SQL: the name, looked up for the records of the page alone. */
const NAME: Readonly<Record<UtilisationGroup, (sql: Sql) => Fragment>> = {
  customer: (sql) => sql`(select name from customers where customers.id = key)`,
  tier: (sql) => sql`key`,
  entitlement: (sql) => sql`(select name from entitlements where entitlements.id = key)`,
};

/** SQL: the customer, looked up for the records of the page alone. */
const CUSTOMER: Readonly<Record<UtilisationGroup, (sql: Sql) => Fragment>> = {
  customer: (sql) => sql`key`,
  tier: (sql) => sql`null::text`,
  entitlement: (sql) => sql`(select customer_id from entitlements where entitlements.id = key)`,
};

/** The query of `listUtilisation`, which runs when it is awaited; tests explain it instead. */
export function utilisationQuery(
  sql: Sql,
  page: ListPage<Sort>,
  { by, span, allocationType, ...scope }: UtilisationFilter,
  accessScope: AccessScope,
) {
  const reading = isOfFew(scope, accessScope) ? 'one by one' : 'all at once';
  const ofType = allocationType === undefined ? sql`` : sql`and allocation_type = ${allocationType}`;
  return pageQuery<Utilisation, Sort>(sql, {
    columns: sql`key, ${NAME[by](sql)} as name, ${CUSTOMER[by](sql)} as "customerId",
      (select name from customers where customers.id = ${CUSTOMER[by](sql)}) as "customerName",
      allocation_type as "allocationType", entitlements,
      granted_term as "grantedTerm", used_term as "usedTerm", used_share::text as "usedShare", cases,
      used_in_span as "usedInSpan"`,
    from: sql`(
      select concat(key, ' ', allocation_type) as id, grouped.*,
        case when granted_term > 0 then round((used_term / granted_term)::numeric, 4) end as used_share
      from (
        select ${KEY[by](sql)} as key, allocation_type,
          (count(*) filter (where status = 'active'))::integer as entitlements,
          (sum(total) filter (where counts))::float8 as granted_term,
          (sum(total - remaining_term) filter (where counts))::float8 as used_term,
          coalesce(sum(cases), 0)::float8 as cases, coalesce(sum(used), 0)::float8 as used_in_span
        from (
          select id, customer_id, tier, allocation_type, status, remaining_term,
            status = 'active' and remaining_term is not null as counts
          from entitlements where ${inScope(sql, scope, accessScope)} ${ofType}
        ) its
        ${joinUse(sql, span, reading)} ${joinCases(sql, span, reading)} ${joinTerms(sql, reading)}
        where status = 'active' or use.used <> 0 or came.cases > 0
        group by 1, 2
      ) grouped) shown`,
    sorts: UTILISATION_SORTS,
    page,
    where: [],
  });
}
