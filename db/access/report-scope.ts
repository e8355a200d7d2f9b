import type { AccessScope } from '../../domain/access/access-scope.ts';
import { allOf, given } from '../postgres/keyset.ts';
import type { Fragment, Sql } from '../postgres/sql.ts';
import { anyOf, ownEntitlements } from './access-scope.ts';

/** Which entitlements a report is about. An absent filter does not narrow it. */
export interface ReportScope {
  readonly customerId?: string | undefined;
  readonly tier?: string | undefined;
  /** Only entitlements that have no tier. */
  readonly withoutTier?: boolean | undefined;
  readonly owner?: string | undefined;
}

/** SQL: the entitlement belongs to the report and is within the access scope, in a query of `entitlements`. */
export const inScope = (sql: Sql, scope: ReportScope, accessScope: AccessScope): Fragment =>
  allOf(sql, [
    sql`not deleted`,
    ...ofCustomers(sql, scope, accessScope),
    ...given(scope.tier, (tier) => sql`tier = ${tier}`),
    ...(scope.withoutTier === true ? [sql`tier is null`] : []),
    ...given(scope.owner, (owner) => sql`owner = ${owner}`),
  ]);

const ofCustomers = (sql: Sql, { customerId }: ReportScope, accessScope: AccessScope): Fragment[] => [
  ...given(customerId, (id) => sql`customer_id = ${id}`),
  anyOf(sql, ownEntitlements(sql, accessScope, customerId === undefined ? null : sql`${customerId}::text`)),
];

/**
 * The report is about one customer, or about those of one account manager: few entitlements, so their ledgers are read
 * one by one.
 */
export const isOfFew = ({ customerId }: ReportScope, accessScope: AccessScope): boolean =>
  customerId !== undefined || accessScope !== 'all';

/**
 * SQL, `and …`: the ledger row is of an entitlement of the report. A few entitlements are looked up by their own index; for many, the rows are read in the order of time.
 */
export function ofEntitlements(sql: Sql, scope: ReportScope, accessScope: AccessScope): Fragment {
  const theirs = inScope(sql, scope, accessScope);
  if (isOfFew(scope, accessScope))
    return sql`and entitlement_id = any(array(select id from entitlements where ${theirs}))`;
  if (scope.tier === undefined && scope.owner === undefined) return sql``;
  return sql`and exists (select from entitlements where id = entitlement_id and ${theirs})`;
}
