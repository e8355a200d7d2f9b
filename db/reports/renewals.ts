import type { AccessScope } from '../../domain/access/access-scope.ts';
import type { Proposal } from '../../domain/renewals/proposal.ts';
import type { RenewalStage } from '../../domain/renewals/renewal-course.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import type { Person } from '../../domain/terms/renewal-policy.ts';
import { anyOf, ownRenewals } from '../access/access-scope.ts';
import { inScope, type ReportScope } from '../access/report-scope.ts';
import { accountManager } from '../directory/account-manager.ts';
import {
  countListed,
  given,
  type Listed,
  type Listing,
  type ListPage,
  pageQuery,
  readPage,
} from '../postgres/keyset.ts';
import type { Sql } from '../postgres/sql.ts';
import { RENEWAL_SORTS, successorEnded } from '../renewals/renewals.ts';

export interface ReportedRenewal {
  readonly id: string;
  readonly stage: RenewalStage;
  readonly isOver: boolean;
  readonly snoozedUntil: Date | null;
  readonly entitlementId: string;
  /** The present details of the entitlement that ends. */
  readonly details: EntitlementDetails;
  readonly customerId: string;
  readonly customerName: string | null;
  readonly endDate: string;
  /** The time zone of the end date. */
  readonly timeZone: string;
  readonly accountManager: Person | null;
  readonly proposal: Proposal;
  readonly opportunityId: string;
  readonly successorId: string | null;
  readonly successorEnded: boolean;
  readonly decidedBy: string | null;
  readonly reason: string | null;
}

interface RenewalsFilter extends Omit<ReportScope, 'withoutTier'> {
  readonly stage?: RenewalStage | undefined;
  /** True: only renewals that somebody can still decide; false: only the others. */
  readonly open?: boolean | undefined;
  /** Only renewals that wait for a decision now: open, or lapsed and not closed yet. A snoozed one does not. */
  readonly waiting?: boolean;
}

/** A page of the renewals, each with its entitlement and its customer. */
export const listReportedRenewals = (
  sql: Sql,
  page: ListPage<'endDate'>,
  filter: RenewalsFilter,
  accessScope: AccessScope,
): Promise<Listed<ReportedRenewal>> => readPage(reportedRenewalsQuery(sql, page, filter, accessScope), page.limit);

/** The query of `listReportedRenewals`, which runs when it is awaited; tests explain it instead. */
export const reportedRenewalsQuery = (
  sql: Sql,
  page: ListPage<'endDate'>,
  filter: RenewalsFilter,
  accessScope: AccessScope,
) =>
  pageQuery<ReportedRenewal, 'endDate'>(sql, {
    columns: sql`id, stage, is_over as "isOver", snoozed_until as "snoozedUntil", entitlement_id as "entitlementId",
      (select e.state -> 'details' from entitlements e where e.id = entitlement_id) as details,
      customer_id as "customerId", (select name from customers c where c.id = customer_id) as "customerName",
      end_date::text as "endDate", state ->> 'timeZone' as "timeZone",
      ${accountManager(sql)},
      proposal, opportunity_id as "opportunityId", successor_id as "successorId",
      ${successorEnded(sql)} as "successorEnded", decided_by as "decidedBy", reason`,
    sorts: RENEWAL_SORTS,
    page,
    ...renewalListing(sql, filter, accessScope),
  });

/** How many renewals `listReportedRenewals` has on all pages. */
export const countReportedRenewals = (sql: Sql, filter: RenewalsFilter, accessScope: AccessScope): Promise<number> =>
  countListed(sql, renewalListing(sql, filter, accessScope));

const renewalListing = (
  sql: Sql,
  { stage, open, waiting = false, customerId, tier, owner }: RenewalsFilter,
  accessScope: AccessScope,
): Listing => ({
  from: sql`renewals`,
  where: [
    ...given(stage, (value) => sql`stage = ${value}`),
    ...given(open, (value) => sql`is_over = ${!value}`),
    ...(waiting ? [sql`not is_over and stage <> 'snoozed'`] : []),
    ...given(customerId, (value) => sql`customer_id = ${value}`),
    ...(tier === undefined && owner === undefined ? [] : [isOfEntitlements(sql, { tier, owner })]),
    anyOf(sql, ownRenewals(sql, accessScope)),
  ],
});

/** The access scope is applied to the renewals, and not to their entitlements. */
const isOfEntitlements = (sql: Sql, scope: ReportScope) =>
  sql`exists (select from entitlements where id = entitlement_id and ${inScope(sql, scope, 'all')})`;
