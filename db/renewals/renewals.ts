import type { AccessScope } from '../../domain/access/access-scope.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import type { Audience } from '../../domain/renewals/audience.ts';
import type { Proposal } from '../../domain/renewals/proposal.ts';
import {
  isOver,
  type Renewal,
  type RenewalStage,
  type RenewalStep,
  renewalIdOf,
} from '../../domain/renewals/renewal-course.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import type { Person } from '../../domain/terms/renewal-policy.ts';
import { anyOf, ownRenewals } from '../access/access-scope.ts';
import { accountManager } from '../directory/account-manager.ts';
import { jsonParameter } from '../postgres/connect.ts';
import { instantTextOrNull } from '../postgres/instant-text.ts';
import { given, type Listed, type ListPage, pageQuery, readPage, type Sorts } from '../postgres/keyset.ts';
import type { Sql } from '../postgres/sql.ts';

/** A step that was taken. A step that was superseded before it was announced has a smaller audience. */
export interface StepRecord {
  readonly step: RenewalStep;
  readonly at: string;
  /** Who was told; the API and the stored steps call it `heardBy`. */
  readonly heardBy: Audience;
}

/** A renewal as it is read. */
export interface RenewalRecord {
  readonly id: string;
  readonly entitlementId: EntitlementId;
  /** 1, 2, 3 … of the entitlement's renewals. */
  readonly renewalNumber: number;
  readonly customerId: string;
  readonly stage: RenewalStage;
  readonly isOver: boolean;
  readonly accountManager: Person | null;
  /**
   * E-mail addresses of the people to whom it was escalated, or who were mailed because there was no account manager.
   */
  readonly escalatedTo: readonly string[];
  readonly endDate: string;
  readonly endsAt: Date;
  readonly snoozedUntil: Date | null;
  readonly proposal: Proposal;
  readonly opportunityId: string;
  readonly successorId: string | null;
  /** The successor was deleted, or canceled before its start: it does not renew the entitlement. */
  readonly successorEnded: boolean;
  readonly decidedBy: string | null;
  readonly reason: string | null;
  readonly decidedKey: string | null;
  readonly decidedContent: string | null;
  readonly steps: readonly StepRecord[];
  readonly seq: number;
  readonly openedAt: Date;
  readonly updatedAt: Date;
}

const columns = (sql: Sql) => sql`
  id, entitlement_id as "entitlementId", n as "renewalNumber", customer_id as "customerId", stage, is_over as "isOver",
  ${accountManager(sql)},
  escalated_to as "escalatedTo", end_date::text as "endDate", ends_at as "endsAt", snoozed_until as "snoozedUntil", proposal,
  opportunity_id as "opportunityId", successor_id as "successorId", ${successorEnded(sql)} as "successorEnded",
  decided_by as "decidedBy",
  decided_key as "decidedKey", decided_content as "decidedContent", reason, steps, seq,
  opened_at as "openedAt", updated_at as "updatedAt"`;

/** SQL: whether a renewal's entitlement no longer names the successor that was accepted. */
export const successorEnded = (sql: Sql) => sql`
  (successor_id is not null and not exists (
    select from entitlements where id = entitlement_id and renewed_by_id = successor_id))`;

export async function findRenewal(
  sql: Sql,
  id: string,
  accessScope: AccessScope = 'all',
): Promise<RenewalRecord | undefined> {
  const [row] = await sql<RenewalRecord[]>`
    select ${columns(sql)} from renewals where id = ${id} and ${anyOf(sql, ownRenewals(sql, accessScope))}`;
  return row;
}

/** The renewal, locked until the transaction ends, so that its steps are taken one after the other. */
export async function holdRenewal(tx: Sql, id: string): Promise<RenewalRecord | undefined> {
  await tx`select pg_advisory_xact_lock(hashtextextended(${id}, 1))`;
  return await findRenewal(tx, id);
}

export const RENEWAL_SORTS: Sorts<'endDate'> = { endDate: { type: 'date', of: (sql) => sql`end_date` } };

export interface RenewalFilter {
  readonly stage?: RenewalStage | undefined;
  readonly customerId?: string | undefined;
  readonly entitlementId?: string | undefined;
  /** True: only renewals that somebody can still decide. */
  readonly open?: boolean | undefined;
}

