import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { EntitlementId } from '../../domain/ids.ts';
import type { LedgerRow } from '../../domain/ledger/ledger-row.ts';
import type { Refusal, RefusalCode } from '../../domain/refusals.ts';
import type { Envelope, Snapshot } from './messages.ts';
import type { PackedRow } from './packed.ts';
import type { WireCaseEvent } from './wire-case-event.ts';

export interface CaseEventsMessage extends Partial<Envelope> {
  readonly events: readonly WireCaseEvent[];
}

export interface EventAnswer {
  readonly outcome: 'accepted' | 'refused';
  /** The key had come before: nothing changed now, and this is the first answer. */
  readonly repeated: boolean;
  /**
   * The ledger row that holds the decision; null where there is none, as for `not_found` and `idempotency_conflict`.
   */
  readonly seq: number | null;
  readonly code?: RefusalCode;
  readonly detail?: string;
  /**
   * The entitlement that has already answered this key, if it is another one; `seq` is a row of its ledger. Null: a
   * case without an entitlement answered it.
   */
  readonly entitlementId?: EntitlementId | null;
}

/**
 * How a key was answered when it first came, as the database has it: by an entitlement, or (null) on a case without
 * one.
 */
export interface FirstAnswer {
  readonly key: string;
  readonly fingerprint: string;
  readonly entitlementId: EntitlementId | null;
  readonly seq: number | null;
  readonly refusal: RefusalCode | null;
  readonly detail: string | null;
  /** It attached a case that another entitlement had first, and the case was given up again. */
  readonly isGivenUp: boolean;
}

/** What an entitlement decided about a list of events. */
export interface CaseEventsDecision {
  /** One for each event, in the order of the events. */
  readonly results: readonly EventAnswer[];
  /**
   * The rows that the caller writes before it answers: those of the results, and unwritten earlier ones without which
   * the ledger would show a gap, or a moved case would leave keys behind.
   */
  readonly rows: readonly LedgerRow[];
  readonly snapshot: Snapshot;
}

/** The decision as it travels. */
export interface CaseEventsAnswer {
  readonly results: readonly EventAnswer[];
  readonly rows: readonly PackedRow[];
  readonly snapshot: Snapshot;
}

/** The failure of an update whose answer would not fit into one payload: the sender sends its events in parts. */
export const TOO_LARGE = 'too_large';

/** A signal as far as it could be read; nothing else of what a client sent is kept. */
export interface ReceivedSignal {
  readonly kind: string;
  readonly content: unknown;
  /** Why it is refused, where it is. */
  readonly refused?: Refusal;
}

export interface UnwrittenAnswer {
  readonly rows: readonly PackedRow[];
  readonly snapshot: Snapshot;
}

type CaseSignal<Kind extends WireCaseEvent['kind']> = Omit<Extract<WireCaseEvent, { kind: Kind }>, 'kind'> & {
  by?: string;
};

export const attachCase = defineSignal<[CaseSignal<'attach'>]>('attachCase');
export const updateCase = defineSignal<[CaseSignal<'update'>]>('updateCase');
export const resolveCase = defineSignal<[CaseSignal<'resolve'>]>('resolveCase');
export const cancelCase = defineSignal<[CaseSignal<'cancel'>]>('cancelCase');
export const reactivateCase = defineSignal<[CaseSignal<'reactivate'>]>('reactivateCase');
export const respondCase = defineSignal<[CaseSignal<'respond'>]>('respondCase');
export const holdCase = defineSignal<[CaseSignal<'hold'>]>('holdCase');
export const releaseCase = defineSignal<[CaseSignal<'release'>]>('releaseCase');

/** The signal for each kind of case event that can come without waiting for its answer. */
export const caseSignals = {
  attach: attachCase,
  update: updateCase,
  resolve: resolveCase,
  cancel: cancelCase,
  reactivate: reactivateCase,
  respond: respondCase,
  hold: holdCase,
  release: releaseCase,
} as const;

export type CaseSignalKind = keyof typeof caseSignals;

export const applyCaseEvents = defineUpdate<CaseEventsAnswer, [CaseEventsMessage]>('applyCaseEvents');

/** The rows about a case that the entitlement decided and of which nobody has said that they are written. */
export const unwritten = defineQuery<UnwrittenAnswer | null, [caseId: string]>('unwritten');
