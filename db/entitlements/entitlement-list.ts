import type { AccessScope } from '../../domain/access/access-scope.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import type { Status } from '../../domain/ledger/ledger-row.ts';
import { anyOf, ownEntitlements } from '../access/access-scope.ts';
import { given, type Listed, type ListPage, pageQuery, readPage, type Sorts } from '../postgres/keyset.ts';
import { holdsText } from '../postgres/name-search.ts';
import type { Fragment, Sql } from '../postgres/sql.ts';

/** The views of the list: `renewed` has a successor, and the others are states. */
export const ENTITLEMENT_VIEWS = ['all', 'active', 'waiting', 'draft', 'expired', 'canceled', 'renewed'] as const;
type View = (typeof ENTITLEMENT_VIEWS)[number];

type EntitlementSort = 'name' | 'startDate' | 'endDate' | 'remainingTerm' | 'updatedAt';

/** The sorts of the list of entitlements. */
export const ENTITLEMENT_SORTS: Sorts<EntitlementSort> = {
  name: { type: 'text', of: (sql) => sql`lower(name)` },
  startDate: { type: 'date', of: (sql) => sql`start_date` },
  endDate: { type: 'date', of: (sql) => sql`end_date` },
  // An unlimited entitlement comes after every number.
  remainingTerm: { type: 'integer', of: (sql) => sql`coalesce(remaining_term, 2147483647)` },
  updatedAt: { type: 'instant', of: (sql) => sql`updated_at` },
};

/** A filter that is absent does not narrow the list. */
export interface EntitlementFilter {
  readonly view?: View | undefined;
  readonly customerId?: string | undefined;
  /** Entitlements that name the product. An entitlement for all products does not name any. */
  readonly productId?: string | undefined;
  readonly owner?: string | undefined;
  readonly tier?: string | undefined;
  readonly status?: Status | undefined;
  /** Whether it has a successor. */
  readonly renewed?: boolean | undefined;
  /** Whether it is paused now. */
  readonly paused?: boolean | undefined;
  /** The end date is before this day, `YYYY-MM-DD`. */
  readonly endsBefore?: string | undefined;
  /** The end date is after this day, `YYYY-MM-DD`. */
  readonly endsAfter?: string | undefined;
  /** A text that the name of the entitlement or of its customer contains. */
  readonly q?: string | undefined;
}

interface EntitlementRow {
  readonly state: Entitlement;
  readonly isDefault: boolean;
  readonly customerName: string | null;
}

/** A page of the entitlements within the access scope that the filter leaves. Deleted drafts are left out. */
export async function listEntitlements(
  sql: Sql,
  page: ListPage<EntitlementSort>,
  filter: EntitlementFilter,
  accessScope: AccessScope,
): Promise<Listed<EntitlementRow>> {
  return await readPage(entitlementsQuery(sql, page, filter, accessScope), page.limit);
}

/** The query of `listEntitlements`, which runs when it is awaited; tests explain it instead. */
export function entitlementsQuery(
  sql: Sql,
  page: ListPage<EntitlementSort>,
  filter: EntitlementFilter,
  accessScope: AccessScope,
) {
  const own = ownEntitlements(
    sql,
    accessScope,
    filter.customerId === undefined ? null : sql`${filter.customerId}::text`,
  );
  return pageQuery<EntitlementRow, EntitlementSort>(sql, {
    columns: sql`state, coalesce(is_default, false) as "isDefault",
      (select c.name from customers c where c.id = customer_id) as "customerName"`,
    from: sql`entitlements`,
    sorts: ENTITLEMENT_SORTS,
    page,
    where: [
      sql`not deleted`,
      ...inView(sql, filter.view ?? 'all'),
      ...given(filter.customerId, (id) => sql`customer_id = ${id}`),
      // `product_ids <> '{}'` repeats the condition of the partial index, so that PostgreSQL can use it.
      ...given(filter.productId, (id) => sql`product_ids @> array[${id}::text] and product_ids <> '{}'`),
      ...given(filter.owner, (owner) => sql`owner = ${owner}`),
      ...given(filter.tier, (tier) => sql`tier = ${tier}`),
      ...given(filter.status, (status) => sql`status = ${status}`),
      ...given(filter.renewed, (renewed) => (renewed ? RENEWED(sql) : sql`renewed_by_id is null`)),
      ...given(filter.paused, (paused) => (paused ? sql`paused_since is not null` : sql`paused_since is null`)),
      ...given(filter.endsBefore, (day) => sql`end_date < ${day}`),
      ...given(filter.endsAfter, (day) => sql`end_date > ${day}`),
      ...given(filter.q, () => anyOf(sql, own)),
    ],
    // A text is searched once in the whole access scope, and not once for each way of it.
    oneOf: filter.q === undefined ? own : holding(sql, filter.q),
  });
}

const holding = (sql: Sql, text: string): readonly Fragment[] => [
  holdsText(sql, sql`name`, text),
  sql`customer_id in (select c.id from customers c where ${holdsText(sql, sql`c.name`, text)})`,
];

function inView(sql: Sql, view: View) {
  if (view === 'all') return [];
  return [view === 'renewed' ? RENEWED(sql) : sql`status = ${view}`];
}

const RENEWED = (sql: Sql) => sql`renewed_by_id is not null`;