export const listRenewals = (
  sql: Sql,
  page: ListPage<'endDate'>,
  { stage, customerId, entitlementId, open }: RenewalFilter,
  accessScope: AccessScope,
): Promise<Listed<RenewalRecord>> =>
  readPage(
    pageQuery<RenewalRecord, 'endDate'>(sql, {
      columns: columns(sql),
      from: sql`renewals`,
      sorts: RENEWAL_SORTS,
      page,
      where: [
        ...given(stage, (value) => sql`stage = ${value}`),
        ...given(customerId, (value) => sql`customer_id = ${value}`),
        ...given(entitlementId, (value) => sql`entitlement_id = ${value}`),
        ...given(open, (value) => sql`is_over = ${!value}`),
        anyOf(sql, ownRenewals(sql, accessScope)),
      ],
    }),
    page.limit,
  );

/** What is written with each step of a renewal. */
export interface WrittenWith {
  readonly details: EntitlementDetails;
  readonly proposal: Proposal;
  readonly accountManager: Person | null;
}

interface Step {
  readonly step: RenewalStep;
  readonly at: number;
  readonly audience: Audience;
  readonly seq: number;
  readonly successorId: EntitlementId | null;
  readonly decided: { readonly key: string; readonly content: string } | null;
}

/** Notes that a mail went to `email` as an escalation. That person can read the renewal from then on. */
export async function noteEscalation(tx: Sql, id: string, email: string): Promise<void> {
  await tx`
    update renewals set escalated_to = array_append(escalated_to, lower(${email}))
    where id = ${id} and not escalated_to @> array[lower(${email})]`;
}

const OPPORTUNITY = 'opp_';

/** The id of a renewal's own opportunity, as the event `opportunity.opened` names it. */
export const opportunityIdOf = (renewalId: string): string => `${OPPORTUNITY}${renewalId}`;

/** The id of the renewal that an opportunity belongs to; undefined if its id comes from another system. */
export const renewalOfOpportunityId = (id: string): string | undefined =>
  id.startsWith(OPPORTUNITY) ? id.slice(OPPORTUNITY.length) : undefined;

/** Writes the record of a renewal with its first step. */
export async function insertRenewal(tx: Sql, renewal: Renewal, taken: Step, beside: WrittenWith): Promise<void> {
  const { details, proposal, accountManager } = beside;
  const id = renewalIdOf(renewal);
  await tx`
    insert into renewals (id, entitlement_id, n, customer_id, stage, is_over, account_manager_name,
      account_manager_email, end_date, ends_at, snoozed_until, decided_by, reason, proposal, opportunity_id, steps, seq, opened_at, updated_at, state)
    values (${id}, ${renewal.entitlementId}, ${renewal.n}, ${details.customerId}, ${renewal.stage},
      ${isOver(renewal)}, ${accountManager?.name ?? null}, ${accountManager?.email ?? null}, ${renewal.endDate},
      ${instantTextOrNull(renewal.endsAt)}, ${instantTextOrNull(renewal.snoozedUntil)}, ${renewal.by}, ${renewal.reason},
      ${jsonParameter(tx, proposal)}, ${opportunityIdOf(id)}, ${jsonParameter(tx, [stepOf(taken)])},
      ${taken.seq}, ${instantTextOrNull(renewal.openedAt)}, ${instantTextOrNull(taken.at)}, ${jsonParameter(tx, renewal)})`;
}

/** Writes a step; a step that was written before changes nothing. */
export async function updateRenewal(tx: Sql, renewal: Renewal, taken: Step, beside: WrittenWith): Promise<void> {
  const { details, proposal, accountManager } = beside;
  await tx`
    update renewals set customer_id = ${details.customerId}, proposal = ${jsonParameter(tx, proposal)},
      account_manager_name = ${accountManager?.name ?? null}, account_manager_email = ${accountManager?.email ?? null},
      stage = ${renewal.stage}, is_over = ${isOver(renewal)},
      snoozed_until = ${instantTextOrNull(renewal.snoozedUntil)}, successor_id = ${taken.successorId},
      decided_by = ${renewal.by}, reason = ${renewal.reason},
      decided_key = coalesce(${taken.decided?.key ?? null}, decided_key),
      decided_content = coalesce(${taken.decided?.content ?? null}, decided_content), steps = steps || ${jsonParameter(tx, [stepOf(taken)])},
      seq = ${taken.seq}, updated_at = ${instantTextOrNull(taken.at)}, state = ${jsonParameter(tx, renewal)}
    where id = ${renewalIdOf(renewal)} and seq < ${taken.seq}`;
}

const stepOf = ({ step, at, audience }: Step) => ({ step, at: instantTextOrNull(at), heardBy: audience });
