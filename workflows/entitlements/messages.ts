import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { CaseEvent } from '../../domain/cases/case-event.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import type { LifeCommandKind } from '../../domain/entitlements/life.ts';
import type { TopUpCommand } from '../../domain/entitlements/topping-up.ts';
import {
  type CustomerId,
  caseId,
  contactId,
  customerId,
  type EntitlementId,
  entitlementId,
  productId,
} from '../../domain/ids.ts';
import type { LedgerRow } from '../../domain/ledger/ledger-row.ts';
import type { Refusal, RefusalCode } from '../../domain/refusals.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import type { RefusedSoFar } from '../messages/refused-messages.ts';
import type { WireCaseEvent } from './case-event-input.ts';
import type { PackedCase, PackedRow } from './packed.ts';
import type { CarriedRenewals } from './renewals-of-run.ts';

export type { WireCaseEvent };

/** The event in the domain's terms; a signal that names no customer speaks of the entitlement's own. */
export function toCaseEvent(wire: WireCaseEvent, ownCustomer: CustomerId): CaseEvent {
  const base = {
    key: wire.key,
    caseId: caseId(wire.caseId),
    ...(wire.reason === undefined ? {} : { reason: wire.reason }),
    ...(wire.mark === undefined ? {} : { mark: wire.mark }),
  };
  switch (wire.kind) {
    case 'attach':
      return {
        ...base,
        kind: 'attach',
        customerId: wire.customerId === undefined ? ownCustomer : customerId(wire.customerId),
        contactId: wire.contactId == null ? null : contactId(wire.contactId),
        productId: wire.productId == null ? null : productId(wire.productId),
        channel: wire.channel ?? null,
        title: wire.title ?? null,
        minutes: wire.minutes ?? 0,
        decrements: wire.decrementEntitlementTerm ?? true,
        overrides: wire.overrides ?? false,
        pickedBy: wire.pickedBy ?? 'named',
        why: wire.why ?? null,
        movedFrom: wire.movedFrom ?? null,
      };
    case 'update':
      return {
        kind: 'update',
        ...base,
        ...(wire.customerId === undefined ? {} : { customerId: customerId(wire.customerId) }),
        ...(wire.contactId === undefined
          ? {}
          : { contactId: wire.contactId === null ? null : contactId(wire.contactId) }),
        ...(wire.productId === undefined
          ? {}
          : { productId: wire.productId === null ? null : productId(wire.productId) }),
        ...(wire.channel === undefined ? {} : { channel: wire.channel }),
        ...(wire.minutes === undefined ? {} : { minutes: wire.minutes }),
        ...(wire.decrementEntitlementTerm === undefined ? {} : { decrements: wire.decrementEntitlementTerm }),
        ...(wire.overrides === undefined ? {} : { overrides: wire.overrides }),
      };
    case 'resolve':
      return {
        kind: 'resolve',
        ...base,
        ...(wire.minutes === undefined ? {} : { minutes: wire.minutes }),
        ...(wire.spillTo === undefined ? {} : { spillTo: wire.spillTo.map(entitlementId) }),
      };
    case 'spill':
      return {
        kind: 'spill',
        ...base,
        of: entitlementId(wire.of),
        through: wire.through,
        minutes: wire.minutes,
        customerId: customerId(wire.customerId),
        contactId: wire.contactId == null ? null : contactId(wire.contactId),
        productId: wire.productId == null ? null : productId(wire.productId),
        channel: wire.channel ?? null,
      };
    case 'spilled': {
      const parts = wire.parts.map((part) => ({ ...part, entitlementId: entitlementId(part.entitlementId) }));
      return { kind: 'spilled', ...base, through: wire.through, parts };
    }
    case 'detach':
      return { kind: 'detach', ...base, ...(wire.through === undefined ? {} : { through: wire.through }) };
    default:
      return { kind: wire.kind, ...base };
  }
}

/**
 * What the sender read in PostgreSQL before it sent: the cases that the events are about, as the ledger last had them,
 * and no row under any of the keys. True as of `generation`: see `EntitlementRun.knows`.
 */
export interface Knowledge {
  readonly generation: number;
  readonly cases: readonly PackedCase[];
}

/** What every message of the API carries: who asks, what it knows, and which rows are written since it last asked. */
export interface Envelope {
  readonly by: string;
  readonly knowledge?: Knowledge;
  readonly confirmed?: readonly (readonly [from: number, to: number])[];
}

export interface CaseEventsMessage extends Partial<Envelope> {
  readonly events: readonly WireCaseEvent[];
}

export interface EventAnswer {
  readonly outcome: 'accepted' | 'refused';
  /** The key had come before: nothing changed now, and this is the first answer. */
  readonly repeated: boolean;
  /** The ledger row that holds the decision; null for what leaves no row (`not_found`, `idempotency_conflict`). */
  readonly seq: number | null;
  readonly code?: RefusalCode;
  readonly detail?: string;
  /** Set where the key had come before to another entitlement, whose ledger `seq` counts in; null: to a case without one. */
  readonly entitlementId?: EntitlementId | null;
}

/** What a key was answered when it first came, as the database has it: on an entitlement, or (null) on a case without one. */
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

/** The entitlement as it stands, for the read model. */
export interface Snapshot {
  readonly entitlement: Entitlement;
  readonly generation: number;
}

