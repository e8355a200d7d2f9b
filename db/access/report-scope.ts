import type { AccessScope } from '../../domain/access/access-scope.ts';
import { given } from '../postgres/keyset.ts';
import type { Fragment, Sql } from '../postgres/sql.ts';
import { anyOf, ownEntitlements } from './access-scope.ts';

/** Whose entitlements a report is of; what is absent does not narrow it. */
export interface ReportScope {
  readonly customerId?: string | undefined;
  readonly tier?: string | undefined;
  /** Only entitlements that have no tier. */
  readonly withoutTier?: boolean | undefined;
  readonly owner?: string | undefined;
}

/** The entitlements of a report, as a condition on their table. */
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

/** The report is of one customer or of those of one account manager: few entitlements, whose ledgers are looked up one by one. */
export const isOfFew = ({ customerId }: ReportScope, accessScope: AccessScope): boolean =>
  customerId !== undefined || accessScope !== 'all';

export const allOf = (sql: Sql, conditions: readonly Fragment[]): Fragment =>
  conditions.reduce((some, more) => sql`${some} and ${more}`, sql`true`);
