import type { Fragment, Sql } from '../connect.ts';
import { given } from '../keyset.ts';
import { ofOwnCustomers, type Sight } from '../sight.ts';

/** Whose entitlements a report is of; what is absent does not narrow it. */
export interface ReportScope {
  readonly customerId?: string | undefined;
  readonly tier?: string | undefined;
  /** Only entitlements that have no tier. */
  readonly withoutTier?: boolean | undefined;
  readonly owner?: string | undefined;
}

/** The conditions on `entitlements`. */
export const inScope = (sql: Sql, scope: ReportScope, sight: Sight): Fragment[] => [
  ...ofCustomers(sql, scope, sight),
  ...given(scope.tier, (tier) => sql`tier = ${tier}`),
  ...(scope.withoutTier === true ? [sql`tier is null`] : []),
  ...given(scope.owner, (owner) => sql`owner = ${owner}`),
];

const ofCustomers = (sql: Sql, { customerId }: ReportScope, sight: Sight): Fragment[] => [
  ...given(customerId, (id) => sql`customer_id = ${id}`),
  ...ofOwnCustomers(sql, sight, customerId === undefined ? null : sql`${customerId}::text`),
];

/**
 * `and …` for sums over the ledger: nothing where they are over all customers, which reads an index in whole and in order; else
 * the entitlements of the few customers, each looked up.
 */
export function ofTheirLedgers(sql: Sql, scope: ReportScope, sight: Sight): Fragment {
  const conditions = ofCustomers(sql, scope, sight);
  if (conditions.length === 0) return sql``;
  return sql`and entitlement_id = any(array(select id from entitlements where ${allOf(sql, conditions)}))`;
}

export const allOf = (sql: Sql, conditions: readonly Fragment[]): Fragment =>
  conditions.reduce((some, more) => sql`${some} and ${more}`, sql`true`);
