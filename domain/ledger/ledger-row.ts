import type { CivilDate, EpochMs } from '../calendar.ts';
import type { CaseId, EntitlementId } from '../ids.ts';
import type { RefusalCode } from '../refusals.ts';
import type { AmendmentAhead, AmendmentBooks, Effective, Grant } from '../terms/amendments.ts';
import type { Bought } from '../terms/bought.ts';
import type { Money } from '../terms/contract-price.ts';
import type { EntitlementDetails } from '../terms/details.ts';
import type { Charge } from '../terms/overage-charge.ts';
import type { Pause } from '../terms/pauses.ts';
import type { TermPeriod } from '../terms/periods.ts';
import type { Threshold } from '../terms/thresholds.ts';
import type { TopUp, TopUpAhead } from '../terms/top-ups.ts';
import type { SupportCase } from './support-case.ts';

export const STATUSES = ['draft', 'waiting', 'active', 'expired', 'canceled'] as const;
export type Status = (typeof STATUSES)[number];

/** The kinds of rows about the entitlement itself. */
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
  | 'successor_starts'
  | 'deleted'
  | 'topped_up'
  | 'top_up_expired'
  | 'period_started'
  | 'pause_planned'
  | 'pause_taken_back'
  | 'paused'
  | 'resumed'
  | 'amended'
  | 'amendment_scheduled'
  | 'amendment_taken_back'
  | 'amendment_dropped'
  | 'amendment_voided';

/**
 * The kinds of rows about a case. `repeated_attach` is an attach of a case that was attached already: it takes nothing.
 * `responded`, `held` and `released` concern its service-level clocks alone; the row's `reason` is that of the hold.
 */
export type CaseKind =
  | 'attached'
  | 'repeated_attach'
  | 'updated'
  | 'resolved'
  | 'case_canceled'
  | 'reactivated'
  | 'decremented'
  | 'responded'
  | 'held'
  | 'released'
  | 'detached'
  | 'spilled'
  | 'spill_taken'
  | 'refused';

export type RowKind = LifeKind | CaseKind;

/** The renewal that an entitlement started for one of its ends. */
export interface StartedRenewal {
  /** The renewal's number, 1, 2, 3 … per entitlement: each new end gets a renewal of its own. */
  readonly n: number;
  /** The end that it is about; null once the entitlement has another end. */
  readonly endsAt: EpochMs | null;
}

/** What a row says beyond its kind. Amounts are cases or minutes. */
export interface RowFacts {
  readonly details?: EntitlementDetails;
  readonly status?: Status;
  readonly startsAt?: EpochMs;
  readonly endsAt?: EpochMs;
  readonly renewsId?: EntitlementId;
  readonly successorId?: EntitlementId;
  /** It was canceled while it waited for its start. */
  readonly beforeStart?: true;
  /** The details that an edit changed, with their values before it. */
  readonly before?: Partial<EntitlementDetails>;
  /** The period whose allotment is granted from now on. */
  readonly period?: TermPeriod | null;
  /** What counts as used of each channel from now on; negative for what rolled over. */
  readonly usedByChannel?: Readonly<Record<string, number>>;
  /** The top-ups from now on, each with what is left of it. */
  readonly topUps?: readonly TopUp[];
  /** The top-ups that start later, from now on. */
  readonly topUpsAhead?: readonly TopUpAhead[];
  /** What is bought and owed from now on. */
  readonly bought?: Bought;
  /** The top-up that this row adds or schedules, with its price. */
  readonly topUp?: (TopUp | TopUpAhead) & { readonly price: string | null; readonly currency: string | null };
  readonly renewal?: StartedRenewal;
  /** The pause that this row plans, takes back, begins or ends. */
  readonly pause?: Pause;
  /** Whole days by which the end of a pause moves the end of the term, with a pause that moves it. */
  readonly movedDays?: number;
  /** The amendment that this row makes; `voids` is the number of the one that it takes back. */
  readonly amendment?: {
    readonly n: number;
    readonly effective: Effective;
    /** The day from which it counts, in the entitlement's zone. */
    readonly day?: CivilDate;
    readonly grant?: Grant;
    readonly voids?: number;
  };
  /** The amendment that this row schedules, takes back or drops. */
  readonly ahead?: AmendmentAhead;
  /** What an amendment charges or credits; null: nothing. */
  readonly money?: Money | null;
  /** Added to what counts as used of each channel. */
  readonly ofChannels?: Readonly<Record<string, number>>;
  /** What amendments reckon with from now on. */
  readonly books?: AmendmentBooks;
  /** The refusals that an override let pass. */
  readonly overrode?: readonly RefusalCode[];
  /** The case attached in the grace, after the end. */
  readonly inGrace?: true;
  /** The entitlement that the case came from. */
  readonly movedFromId?: EntitlementId;
  /** The reasons that hold the case from its attach on. */
  readonly holds?: readonly string[];
  /** `decrementEntitlementTerm` was set to this. */
  readonly decrements?: boolean;
  /** The thresholds of depletion, in per cent, that the use reaches with this row. */
  readonly crossed?: readonly Threshold[];
}

/**
 * One row of an entitlement's ledger: a decision, numbered without gaps by the entitlement's workflow and never changed
 * afterwards. The remaining term is the sum of `change` over all rows: creation grants the total, and edits correct it.
 */
export interface LedgerRow {
  /** 1, 2, 3 … per entitlement. */
  readonly seq: number;
  readonly kind: RowKind;
  readonly at: EpochMs;
  /** The once-only key of the event; null for what the entitlement does by itself. */
  readonly key: string | null;
  /** The fingerprint of the content that came with the key: the same key with another fingerprint is a conflict. */
  readonly fingerprint: string | null;
  readonly by: string;
  readonly reason: string | null;
  readonly caseId: CaseId | null;
  readonly channel: string | null;
  /** Added to what remains, in cases or minutes: negative when a case takes. */
  readonly change: number;
  /** Added to what its case takes, including what it buys; null: minus `change`. */
  readonly useChange: number | null;
  /** Added to what is held, in cases or minutes. */
  readonly heldChange: number;
  /** Added to the open cases: 1, 0 or -1. */
  readonly openChange: number;
  /** Added to what lies past the grants, bought or owed, in cases or minutes; negative for what comes back of it. */
  readonly overage: number;
  /** What is charged or credited. */
  readonly charge: Charge | null;
  /** What remains after this row; null if unlimited. */
  readonly remainingAfter: number | null;
  /** The case after this row. */
  readonly case: SupportCase | null;
  readonly refusal: RefusalCode | null;
  readonly detail: string | null;
  readonly facts: RowFacts | null;
}

/** A row that is decided and not numbered yet. */
export type RowDraft = Omit<LedgerRow, 'seq' | 'remainingAfter'>;

/** Who did something, when, and under which once-only key. */
export interface Origin {
  readonly at: EpochMs;
  readonly by: string;
  readonly key: string | null;
  readonly fingerprint: string | null;
  readonly reason: string | null;
}

/** A row about the entitlement itself; `change` in cases or minutes. */
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
