import type { Sql } from '../../db/postgres/sql.ts';

/** What the judge reads in the database, as plain JSON, by statements of its own. */

/** A row of the ledger. Amounts are cases or minutes. */
export interface LedgerRow {
  readonly entitlementId: string;
  readonly seq: number;
  readonly kind: string;
  readonly key: string | null;
  readonly caseId: string | null;
  readonly change: number;
  readonly useChange: number | null;
  readonly overage: number;
  readonly remainingAfter: number | null;
  readonly refusal: string | null;
  readonly detail: string | null;
  /** Of the case after the row, as far as the judge needs it. */
  readonly after: {
    readonly status: string;
    readonly minutes: number;
    readonly channel: string | null;
    readonly decrements: boolean;
    readonly isDetached: boolean;
    readonly isShared: boolean;
  } | null;
  readonly overrode: boolean;
  readonly successorId: string | null;
}

export interface EntitlementRow {
  readonly id: string;
  readonly status: string;
  readonly seq: number;
  readonly remainingTerm: number | null;
  readonly isDeleted: boolean;
  readonly renewedById: string | null;
  readonly allocationType: 'cases' | 'hours' | 'unlimited';
  readonly decreaseRemainingOn: 'creation' | 'resolution';
  readonly restrict: boolean;
  readonly hold: boolean;
  readonly hasPrice: boolean;
  readonly hasPeriods: boolean;
}

export interface RenewalRow {
  readonly id: string;
  readonly entitlementId: string;
  readonly n: number;
  readonly stage: string;
  readonly isOver: boolean;
  readonly decidedKey: string | null;
  readonly successorId: string | null;
  readonly steps: readonly string[];
  readonly snoozes: number;
}

export interface CaseRow {
  readonly id: string;
  readonly status: string;
  readonly entitlementId: string | null;
  readonly entitlementSeq: number | null;
}

export interface DeliveryRow {
  readonly id: string;
  readonly kind: 'webhook' | 'email';
  readonly key: string;
  readonly status: string;
}

export interface Stored {
  readonly ledger: readonly LedgerRow[];
  /** Keys of events on cases without an entitlement. */
  readonly unattached: readonly { readonly key: string; readonly caseId: string }[];
  readonly entitlements: readonly EntitlementRow[];
  readonly cases: readonly CaseRow[];
  readonly renewals: readonly RenewalRow[];
  readonly deliveries: readonly DeliveryRow[];
  /** Events whose deliveries are not made yet. */
  readonly undispatched: number;
}

export async function readStored(sql: Sql): Promise<Stored> {
  const ledger = await sql<LedgerRow[]>`
    select entitlement_id as "entitlementId", seq, kind, key, case_id as "caseId", change, use_change as "useChange",
      overage, remaining_after as "remainingAfter", refusal, detail,
      case when case_after is null then null else jsonb_build_object(
        'status', case_after->'status', 'minutes', case_after->'minutes', 'channel', case_after->'channel',
        'decrements', case_after->'decrements', 'isDetached', coalesce(case_after->'detached', 'false'),
        'isShared', case_after ? 'spill' or case_after ? 'part') end as after,
      coalesce(facts, '{}') ? 'overrode' as overrode, facts->>'successorId' as "successorId"
    from ledger order by entitlement_id, seq`;
  const unattached = await sql<{ key: string; caseId: string }[]>`
    select key, case_id as "caseId" from unattached_events order by key`;
  const entitlements = await sql<EntitlementRow[]>`
    select id, status, seq, remaining_term as "remainingTerm", deleted as "isDeleted", renewed_by_id as "renewedById",
      state #>> '{details,allocationType}' as "allocationType",
      state #>> '{details,decreaseRemainingOn}' as "decreaseRemainingOn",
      (state #>> '{details,restrict}')::boolean as restrict, (state #>> '{details,hold}')::boolean as hold,
      state #>> '{details,overagePrice}' is not null as "hasPrice", state #>> '{details,period}' is not null as "hasPeriods"
    from entitlements order by id`;
  const cases = await sql<CaseRow[]>`
    select id, status, entitlement_id as "entitlementId", entitlement_seq as "entitlementSeq" from cases order by id`;
  const renewals = await sql<RenewalRow[]>`
    select id, entitlement_id as "entitlementId", n, stage, is_over as "isOver", decided_key as "decidedKey",
      successor_id as "successorId", array(select value->>'step' from jsonb_array_elements(steps)) as steps,
      (select count(*)::int from jsonb_array_elements(steps) where value->>'step' = 'snoozed') as snoozes
    from renewals order by id`;
  const deliveries = await sql<DeliveryRow[]>`select id, kind, key, status from deliveries order by id`;
  const [{ undispatched = 0 } = {}] = await sql<{ undispatched: number }[]>`
    select count(*)::int as undispatched from events where dispatched_at is null`;
  return { ledger, unattached, entitlements, cases, renewals, deliveries, undispatched };
}
