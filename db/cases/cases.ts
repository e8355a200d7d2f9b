import type { AccessScope } from '../../domain/access/access-scope.ts';
import { spilledKey } from '../../domain/cases/case-custody.ts';
import type { NoneReason } from '../../domain/cases/picking.ts';
import type { CaseStatus, PickedBy } from '../../domain/ledger/support-case.ts';
import { anyOf, ownCases } from '../access/access-scope.ts';
import { instantText } from '../postgres/instant-text.ts';
import type { Sql } from '../postgres/sql.ts';
import type { Promised } from '../slas/case-sla.ts';

/** Why a case has no entitlement, in one word. */
export type NoEntitlementReason = NoneReason | 'taken_off';

export interface CaseRecord {
  readonly id: string;
  readonly customerId: string;
  readonly contactId: string | null;
  readonly productId: string | null;
  readonly channel: string | null;
  readonly title: string | null;
  readonly status: CaseStatus;
  readonly minutes: number;
  readonly decrementEntitlementTerm: boolean;
  readonly entitlementId: string | null;
  readonly entitlementReason: PickedBy | NoEntitlementReason;
  /** The reason in words. */
  readonly entitlementExplanation: string | null;
  readonly slaId: string | null;
  /** Counted from the moment the case was attached; null where the SLA promises none. */
  readonly firstResponseDueAt: Date | null;
  readonly resolutionDueAt: Date | null;
  /** It attached in the grace of its entitlement, after the end. */
  readonly inGrace: boolean;
  /** What each entitlement takes of the case, its own first; empty where its own takes all of it. */
  readonly parts: readonly CasePart[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What one entitlement takes of a case. */
export interface CasePart {
  readonly entitlementId: string;
  /** Minutes. */
  readonly minutes: number;
}

/** SQL: what each entitlement takes of a ledger row's case, its own first; `[]` until the others have answered. */
const partsOfRow = (sql: Sql) => sql`
  case when case_after->'spill' ? 'parts' and not case_after ? 'detached' then jsonb_build_array(jsonb_build_object(
    'entitlementId', ledger.entitlement_id, 'minutes', case_after->'taken')) || (case_after->'spill'->'parts')
  else '[]' end`;

/** What each entitlement took of the case that row `seq` of its own entitlement `id` shared with others. */
export async function findParts(sql: Sql, id: string, caseId: string, seq: number): Promise<readonly CasePart[]> {
  const [row] = await sql<{ parts: readonly CasePart[] }[]>`
    select ${partsOfRow(sql)} as parts from ledger where entitlement_id = ${id} and key = ${spilledKey(caseId, id, seq)}`;
  return row?.parts ?? [];
}

/** A case without an entitlement as it stood after an event, as the event keeps it. Instants are RFC 3339. */
export type CaseWithout = Pick<
  CaseRecord,
  | 'id'
  | 'customerId'
  | 'contactId'
  | 'productId'
  | 'channel'
  | 'title'
  | 'status'
  | 'minutes'
  | 'decrementEntitlementTerm'
  | 'entitlementReason'
  | 'entitlementExplanation'
> & { readonly createdAt: string; readonly updatedAt: string };

/** The case in the form in which an event of a case without an entitlement keeps it. */
export const withoutEntitlement = (record: CaseRecord): CaseWithout => {
  const {
    entitlementId: _id,
    slaId: _sla,
    firstResponseDueAt: _first,
    resolutionDueAt: _last,
    parts: _parts,
    inGrace: _grace,
    ...rest
  } = record;
  return {
    ...rest,
    createdAt: instantText(rest.createdAt.getTime()),
    updatedAt: instantText(rest.updatedAt.getTime()),
  };
};

/** What the attach of a case determines for the whole time that the case stays on the entitlement. */
export interface Stay {
  /** Why the entitlement was picked, in words. */
  readonly explanation: string | null;
  readonly sla: Omit<Promised, 'version'> | null;
}

/**
 * Reads the stay that row `attachedSeq` began. That row never changes, so the answer is right for every later row of
 * the stay, wherever the case is now. Rows of older versions do not keep what the SLA promised; for them the case's own
 * record is read, while the case is still there.
 */
export async function findStay(sql: Sql, entitlementId: string, attachedSeq: number): Promise<Stay> {
  const [stay] = await sql<Stay[]>`
    select nullif(attached.detail, '') as explanation, coalesce(attached.sla, case when c.sla_id is not null then
      jsonb_build_object('slaId', c.sla_id, 'firstResponseDueAt', c.first_response_due_at,
        'resolutionDueAt', c.resolution_due_at) end) as sla
    from ledger attached
    left join cases c on c.id = attached.case_id and c.entitlement_id = attached.entitlement_id
      and c.attached_seq = attached.seq
    where attached.entitlement_id = ${entitlementId} and attached.seq = ${attachedSeq}`;
  return stay ?? { explanation: null, sla: null };
}

/** SQL: the columns of a `CaseRecord`, in a query of `cases`. */
export const caseColumns = (sql: Sql) => sql`
  id, customer_id as "customerId", contact_id as "contactId", product_id as "productId", channel, title, status,
  minutes, decrement_entitlement_term as "decrementEntitlementTerm", entitlement_id as "entitlementId",
  reason as "entitlementReason", nullif(explanation, '') as "entitlementExplanation", sla_id as "slaId",
  first_response_due_at as "firstResponseDueAt", resolution_due_at as "resolutionDueAt",
  coalesce((select ${partsOfRow(sql)} from ledger
    where ledger.entitlement_id = cases.entitlement_id and seq = cases.entitlement_seq), '[]') as parts,
  coalesce(in_grace, false) as "inGrace",
  created_at as "createdAt", updated_at as "updatedAt"`;

/** The case as the read model has it; undefined where it does not exist or is outside the access scope. */
export async function findCase(
  sql: Sql,
  id: string,
  accessScope: AccessScope = 'all',
): Promise<CaseRecord | undefined> {
  const its = ownCases(sql, accessScope, sql`(select customer_id from cases where id = ${id})`);
  const [row] = await sql<CaseRecord[]>`select ${caseColumns(sql)} from cases where id = ${id} and ${anyOf(sql, its)}`;
  return row;
}
