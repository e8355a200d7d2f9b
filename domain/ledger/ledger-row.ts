import type { EpochMs } from '../calendar.ts';
import type { CaseId, EntitlementId } from '../ids.ts';
import type { RefusalCode } from '../refusals.ts';
import type { Bought } from '../terms/bought.ts';
import type { EntitlementDetails } from '../terms/details.ts';
import type { Charge } from '../terms/overage-charge.ts';
import type { TermPeriod } from '../terms/periods.ts';
import type { Threshold } from '../terms/thresholds.ts';
import type { TopUp, TopUpAhead } from '../terms/top-ups.ts';
import type { SupportCase } from './support-case.ts';

export const STATUSES = ['draft', 'waiting', 'active', 'expired', 'canceled'] as const;
export type Status = (typeof STATUSES)[number];

/** What happened to the entitlement itself. */
export type LifeKind =
  | 'created'
  | 'edited'
  | 'activated'
  | 'started'
  | 'deactivated'
  | 'expired'
  | 'canceled'
  | 'renewal_started'
  | 'renewed'
  | 'successor_ended'
  | 'deleted'
  | 'topped_up'
  | 'top_up_expired'
  | 'period_started';

/** What a case did to it. `repeated_attach` is an attach of a case that was attached already: it takes nothing. */
export type CaseKind =
  | 'attached'
  | 'repeated_attach'
  | 'updated'
  | 'resolved'
  | 'case_canceled'
  | 'reactivated'
  | 'decremented'
  | 'detached'
  | 'spilled'
  | 'spill_taken'
  | 'refused';

export type RowKind = LifeKind | CaseKind;

/** The renewal of an entitlement for one of its ends: its number, and the end that it is about. */
export interface StartedRenewal {
  /** 1, 2, 3 … per entitlement: an end date that is edited gets a renewal of its own. */
  readonly n: number;
  /** Null once the entitlement has got another end. */
  readonly endsAt: EpochMs | null;
}

/** What a row says beyond its kind. */
export interface RowFacts {
  readonly details?: EntitlementDetails;
  readonly status?: Status;
  readonly startsAt?: EpochMs;
  readonly endsAt?: EpochMs;
  readonly renewsId?: EntitlementId;
  readonly successorId?: EntitlementId;
  /** It was canceled while it waited for its start. */
  readonly beforeStart?: true;
  /** The details that an edit changed, as they were. */
  readonly before?: Partial<EntitlementDetails>;
  /** The period whose allotment is granted from now on. */
  readonly period?: TermPeriod | null;
  /** What counts as used by each channel from now on; negative for what rolled over. */
  readonly usedByChannel?: Readonly<Record<string, number>>;
  /** The top-ups from now on, each with what is left of it. */
  readonly topUps?: readonly TopUp[];
  /** The top-ups that begin later, from now on. */
  readonly topUpsAhead?: readonly TopUpAhead[];
  /** What is bought and owed from now on. */
  readonly bought?: Bought;
  /** The top-up that this row adds or announces, with its price. */
  readonly topUp?: (TopUp | TopUpAhead) & { readonly price: string | null; readonly currency: string | null };
  readonly renewal?: StartedRenewal;
  /** What an override let pass: the refusals that there would have been. */
  readonly overrode?: readonly RefusalCode[];
  /** The entitlement that the case came from. */
  readonly movedFromId?: EntitlementId;
  /** `decrementEntitlementTerm` was set to this. */
  readonly decrements?: boolean;
  /** With this row so many per cent of what is granted are used. */
  readonly crossed?: readonly Threshold[];
}

/**
 * One row of an entitlement's ledger: a decision, numbered without gaps by the entitlement's workflow, never changed
 * afterwards. The remaining term is the sum of `change` over all rows (creation grants the total, edits correct it).
 */
export interface LedgerRow {
  /** 1, 2, 3 … per entitlement. */
  readonly seq: number;
  readonly kind: RowKind;
  readonly at: EpochMs;
  /** The event's once-only key; null for what the entitlement does by itself. */
  readonly key: string | null;
  /** Of the content that came with the key: the same key with another one is a conflict. */
  readonly fingerprint: string | null;
  readonly by: string;
  readonly reason: string | null;
  readonly caseId: CaseId | null;
  readonly channel: string | null;
  /** Added to what remains, in cases or minutes: negative when a case takes. */
  readonly change: number;
  /** Added to what its case takes, what it buys included; null: `change` turned around. */
  readonly useChange: number | null;
  /** Added to what is reserved, in cases or minutes. */
  readonly heldChange: number;
  /** Added to the open cases: 1, 0 or -1. */
  readonly openChange: number;
  /** How much more lies past the grants, in cases or minutes: bought or owed; negative for what comes back of it. */
  readonly overage: number;
  /** What is charged for it, or credited. */
  readonly charge: Charge | null;
  /** What remains after this row; null when unlimited. */
  readonly remainingAfter: number | null;
  /** The case as it stands after this row. */
  readonly case: SupportCase | null;
  readonly refusal: RefusalCode | null;
  readonly detail: string | null;
  readonly facts: RowFacts | null;
}

/** A row before it is numbered. */
export type RowDraft = Omit<LedgerRow, 'seq' | 'remainingAfter'>;

/** Who did something, when, and under which once-only key. */
export interface Origin {
  readonly at: EpochMs;
  readonly by: string;
  readonly key: string | null;
  readonly fingerprint: string | null;
  readonly reason: string | null;
}

export const lifeRow = (origin: Origin, kind: LifeKind, facts: RowFacts | null, change = 0): RowDraft => ({
  kind,
  caseId: null,
  channel: null,
  change,
  useChange: null,
  heldChange: 0,
  openChange: 0,
  overage: 0,
  charge: null,
  case: null,
  refusal: null,
  detail: null,
  facts,
  ...origin,
});
