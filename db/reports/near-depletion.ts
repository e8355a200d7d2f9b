import type { AccessScope } from '../../domain/access/access-scope.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { inScope, isOfFew, type ReportScope } from '../access/report-scope.ts';
import { joinTerms, type Reading } from '../ledger/sums.ts';
import { instantText } from '../postgres/instant-text.ts';
import { type Listed, type ListPage, pageQuery, readPage, type Sorts } from '../postgres/keyset.ts';
import type { Fragment, Sql } from '../postgres/sql.ts';

/** The sorts of the report on entitlements that are nearly used up. */
export const NEAR_DEPLETION_SORTS: Sorts<'usedShare' | 'remainingTerm'> = {
  usedShare: { type: 'decimal', of: (sql) => sql`used_share` },
  remainingTerm: { type: 'integer', of: (sql) => sql`remaining_term` },
};
type Sort = keyof typeof NEAR_DEPLETION_SORTS;

export interface NearDepletion {
  readonly state: Entitlement;
  readonly customerName: string | null;
  /** The present term, in cases or minutes. */
  readonly total: number;
  readonly remaining: number;
  /** A decimal with four places. */
  readonly usedShare: string;
  /** The number of the ledger row from which the present term is counted. */
  readonly fromSeq: number;
}

/** A page of the active entitlements that have used at least `threshold` (0 to 1) of their present term. */
export const listNearDepletion = (
  sql: Sql,
  page: ListPage<Sort>,
  filter: ReportScope & { threshold: number },
  accessScope: AccessScope,
): Promise<Listed<NearDepletion>> => readPage(nearDepletionQuery(sql, page, filter, accessScope), page.limit);

/**
 * The query of `listNearDepletion`; tests explain it. Where no term was granted nothing is left, so the used share is
 * 1.
 */
export const nearDepletionQuery = (
  sql: Sql,
  page: ListPage<Sort>,
  { threshold, ...scope }: ReportScope & { threshold: number },
  accessScope: AccessScope,
) =>
  pageQuery<NearDepletion, Sort>(sql, {
    columns: columns(sql),
    from: counted(sql, inScope(sql, scope, accessScope), isOfFew(scope, accessScope) ? 'one by one' : 'all at once'),
    sorts: NEAR_DEPLETION_SORTS,
    page,
    where: [sql`used_share >= ${threshold}`],
  });

/** The rows of single active entitlements that are not unlimited, whatever they have used, in no particular order. */
export const findNearDepletion = async (sql: Sql, ids: readonly string[]): Promise<readonly NearDepletion[]> =>
  ids.length === 0
    ? []
    : await sql<NearDepletion[]>`
        select ${columns(sql)} from ${counted(sql, sql`id = any(${[...ids]}::text[])`, 'one by one')}`;

const columns = (sql: Sql): Fragment => sql`
  (select state from entitlements e where e.id = counted.id) as state,
  (select name from customers c where c.id = customer_id) as "customerName",
  total, remaining_term as remaining, used_share::text as "usedShare", from_seq as "fromSeq"`;

/** SQL: the active entitlements with a limited term, each with its present term, as `counted`. */
const counted = (sql: Sql, where: Fragment, reading: Reading): Fragment => sql`(
  select id, customer_id, remaining_term, total, from_seq,
    case when total > 0 then round((total - remaining_term)::numeric / total, 4) else 1.0000 end as used_share
  from (
    select id, customer_id, remaining_term from entitlements
    where ${where} and status = 'active' and remaining_term is not null
  ) its ${joinTerms(sql, reading)}) counted`;

/** What cases took of each entitlement since its own instant, less what they gave back, in cases or minutes, by id. */
export async function usedSince(
  sql: Sql,
  entitlements: readonly { readonly id: string; readonly since: number }[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await usedSinceQuery(sql, entitlements);
  return new Map(rows.map(({ id, used }) => [id, used]));
}

/** The query of `usedSince`, which runs when it is awaited; tests explain it instead. */
export const usedSinceQuery = (sql: Sql, entitlements: readonly { readonly id: string; readonly since: number }[]) =>
  sql<{ id: string; used: number }[]>`
    select given.id, taken.used
    from unnest(
      ${entitlements.map(({ id }) => id)}::text[],
      ${entitlements.map(({ since }) => instantText(since))}::text[]
    ) as given (id, since)
    cross join lateral (
      select coalesce(sum(coalesce(use_change, -change)), 0)::integer as used from ledger
      where entitlement_id = given.id and case_id is not null and at >= given.since::timestamptz) taken`;
