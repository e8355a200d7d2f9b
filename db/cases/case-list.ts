import type { AccessScope } from '../../domain/access/access-scope.ts';
import type { EpochMs } from '../../domain/calendar.ts';
import { ownCases } from '../access/access-scope.ts';
import { clocksAtRisk } from '../clocks/clocks-at-risk.ts';
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
import { type NextDue, nextDueOf } from './next-due.ts';

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
  /** Only cases with a service-level clock at risk at this instant. */
  readonly atRiskAt?: EpochMs | undefined;
}

/** A case as its list shows it. */
export interface ListedCase extends CaseRecord {
  /** The clock that is due next; null where none is under way. */
  readonly nextDue: NextDue | null;
}

/**
 * A page of the cases within the access scope that the filter leaves. They may be a moment behind their entitlements.
 */
export const listCases = (
  sql: Sql,
  page: ListPage<'createdAt'>,
  filter: CaseFilter,
  accessScope: AccessScope,
): Promise<Listed<ListedCase>> => readPage(casesQuery(sql, page, filter, accessScope), page.limit);

/** The query of `listCases`, which runs when it is awaited; tests explain it instead. */
export const casesQuery = (sql: Sql, page: ListPage<'createdAt'>, filter: CaseFilter, accessScope: AccessScope) =>
  pageQuery<ListedCase, 'createdAt'>(sql, {
    columns: sql`${caseColumns(sql)}, ${nextDueOf(sql)} as "nextDue"`,
    ...(filter.customerId === undefined && filter.entitlementId === undefined
      ? { sorts: CASE_SORTS }
      : { sorts: WITHIN_ONE, id: sql`(id || '')` }),
    page,
    ...caseListing(sql, filter, accessScope),
  });

/** What a list of cases reads. */
export const caseListing = (
  sql: Sql,
  { customerId, entitlementId, status, channel, withoutEntitlement = false, atRiskAt }: CaseFilter,
  accessScope: AccessScope,
): Listing => ({
  from: sql`cases`,
  where: [
    ...given(customerId, (id) => sql`customer_id = ${id}`),
    ...given(entitlementId, (id) => sql`entitlement_id = ${id}`),
    ...given(status, (value) => sql`status = ${value}`),
    ...given(channel, (value) => sql`channel = ${value}`),
    ...(withoutEntitlement ? [sql`entitlement_id is null`] : []),
    ...given(atRiskAt, (now) => sql`id = any(array(select case_id from (${clocksAtRisk(sql, now)}) at_risk))`),
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
