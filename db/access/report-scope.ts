import type { Fragment, Sql } from '../postgres/connect.ts';
import { given } from '../postgres/keyset.ts';
import { anyOf, ownEntitlements, type Sight } from './access-scope.ts';

/** Whose entitlements a report is of; what is absent does not narrow it. */
export interface ReportScope {
  readonly customerId?: string | undefined;
  readonly tier?: string | undefined;
  /** Only entitlements that have no tier. */
  readonly withoutTier?: boolean | undefined;
  readonly owner?: string | undefined;
}

/** The entitlements of a report, as a condition on their table. */
export const inScope = (sql: Sql, scope: ReportScope, sight: Sight): Fragment =>
  allOf(sql, [
    sql`not deleted`,
    ...ofCustomers(sql, scope, sight),
    ...given(scope.tier, (tier) => sql`tier = ${tier}`),
    ...(scope.withoutTier === true ? [sql`tier is null`] : []),
    ...given(scope.owner, (owner) => sql`owner = ${owner}`),
  ]);

const ofCustomers = (sql: Sql, { customerId }: ReportScope, sight: Sight): Fragment[] => [
  ...given(customerId, (id) => sql`customer_id = ${id}`),
  anyOf(sql, ownEntitlements(sql, sight, customerId === undefined ? null : sql`${customerId}::text`)),
];

/** The report is of one customer or of those of one account manager: few entitlements, whose ledgers are looked up one by one. */
export const isOfFew = ({ customerId }: ReportScope, sight: Sight): boolean =>
  customerId !== undefined || sight !== 'all';

export const allOf = (sql: Sql, conditions: readonly Fragment[]): Fragment =>
  conditions.reduce((some, more) => sql`${some} and ${more}`, sql`true`);
