import type { AccessScope } from '../../domain/access/access-scope.ts';
import { ownCases } from '../access/access-scope.ts';
import {
  given,
  type Listed,
  type Listing,
  type ListPage,
  pageQuery,
  readPage,
  type Sorts,
} from '../postgres/keyset.ts';
import type { Sql } from '../postgres/sql.ts';
import { type CaseRecord, caseColumns } from './cases.ts';

/** The sorts of the list of cases. */
export const CASE_SORTS: Sorts<'createdAt'> = { createdAt: { type: 'instant', of: (sql) => sql`created_at` } };

/** The same order as the indexes of one customer's and one entitlement's cases have it; see migration 0006. */
const WITHIN_ONE: Sorts<'createdAt'> = {
  createdAt: { type: 'utc', of: (sql) => sql`(created_at at time zone 'UTC')` },
};

export interface CaseFilter {
  readonly customerId?: string | undefined;
  readonly entitlementId?: string | undefined;
  readonly status?: CaseRecord['status'] | undefined;
  readonly channel?: string | undefined;
  /** Only cases that have no entitlement. */
  readonly withoutEntitlement?: boolean | undefined;
}

/**
 * A page of the cases within the access scope that the filter leaves. They may be a moment behind their entitlements.
 */
export const listCases = (
  sql: Sql,
  page: ListPage<'createdAt'>,
  filter: CaseFilter,
  accessScope: AccessScope,
): Promise<Listed<CaseRecord>> => readPage(casesQuery(sql, page, filter, accessScope), page.limit);

/** The query of `listCases`, which runs when it is awaited; tests explain it instead. */
export const casesQuery = (sql: Sql, page: ListPage<'createdAt'>, filter: CaseFilter, accessScope: AccessScope) =>
  pageQuery<CaseRecord, 'createdAt'>(sql, {
    columns: caseColumns(sql),
    ...(filter.customerId === undefined && filter.entitlementId === undefined
      ? { sorts: CASE_SORTS }
      : { sorts: WITHIN_ONE, id: sql`(id || '')` }),
    page,
    ...caseListing(sql, filter, accessScope),
  });

/** What a list of cases reads. */
export const caseListing = (
  sql: Sql,
  { customerId, entitlementId, status, channel, withoutEntitlement = false }: CaseFilter,
  accessScope: AccessScope,
): Listing => ({
  from: sql`cases`,
  where: [
    ...given(customerId, (id) => sql`customer_id = ${id}`),
    ...given(entitlementId, (id) => sql`entitlement_id = ${id}`),
    ...given(status, (value) => sql`status = ${value}`),
    ...given(channel, (value) => sql`channel = ${value}`),
    ...(withoutEntitlement ? [sql`entitlement_id is null`] : []),
  ],
  oneOf: ownCases(sql, accessScope, oneCustomer(sql, customerId, entitlementId)),
});

/**
 * SQL: the one customer whose cases are asked for; null where several can be. An entitlement's cases belong to its
 * customer.
 */
function oneCustomer(sql: Sql, customerId: string | undefined, entitlementId: string | undefined) {
  if (customerId !== undefined) return sql`${customerId}::text`;
  return entitlementId === undefined
    ? null
    : sql`(select customer_id from entitlements where entitlements.id = ${entitlementId})`;
}