/** What an entitlement decided about a list of events. */
export interface CaseEventsDecision {
  readonly results: readonly EventAnswer[];
  /**
   * The rows that the caller writes before it answers: those that the results stand on, and the unwritten ones without
   * which the ledger would show a gap or a moved case would leave keys behind.
   */
  readonly rows: readonly LedgerRow[];
  readonly snapshot: Snapshot;
}

/** The same as it travels. */
export interface CaseEventsAnswer {
  readonly results: readonly EventAnswer[];
  /** For the caller to write. */
  readonly rows: readonly PackedRow[];
  readonly snapshot: Snapshot;
}

export interface LifeMessage extends Envelope {
  readonly key: string | null;
  readonly reason: string | null;
  /** For `edit`. */
  readonly changes?: Partial<EntitlementDetails>;
  /** For `top-up`. */
  readonly topUp?: TopUpCommand;
  /** For `renew`, `accept-renewal` and `successor-ended`. */
  readonly successorId?: EntitlementId;
  /** For `accept-renewal`. */
  readonly details?: EntitlementDetails;
  /** Refused as `conflict` unless the entitlement's newest row has this number. */
  readonly ifVersion?: number;
}

export interface CreateMessage extends Envelope {
  readonly key: string | null;
  readonly details: EntitlementDetails;
  readonly renewsId: EntitlementId | null;
}

export interface LifeAnswer {
  readonly row: LedgerRow;
  readonly repeated: boolean;
  readonly snapshot: Snapshot;
}

/** What a run hands to the next one. Version it: runs started by older code are handed over to newer code. */
export interface Carried {
  readonly version: 1;
  readonly entitlement: Entitlement;
  readonly generation: number;
  readonly lastAttempt: number;
  readonly cases: readonly PackedCase[];
  readonly rows: readonly PackedRow[];
  readonly unconfirmed: readonly number[];
  /** Those of the unconfirmed that senders have; absent in what older code carried: any of them may be had. */
  readonly handedOut?: readonly number[];
  readonly successor?: Successor;
  readonly renewals: CarriedRenewals;
  /** Signals that the run before had heard and not decided. */
  readonly signals?: readonly HeardSignal[];
  /** Messages that this entitlement could not take at all. */
  readonly refusedMessages?: RefusedSoFar;
}

/** The failure of an update that came while its run ended: to be sent again in a moment, and ever later. */
export const HANDING_OVER = 'handing_over';

/** The failure of an update whose answer would not fit into one payload: its events are to be sent in parts. */
export const TOO_LARGE = 'too_large';

/** A signal as far as it could be read: nothing else of what a client sent is kept. */
export interface HeardSignal {
  readonly kind: string;
  readonly content: unknown;
  /** Why it cannot be taken, where it cannot. */
  readonly refused?: Refusal;
}

/** The draft that a renewed entitlement leaves behind. */
export interface Successor {
  readonly id: EntitlementId;
  readonly details: EntitlementDetails;
  readonly by: string;
}

/** `revive`: the entitlement lived before and its workflow had completed; it is loaded from PostgreSQL first. */
export interface EntitlementInput {
  readonly id: EntitlementId;
  readonly revive?: boolean;
  readonly carried?: Carried;
  /** The draft begins with this, instead of with a `create` update. */
  readonly created?: CreateMessage;
}

/** What the API and a predecessor's workflow both send: the same draft, whoever comes first. */
export const creationOf = ({ id, details, by }: Successor, renewsId: EntitlementId): CreateMessage => ({
  by,
  key: `created:${id}`,
  details,
  renewsId,
});

export interface StateAnswer extends Snapshot {
  readonly remainingTerm: number | null;
  /** Rows that nobody has confirmed to be written. */
  readonly unconfirmedRows: number;
  /** Cases held in memory. */
  readonly casesInMemory: number;
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
/** The signal for each kind of case event that can come without waiting for its answer. */
export const caseSignals = {
  attach: attachCase,
  update: updateCase,
  resolve: resolveCase,
  cancel: cancelCase,
  reactivate: reactivateCase,
} as const;

export const applyCaseEvents = defineUpdate<CaseEventsAnswer, [CaseEventsMessage]>('applyCaseEvents');
export const create = defineUpdate<LifeAnswer, [CreateMessage]>('create');
export const lifeUpdates: Record<LifeCommandKind, ReturnType<typeof lifeUpdate>> = {
  edit: lifeUpdate('edit'),
  activate: lifeUpdate('activate'),
  deactivate: lifeUpdate('deactivate'),
  cancel: lifeUpdate('cancel'),
  renew: lifeUpdate('renew'),
  delete: lifeUpdate('delete'),
  'top-up': lifeUpdate('topUp'),
  'accept-renewal': lifeUpdate('acceptRenewal'),
  'successor-ended': lifeUpdate('successorEnded'),
};
export const state = defineQuery<StateAnswer>('state');
/** What the entitlement decided about a case and nobody has written, as far as it knows. */
export const unwritten = defineQuery<UnwrittenAnswer | null, [caseId: string]>('unwritten');

function lifeUpdate(name: string) {
  return defineUpdate<LifeAnswer, [LifeMessage]>(name);
}

export const workflowIdOf = (entitlement: EntitlementId): string => `entitlement/${entitlement}`;
