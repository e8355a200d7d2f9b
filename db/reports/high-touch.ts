import type { AccessScope } from '../../domain/access/access-scope.ts';
import { inScope, isOfFew } from '../access/report-scope.ts';
import { type Span, withinSpan } from '../ledger/span.ts';
import { isNewCase, joinCases } from '../ledger/sums.ts';
import { allOf, given, type Listed, type ListPage, pageQuery, readPage, type Sorts } from '../postgres/keyset.ts';
import type { Sql } from '../postgres/sql.ts';

/** The sorts of the report on customers with many cases. */
export const HIGH_TOUCH_SORTS: Sorts<'cases'> = { cases: { type: 'decimal', of: (sql) => sql`cases` } };

export interface HighTouch {
  readonly customerId: string;
  readonly name: string | null;
  readonly tier: string | null;
  readonly accountManagerName: string | null;
  readonly accountManagerEmail: string | null;
  readonly cases: number;
  /** Minutes of these cases, as last reported. */
  readonly minutes: number;
  /** The cases of all customers of the report. */
  readonly casesOfAll: number;
}

interface HighTouchFilter {
  readonly span: Span;
  /** The tier of the customer. */
  readonly tier?: string | undefined;
}

/** A page of the customers, by how many cases they brought to their entitlements in the span. */
export const listHighTouch = (
  sql: Sql,
  page: ListPage<'cases'>,
  filter: HighTouchFilter,
  accessScope: AccessScope,
): Promise<Listed<HighTouch>> => readPage(highTouchQuery(sql, page, filter, accessScope), page.limit);

/** The query of `listHighTouch`, which runs when it is awaited; tests explain it instead. */
export const highTouchQuery = (
  sql: Sql,
  page: ListPage<'cases'>,
  { span, tier }: HighTouchFilter,
  accessScope: AccessScope,
) =>
  pageQuery<HighTouch, 'cases'>(sql, {
    columns: sql`id as "customerId", name, tier, account_manager_name as "accountManagerName",
      account_manager_email as "accountManagerEmail", cases, cases_of_all as "casesOfAll",
      ${minutesOfCustomer(sql, span, accessScope)} as minutes`,
    from: sql`(
      select customer_id as id, name, tier, account_manager_name, account_manager_email, cases,
        sum(cases) over () as cases_of_all
      from (
        select customer_id, sum(came.cases)::float8 as cases
        from (select id, customer_id from entitlements where ${inScope(sql, {}, accessScope)}) its
        ${joinCases(sql, span, isOfFew({}, accessScope) ? 'one by one' : 'all at once')}
        where came.cases > 0 group by customer_id
      ) counted left join customers on customers.id = customer_id
      where ${allOf(
        sql,
        given(tier, (name) => sql`tier = ${name}`),
      )}) touching`,
    sorts: HIGH_TOUCH_SORTS,
    page,
    where: [],
  });

/**
 * SQL: the minutes of a customer's cases, counting each case once however often it came, and only cases of entitlements
 * within the access scope. It is evaluated for the customers of the page alone.
 */
const minutesOfCustomer = (sql: Sql, span: Span, accessScope: AccessScope) => sql`(
  select coalesce(sum(minutes), 0)::float8 from cases where id in (
    select case_id from (select id from entitlements where ${inScope(sql, {}, accessScope)} and customer_id = touching.id) its
    join ledger on ledger.entitlement_id = its.id and ${isNewCase(sql)} and ${withinSpan(sql, span)}))`;
