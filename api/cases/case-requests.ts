import type { z } from 'zod';
import { type CaseChange, markedChange } from '../../domain/cases/case-change.ts';
import type { AttachEvent, HoldEvent, ReleaseEvent, UpdateEvent } from '../../domain/cases/case-event.ts';
import type { AttachRequest, CallerEvent, CaseRequest } from '../../domain/cases/case-request.ts';
import { caseId, contactId, customerId, entitlementId, productId } from '../../domain/ids.ts';
import type { caseBody, caseEventsBody, casePatch, matchBody } from './schemas.ts';

/**
 * The one place where what HTTP brings becomes a case event of the domain: everything behind it takes that event as it
 * is. The bodies have been checked by their schemas.
 */

type Attach = Omit<z.infer<typeof matchBody>, 'id' | 'priority'>;

/** The attach of a new case, under the caller's once-only key. */
export function attachRequest(id: string, key: string, body: Attach): AttachRequest {
  const { contactId: contact, productId: product, override } = body;
  const event: AttachEvent = {
    kind: 'attach',
    key,
    caseId: caseId(id),
    customerId: customerId(body.customerId),
    contactId: contact == null ? null : contactId(contact),
    productId: product == null ? null : productId(product),
    channel: body.channel ?? null,
    title: body.title ?? null,
    minutes: body.minutes ?? 0,
    decrements: body.decrementEntitlementTerm ?? true,
    overrides: override !== undefined,
    pickedBy: 'named',
    why: null,
    movedFrom: null,
    ...(body.holds === undefined || body.holds.length === 0 ? {} : { holds: [...new Set(body.holds)] }),
    ...(override === undefined ? {} : { reason: override.reason }),
  };
  return { event, named: body.entitlementId == null ? null : entitlementId(body.entitlementId), isMove: false };
}

/** The attach that `POST /v1/cases` asks for. */
export const newCaseRequest = ({ id, ...body }: z.infer<typeof caseBody>, key: string): AttachRequest =>
  attachRequest(id, key, body);

/** A request that is nothing but its event: it goes to the entitlement that the case has. */
export const requestOf = <Event extends CallerEvent>(event: Event): CaseRequest<Event> => ({
  event,
  named: null,
  isMove: false,
});

type Fields = Pick<
  z.infer<typeof casePatch>,
  'customerId' | 'contactId' | 'productId' | 'channel' | 'minutes' | 'decrementEntitlementTerm' | 'override' | 'reason'
>;

/** What an update says; fields that are absent from the body are absent from the event. */
function updateEvent(id: string, key: string, fields: Fields): UpdateEvent {
  const { customerId: customer, contactId: contact, productId: product, channel, minutes, override } = fields;
  const { decrementEntitlementTerm: decrements } = fields;
  const reason = override?.reason ?? fields.reason;
  return {
    kind: 'update',
    key,
    caseId: caseId(id),
    ...(customer === undefined ? {} : { customerId: customerId(customer) }),
    ...(contact === undefined ? {} : { contactId: contact === null ? null : contactId(contact) }),
    ...(product === undefined ? {} : { productId: product === null ? null : productId(product) }),
    ...(channel === undefined ? {} : { channel }),
    ...(minutes === undefined ? {} : { minutes }),
    ...(decrements === undefined ? {} : { decrements }),
    ...(override === undefined ? {} : { overrides: true }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** The change that `PATCH /v1/cases/{id}` asks for. */
export function changeOf(
  id: string,
  key: string,
  { entitlementId: to, ...fields }: z.infer<typeof casePatch>,
): CaseChange {
  return markedChange(updateEvent(id, key, fields), to == null ? to : entitlementId(to));
}

/** The other fields of a change of a case's state. */
interface StateFields {
  readonly minutes?: number | undefined;
  readonly reason?: string | undefined;
}

/** Resolves, cancels, reactivates, counts or answers the case. */
export const stateEvent = (
  kind: 'resolve' | 'cancel' | 'reactivate' | 'decrement' | 'respond',
  id: string,
  key: string,
  { minutes, reason }: StateFields,
): Exclude<CallerEvent, { kind: 'attach' | 'update' | 'detach' | 'hold' | 'release' }> => ({
  kind,
  key,
  caseId: caseId(id),
  ...(kind === 'resolve' && minutes !== undefined ? { minutes } : {}),
  ...(reason === undefined ? {} : { reason }),
});

/** Stops the clocks of the case for a reason, or lets them go on. */
export const holdEvent = (
  kind: 'hold' | 'release',
  id: string,
  key: string,
  reason: string,
): HoldEvent | ReleaseEvent => ({
  kind,
  key,
  caseId: caseId(id),
  reason,
});

/** One event of the list that `POST /v1/case-events` takes. */
export function listedRequest(listed: z.infer<typeof caseEventsBody>['events'][number]): CaseRequest {
  const { caseId: id, key } = listed;
  if (listed.kind === 'attach') return attachRequest(id, key, listed);
  if (listed.kind === 'update') return requestOf(updateEvent(id, key, listed));
  if (listed.kind === 'hold' || listed.kind === 'release')
    return requestOf(holdEvent(listed.kind, id, key, listed.reason));
  const fields: StateFields = 'minutes' in listed || 'reason' in listed ? listed : {};
  return requestOf(stateEvent(listed.kind, id, key, fields));
}
