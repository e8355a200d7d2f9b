import type { Entitlement } from '../../domain/entitlement.ts';
import type { Sql } from '../connect.ts';
import { given, type Listed, type ListPage, pageQuery, readPage, type Sorts } from '../keyset.ts';
import type { Sight } from '../sight.ts';
import { inScope, type ReportScope } from './scope.ts';

export const EXPIRING_SORTS: Sorts<'endDate'> = { endDate: { type: 'date', of: (sql) => sql`end_date` } };

export interface Expiring {
  readonly state: Entitlement;
  readonly customerName: string | null;
  readonly accountManagerName: string | null;
  readonly accountManagerEmail: string | null;
}

interface ExpiringFilter extends ReportScope {
  /** The end comes before this instant. */
  readonly endsBefore: Date;
  /** Whether it has a successor. */
  readonly renewed?: boolean | undefined;
}

/** Active and waiting entitlements that end before an instant. */
export const listExpiring = (
  sql: Sql,
  page: ListPage<'endDate'>,
  filter: ExpiringFilter,
  sight: Sight,
): Promise<Listed<Expiring>> => readPage(expiringQuery(sql, page, filter, sight), page.limit);

export const expiringQuery = (
  sql: Sql,
  page: ListPage<'endDate'>,
  { endsBefore, renewed, ...scope }: ExpiringFilter,
  sight: Sight,
) =>
  pageQuery<Expiring, 'endDate'>(sql, {
    columns: sql`state,
      (select name from customers c where c.id = customer_id) as "customerName",
      (select account_manager_name from customers c where c.id = customer_id) as "accountManagerName",
      (select account_manager_email from customers c where c.id = customer_id) as "accountManagerEmail"`,
    from: sql`entitlements`,
    sorts: EXPIRING_SORTS,
    page,
    where: [
      sql`ends_at < ${endsBefore}`,
      // What the indexes have: no zone's day ends later than this.
      sql`end_date <= (${endsBefore}::timestamptz at time zone 'UTC')::date + 1`,
      ...given(renewed, (has) => (has ? sql`renewed_by_id is not null` : sql`renewed_by_id is null`)),
      inScope(sql, scope, sight),
    ],
    oneOf: [sql`status = 'active'`, sql`status = 'waiting'`],
  });
