import type { AttachEvent, CaseEvent, SpillEvent, UpdateEvent } from '../../domain/cases/case-event.ts';
import { type CustomerId, caseId, contactId, customerId, entitlementId, productId } from '../../domain/ids.ts';
import type { MovedFrom, PickedBy } from '../../domain/ledger/support-case.ts';

/**
 * A case event as JSON: how it travels to a workflow, and how Temporal clients write it. Histories hold it, and APIs
 * and workers of different versions exchange it: no field may be renamed. What is usual is left out.
 */
export type WireCaseEvent = WireAttach | WireUpdate | WireResolve | WireSpill | WireSpilled | WireOther;

interface Wire<Kind extends string> {
  kind: Kind;
  key: string;
  caseId: string;
  reason?: string | undefined;
  mark?: string | undefined;
}

interface WireFacts {
  contactId?: string | null | undefined;
  productId?: string | null | undefined;
  channel?: string | null | undefined;
  minutes?: number | undefined;
  decrementEntitlementTerm?: boolean | undefined;
}

interface WireAttach extends Wire<'attach'>, WireFacts {
  /** Absent: the entitlement's own customer. */
  customerId?: string | undefined;
  title?: string | null | undefined;
  overrides?: boolean | undefined;
  pickedBy?: PickedBy | undefined;
  why?: string | undefined;
  movedFrom?: MovedFrom | undefined;
  holds?: readonly string[] | undefined;
  heldFor?: readonly string[] | undefined;
}
interface WireUpdate extends Wire<'update'>, WireFacts {
  customerId?: string | undefined;
  overrides?: boolean | undefined;
}
interface WireResolve extends Wire<'resolve'> {
  minutes?: number | undefined;
  spillTo?: readonly string[] | undefined;
}
interface WireSpill extends Wire<'spill'> {
  of: string;
  through: number;
  minutes: number;
  customerId: string;
  contactId?: string | null | undefined;
  productId?: string | null | undefined;
  channel?: string | null | undefined;
}
interface WireSpilled extends Wire<'spilled'> {
  through: number;
  parts: readonly { readonly entitlementId: string; readonly minutes: number }[];
}
interface WireDetach extends Wire<'detach'> {
  through?: number | undefined;
}
interface WireHold extends Wire<'hold'> {
  reason: string;
}
interface WireRelease extends Wire<'release'> {
  reason: string;
}
type WireOther =
  | Wire<'cancel'>
  | Wire<'reactivate'>
  | Wire<'decrement'>
  | Wire<'respond'>
  | WireHold
  | WireRelease
  | WireDetach;

/** The event as it travels. `toCaseEvent` makes the same event of it. */
export function toWire(event: CaseEvent): WireCaseEvent {
  switch (event.kind) {
    case 'attach':
      return attachToWire(event);
    case 'update':
      return updateToWire(event);
    case 'spill':
      return spillToWire(event);
    default:
      // Their fields have the same names and meanings in the domain.
      return event;
  }
}

function attachToWire(event: AttachEvent): WireAttach {
  const { kind, key, caseId: id, customerId: customer, reason, mark } = event;
  const wire: WireAttach = { kind, key, caseId: id, customerId: customer };
  if (event.contactId !== null) wire.contactId = event.contactId;
  if (event.productId !== null) wire.productId = event.productId;
  if (event.channel !== null) wire.channel = event.channel;
  if (event.title !== null) wire.title = event.title;
  if (event.minutes !== 0) wire.minutes = event.minutes;
  if (!event.decrements) wire.decrementEntitlementTerm = false;
  if (event.overrides) wire.overrides = true;
  if (event.pickedBy !== 'named') wire.pickedBy = event.pickedBy;
  if (event.why !== null) wire.why = event.why;
  if (event.movedFrom !== null) wire.movedFrom = event.movedFrom;
  if (event.holds !== undefined) wire.holds = event.holds;
  if (event.heldFor !== undefined) wire.heldFor = event.heldFor;
  if (reason !== undefined) wire.reason = reason;
  if (mark !== undefined) wire.mark = mark;
  return wire;
}

function updateToWire({ decrements, ...event }: UpdateEvent): WireUpdate {
  return decrements === undefined ? event : { ...event, decrementEntitlementTerm: decrements };
}

function spillToWire({ contactId: contact, productId: product, channel, ...event }: SpillEvent): WireSpill {
  const wire: WireSpill = event;
  if (contact !== null) wire.contactId = contact;
  if (product !== null) wire.productId = product;
  if (channel !== null) wire.channel = channel;
  return wire;
}

/**
 * The event that `wire` stands for; its shape has been checked (case-event-input.ts). A signal that names no customer
 * means `ownCustomer`, the entitlement's.
 */
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
        ...(wire.holds === undefined ? {} : { holds: wire.holds }),
        ...(wire.heldFor === undefined ? {} : { heldFor: wire.heldFor }),
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
    case 'hold':
    case 'release':
      return { kind: wire.kind, ...base, reason: wire.reason };
    default:
      return { kind: wire.kind, ...base };
  }
}
