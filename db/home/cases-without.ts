import type { AccessScope } from '../../domain/access/access-scope.ts';
import { CASE_SORTS, caseListing } from '../cases/case-list.ts';
import type { NoEntitlementReason } from '../cases/cases.ts';
import { countListed, type Listed, pageQuery, readPage } from '../postgres/keyset.ts';
import type { Sql } from '../postgres/sql.ts';

/** An active case that has no entitlement. */
export interface CaseWithoutRow {
  readonly id: string;
  readonly title: string | null;
  readonly customerId: string;
  readonly customerName: string | null;
  readonly channel: string | null;
  readonly createdAt: Date;
  readonly entitlementReason: NoEntitlementReason;
  /** The reason in words. */
  readonly entitlementExplanation: string | null;
}

const FILTER = { status: 'active', withoutEntitlement: true } as const;

/** At most `limit` active cases without an entitlement within the access scope, the oldest first. */
export const listCasesWithout = (sql: Sql, accessScope: AccessScope, limit: number): Promise<Listed<CaseWithoutRow>> =>
  readPage(casesWithoutQuery(sql, accessScope, limit), limit);

/** How many active cases without an entitlement there are within the access scope. */
export const countCasesWithout = (sql: Sql, accessScope: AccessScope): Promise<number> =>
  countListed(sql, caseListing(sql, FILTER, accessScope));

/** The query of `listCasesWithout`, which runs when it is awaited; tests explain it instead. */
export const casesWithoutQuery = (sql: Sql, accessScope: AccessScope, limit: number) =>
  pageQuery<CaseWithoutRow, 'createdAt'>(sql, {
    columns: sql`id, title, customer_id as "customerId",
      (select name from customers where customers.id = customer_id) as "customerName", channel,
      created_at as "createdAt", reason as "entitlementReason", nullif(explanation, '') as "entitlementExplanation"`,
    sorts: CASE_SORTS,
    page: { limit, by: 'createdAt', descending: false, after: null },
    ...caseListing(sql, FILTER, accessScope),
  });
