import type { AccessScope } from '../../domain/access/access-scope.ts';
import type { AllocationType } from '../../domain/terms/allocation.ts';
import { ofEntitlements, type ReportScope } from '../access/report-scope.ts';
import { chargedAmount } from '../ledger/charged-amount.ts';
import { type LedgerRecord, rowFromRecord } from '../ledger/ledger-columns.ts';
import { type Span, withinSpan } from '../ledger/span.ts';
import { type Listed, type ListPage, pageQuery, readPage, type Sorts } from '../postgres/keyset.ts';
import type { Sql } from '../postgres/sql.ts';

/** The sorts of the report on overrides. */
export const OVERRIDE_SORTS: Sorts<'when'> = { when: { type: 'instant', of: (sql) => sql`at` } };

export interface OverridesFilter extends ReportScope {
  readonly span: Span;
  /** Only rows that an override made. */
  readonly onlyOverrides?: boolean;
}

/**
 * SQL: an override made the row, or it lies past the allotment, or it is charged. It repeats the condition of the
 * index, so that PostgreSQL can use it.
 */
const isOverrideOrOverage = (sql: Sql) => sql`(facts ? 'overrode' or overage <> 0 or charge is not null)`;

/** SQL: the row belongs to the report. */
const isReported = (sql: Sql, { span, onlyOverrides = false, ...scope }: OverridesFilter, accessScope: AccessScope) =>
  sql`${isOverrideOrOverage(sql)} ${onlyOverrides ? sql`and facts ? 'overrode'` : sql``} and ${withinSpan(sql, span)}
    ${ofEntitlements(sql, scope, accessScope)}`;

/** A page of the ledger rows that an override made, that lie past the allotment, or that are charged. */
export async function listOverrides(
  sql: Sql,
  page: ListPage<'when'>,
  filter: OverridesFilter,
  accessScope: AccessScope,
) {
  const { rows, next } = await readPage(overridesQuery(sql, page, filter, accessScope), page.limit);
  const read = rows.map(({ entitlementName, customerId, customerName, ...record }) => ({
    entitlementId: record.entitlement_id,
    entitlementName,
    customerId,
    customerName,
    row: rowFromRecord(record),
  }));
  return { rows: read, next } satisfies Listed<unknown>;
}

type OverrideRecord = LedgerRecord & {
  readonly entitlementName: string;
  readonly customerId: string;
  readonly customerName: string | null;
};

/** The query of `listOverrides`, which runs when it is awaited; tests explain it instead. */
export const overridesQuery = (sql: Sql, page: ListPage<'when'>, filter: OverridesFilter, accessScope: AccessScope) =>
  pageQuery<OverrideRecord, 'when'>(sql, {
    columns: sql`found.*, (select name from entitlements e where e.id = entitlement_id) as "entitlementName",
      (select customer_id from entitlements e where e.id = entitlement_id) as "customerId",
      (select c.name from entitlements e join customers c on c.id = e.customer_id where e.id = entitlement_id)
        as "customerName"`,
    from: sql`(
      select ledger.*, entitlement_id || '/' || lpad(seq::text, 10, '0') as id from ledger
      where ${isReported(sql, filter, accessScope)}) found`,
    sorts: OVERRIDE_SORTS,
    page,
    where: [],
  });

/** The totals of the rows with one unit and one currency. */
export interface OverrideTotal {
  readonly allocationType: AllocationType;
  /** Null where nothing was charged. */
  readonly currency: string | null;
  readonly rows: number;
  readonly overrides: number;
  /** Cases or minutes, less what was given back. */
  readonly overage: number;
  /** The sum of the amounts: a decimal with as many places as the currency has. */
  readonly amount: string | null;
}

/** The totals of all rows of the report, by unit and currency. */
export const totalOverrides = async (
  sql: Sql,
  filter: OverridesFilter,
  accessScope: AccessScope,
): Promise<OverrideTotal[]> => await overrideTotalsQuery(sql, filter, accessScope);

/** The query of `totalOverrides`, which runs when it is awaited; tests explain it instead. */
export const overrideTotalsQuery = (sql: Sql, filter: OverridesFilter, accessScope: AccessScope) =>
  sql<OverrideTotal[]>`
    select "allocationType", currency, count(*)::integer as rows,
      (count(*) filter (where is_override))::integer as overrides, sum(overage)::float8 as overage,
      sum(amount)::text as amount
    from (
      select coalesce(case_after -> 'rule' ->> 'unit', 'cases') as "allocationType", charge ->> 'currency' as currency,
        ${chargedAmount(sql, sql`case_after -> 'rule' ->> 'unit'`)} as amount, overage,
        coalesce(facts ? 'overrode', false) as is_override
      from ledger
      where ${isReported(sql, filter, accessScope)}
    ) found
    group by "allocationType", currency order by currency nulls last, "allocationType"`;
