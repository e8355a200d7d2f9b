import type { AccessScope } from '../../domain/access/access-scope.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { MAX_GRACE_DAYS } from '../../domain/terms/grace.ts';
import { inScope, type ReportScope } from '../access/report-scope.ts';
import {
  countListed,
  given,
  type Listed,
  type Listing,
  type ListPage,
  pageQuery,
  readPage,
  type Sorts,
} from '../postgres/keyset.ts';
import type { Sql } from '../postgres/sql.ts';

/** Lets PostgreSQL use the index by end date. Two days more cover every time zone. */
const LONGEST_GRACE_DAYS = MAX_GRACE_DAYS + 2;

/** The sorts of the report on expiring entitlements. */
export const EXPIRING_SORTS: Sorts<'endDate'> = { endDate: { type: 'date', of: (sql) => sql`end_date` } };

export interface Expiring {
  readonly state: Entitlement;
  readonly customerName: string | null;
  readonly accountManagerName: string | null;
  readonly accountManagerEmail: string | null;
  /** Cases that attached after the end and that no successor has taken over. */
  readonly graceCases: number;
}

interface ExpiringFilter extends ReportScope {
  /** Entitlements that end before this instant. */
  readonly endsBefore: Date;
  /** Open ends that arose since this instant. */
  readonly openSince: Date;
  /** Whether it has a successor. */
  readonly renewed?: boolean | undefined;
}

/**
 * Active and waiting entitlements that end before an instant, those that have ended and are in their grace, and open ends:
 * ended entitlements whose successor was deleted or canceled before its start, and that nobody has renewed since.
 */
export const listExpiring = (
  sql: Sql,
  page: ListPage<'endDate'>,
  filter: ExpiringFilter,
  accessScope: AccessScope,
): Promise<Listed<Expiring>> => readPage(expiringQuery(sql, page, filter, accessScope), page.limit);

/** The query of `listExpiring`, which runs when it is awaited; tests explain it instead. */
export const expiringQuery = (sql: Sql, page: ListPage<'endDate'>, filter: ExpiringFilter, accessScope: AccessScope) =>
  pageQuery<Expiring, 'endDate'>(sql, {
    columns: sql`state,
      (select name from customers c where c.id = customer_id) as "customerName",
      (select account_manager_name from customers c where c.id = customer_id) as "accountManagerName",
      (select account_manager_email from customers c where c.id = customer_id) as "accountManagerEmail",
      (select count(*)::integer from cases c where c.entitlement_id = entitlements.id and in_grace) as "graceCases"`,
    sorts: EXPIRING_SORTS,
    page,
    ...expiringListing(sql, filter, accessScope),
  });

/** How many entitlements `listExpiring` has on all pages. */
export const countExpiring = (sql: Sql, filter: ExpiringFilter, accessScope: AccessScope): Promise<number> =>
  countListed(sql, expiringListing(sql, filter, accessScope));

const expiringListing = (
  sql: Sql,
  { endsBefore, openSince, renewed, ...scope }: ExpiringFilter,
  accessScope: AccessScope,
): Listing => ({
  from: sql`entitlements`,
  where: [
    ...given(renewed, (has) => (has ? sql`renewed_by_id is not null` : sql`renewed_by_id is null`)),
    inScope(sql, scope, accessScope),
  ],
  oneOf: [
    sql`status = 'active' and ${endsSoon(sql, endsBefore)}`,
    sql`status = 'waiting' and ${endsSoon(sql, endsBefore)}`,
    sql`status = 'expired' and grace_ends_at > now() and end_date >= current_date - ${LONGEST_GRACE_DAYS}::integer`,
    // The first line repeats the condition of the partial index, so that PostgreSQL can use it.
    sql`status in ('expired', 'canceled') and renewed_by_id is null and state ? 'successorLostAt'
      and (to_timestamp((state ->> 'successorLostAt')::float8 / 1000) >= ${openSince}
        or (status = 'expired' and ends_at >= ${openSince}))`,
  ],
});

/**
 * SQL: the entitlement ends in time. The condition on `end_date` lets PostgreSQL use the indexes: no time zone's day
 * ends later.
 */
const endsSoon = (sql: Sql, endsBefore: Date) => sql`
  ends_at < ${endsBefore} and end_date <= (${endsBefore}::timestamptz at time zone 'UTC')::date + 1`;
