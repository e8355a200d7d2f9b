import { fingerprint } from '../fingerprint.ts';
import type { CaseId, ContactId, CustomerId, EntitlementId, ProductId } from '../ids.ts';
import type { MovedFrom, PickedBy, SpillPart } from '../ledger/support-case.ts';
import type { CoverQuestion } from './cover.ts';

interface EventOf<Kind extends string> {
  readonly kind: Kind;
  /** Once only: the same key again changes nothing. */
  readonly key: string;
  readonly caseId: CaseId;
  /** Why it is asked for, for the ledger. */
  readonly reason?: string;
  /** Of the content that came with the key, where that is not the event itself: a change that became a move. */
  readonly mark?: string;
}

export interface AttachEvent extends EventOf<'attach'> {
  readonly customerId: CustomerId;
  readonly contactId: ContactId | null;
  readonly productId: ProductId | null;
  readonly channel: string | null;
  readonly title: string | null;
  /** Minutes named for the case: taken by hours on creation, reserved by a hold. */
  readonly minutes: number;
  /** `decrementEntitlementTerm`. */
  readonly decrements: boolean;
  /** Attach past exhaustion or outside the cover, never past the status; somebody allowed gave a reason. */
  readonly overrides: boolean;
  /**
   * Where the caller named no entitlement, the rule that picked this one, and why. A refusal of it leaves no row, so
   * that the next candidate can be asked under the same key.
   */
  readonly pickedBy: PickedBy;
  readonly why: string | null;
  readonly movedFrom: MovedFrom | null;
}

/** What changed about a case; what is absent stays. */
export interface UpdateEvent extends EventOf<'update'> {
  /** Only a case without an entitlement can change it; any other moves to an entitlement of that customer. */
  readonly customerId?: CustomerId;
  readonly contactId?: ContactId | null;
  readonly productId?: ProductId | null;
  readonly channel?: string | null;
  readonly minutes?: number;
  readonly decrements?: boolean;
  /** Past the cover and exhaustion, as at an attach. */
  readonly overrides?: boolean;
}

/**
 * Takes a case off; with `through` only while it is attached by that row or an older one, not when it came back since.
 */
export interface DetachEvent extends EventOf<'detach'> {
  readonly through?: number;
}

export interface ResolveEvent extends EventOf<'resolve'> {
  /** Minutes spent; absent: as last told. */
  readonly minutes?: number;
  /** Entitlements to ask, in order, for the minutes that do not fit into what is left. */
  readonly spillTo?: readonly EntitlementId[];
}

/** Asks an entitlement to take `minutes` of a case of the entitlement `of` in all, as its row `through` says. */
export interface SpillEvent extends EventOf<'spill'>, CoverQuestion {
  readonly of: EntitlementId;
  readonly through: number;
  readonly minutes: number;
}

/** Tells the case's own entitlement what the others took for its row `through`. */
export interface SpilledEvent extends EventOf<'spilled'> {
  readonly through: number;
  readonly parts: readonly SpillPart[];
}

export type CaseEvent =
  | AttachEvent
  | UpdateEvent
  | ResolveEvent
  | EventOf<'cancel'>
  | EventOf<'reactivate'>
  | EventOf<'decrement'>
  | DetachEvent
  | SpillEvent
  | SpilledEvent;

/** Marks the content that came with the event's key. */
export function fingerprintOf(event: CaseEvent): string {
  if (event.mark !== undefined) return event.mark;
  const common = [event.kind, event.caseId];
  switch (event.kind) {
    case 'attach': {
      const { customerId, contactId, productId, channel, title, minutes, decrements } = event;
      const content = [...common, customerId, contactId, productId, channel, title, minutes, decrements];
      if (event.overrides) content.push('override');
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

/** Marks all that a change asks for; `entitlementId` where it asks for a move. */
export const changeMark = (
  caseId: string,
  facts: readonly unknown[],
  { entitlementId, overrides, reason }: { entitlementId?: unknown; overrides?: unknown; reason?: unknown },
): string =>
  `change:${fingerprint([caseId, ...[...facts, entitlementId, overrides, reason].map((value) => (value === undefined ? [] : [value]))])}`;

/** Whether the content that first came with a key is that of the event, by whichever way each of them came. */
export function isSameContent(first: string, event: CaseEvent): boolean {
  if (first === fingerprintOf(event)) return true;
  if (event.kind !== 'update') return false;
  const { mark, ...plain } = event;
  const asChange = changeMarkOf(event);
  return mark === undefined ? first === asChange : mark === asChange && first === fingerprintOf(plain);
}
