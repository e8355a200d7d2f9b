import { fingerprint } from '../fingerprint.ts';
import type { CaseId, ContactId, CustomerId, EntitlementId, ProductId } from '../ids.ts';
import type { MovedFrom, PickedBy, SpillShare } from '../ledger/support-case.ts';
import type { CoverQuestion } from './cover.ts';

interface EventOf<Kind extends string> {
  readonly kind: Kind;
  /** The once-only key: the same key again changes nothing. */
  readonly key: string;
  readonly caseId: CaseId;
  /** The caller's reason, for the ledger. */
  readonly reason?: string;
  /** The mark of the content that came with the key, if that is not the event itself: a change that became a move. */
  readonly mark?: string;
}

export interface AttachEvent extends EventOf<'attach'> {
  readonly customerId: CustomerId;
  readonly contactId: ContactId | null;
  readonly productId: ProductId | null;
  readonly channel: string | null;
  readonly title: string | null;
  /** Minutes named for the case: what an entitlement of hours takes on creation, or holds. */
  readonly minutes: number;
  /** `decrementEntitlementTerm`. */
  readonly decrements: boolean;
  /** Attach past exhaustion or outside the cover, never past the status. Needs a privilege and a reason. */
  readonly overrides: boolean;
  /**
   * The rule that picked this entitlement, and why, in words. If the caller named none, a refusal leaves no row, so
   * that the next candidate can be asked under the same key.
   */
  readonly pickedBy: PickedBy;
  readonly why: string | null;
  readonly movedFrom: MovedFrom | null;
  /** The reasons that hold the case from the beginning; absent: none. */
  readonly holds?: readonly string[];
  /** The marks of the reasons that hold a case which moves; see `SupportCase.heldFor`. Absent: none, or it is new. */
  readonly heldFor?: readonly string[];
}

/** Changes fields of a case; an absent field stays as it is. */
export interface UpdateEvent extends EventOf<'update'> {
  /** Changes only on a case without an entitlement: any other case moves to an entitlement of that customer. */
  readonly customerId?: CustomerId;
  readonly contactId?: ContactId | null;
  readonly productId?: ProductId | null;
  readonly channel?: string | null;
  readonly minutes?: number;
  readonly decrements?: boolean;
  /** Change past exhaustion or outside the cover, as at an attach. */
  readonly overrides?: boolean;
}

/**
 * Takes a case off its entitlement. With `through`: only if row `through` or an older row attached it. If it came back
 * later, it stays.
 */
export interface DetachEvent extends EventOf<'detach'> {
  readonly through?: number;
}

export interface ResolveEvent extends EventOf<'resolve'> {
  /** Minutes spent; absent: as last reported. */
  readonly minutes?: number;
  /** Entitlements to ask, in order, for the minutes that do not fit into what is left. */
  readonly spillTo?: readonly EntitlementId[];
}

/**
 * Stops the clocks of a case for a reason, or lets them go on once no reason is left that stops them. A reason that holds
 * the case already, or does not hold it, changes nothing. At most `MAX_HOLD_REASONS` hold a case at a time.
 */
export interface HoldEvent extends EventOf<'hold'> {
  readonly reason: string;
}
export interface ReleaseEvent extends EventOf<'release'> {
  readonly reason: string;
}

/** Asks an entitlement to take `minutes` in total of a case of the entitlement `of`, as its row `through` decided. */
export interface SpillEvent extends EventOf<'spill'>, CoverQuestion {
  readonly of: EntitlementId;
  readonly through: number;
  readonly minutes: number;
}

/** Reports to the case's own entitlement what the others took for its row `through`. */
export interface SpilledEvent extends EventOf<'spilled'> {
  readonly through: number;
  readonly parts: readonly SpillShare[];
}

export type CaseEvent =
  | AttachEvent
  | UpdateEvent
  | ResolveEvent
  | EventOf<'cancel'>
  | EventOf<'reactivate'>
  | EventOf<'decrement'>
  /** The case was answered for the first time. */
  | EventOf<'respond'>
  | HoldEvent
  | ReleaseEvent
  | DetachEvent
  | SpillEvent
  | SpilledEvent;

/** The mark of the content that came with the event's key: the same key with another mark is a conflict. */
export function fingerprintOf(event: CaseEvent): string {
  if (event.mark !== undefined) return event.mark;
  const common = [event.kind, event.caseId];
  switch (event.kind) {
    case 'attach': {
      const { customerId, contactId, productId, channel, title, minutes, decrements } = event;
      const content = [...common, customerId, contactId, productId, channel, title, minutes, decrements];
      if (event.overrides) content.push('override');
      if (event.holds !== undefined) content.push('on hold', ...event.holds);
      return fingerprint(content);
    }
    case 'update': {
      const { contactId, productId, channel, minutes, decrements } = event;
      const given = [contactId, productId, channel, minutes, decrements].map((value) =>
        value === undefined ? [] : [value],
      );
      return fingerprint([...common, ...given, ...(event.customerId === undefined ? [] : [event.customerId])]);
    }
    case 'resolve':
      return fingerprint([...common, event.minutes ?? null]);
    case 'hold':
    case 'release':
      return fingerprint([...common, event.reason]);
    default:
      return fingerprint(common);
  }
}

/**
 * Marks a change as its caller asked for it: the facts, why, and `to`, the entitlement that it names (undefined: none).
 * A change by its own route and an update in a list that say the same have the same mark.
 */
export function changeMarkOf(event: UpdateEvent, to?: EntitlementId | null): string {
  const { customerId, contactId, productId, channel, minutes, decrements, overrides, reason } = event;
  return changeMark(event.caseId, [customerId, contactId, productId, channel, minutes, decrements], {
    entitlementId: to,
    overrides,
    reason,
  });
}

/** The mark of everything that a change asks for; with `entitlementId` if it asks for a move. */
export const changeMark = (
  caseId: string,
  facts: readonly unknown[],
  { entitlementId, overrides, reason }: { entitlementId?: unknown; overrides?: unknown; reason?: unknown },
): string =>
  `change:${fingerprint([caseId, ...[...facts, entitlementId, overrides, reason].map((value) => (value === undefined ? [] : [value]))])}`;

/** Whether the content that first came with a key is the content of this event, whichever route each of them took. */
export function isSameContent(first: string, event: CaseEvent): boolean {
  if (first === fingerprintOf(event)) return true;
  if (event.kind !== 'update') return false;
  const { mark, ...plain } = event;
  const asChange = changeMarkOf(event);
  return mark === undefined ? first === asChange : mark === asChange && first === fingerprintOf(plain);
}
