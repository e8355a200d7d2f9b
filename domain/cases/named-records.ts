import { type Refusal, refuse } from '../refusals.ts';
import type { CaseRequest } from './case-request.ts';
import type { RecordedCase } from './recorded-case.ts';

/** Which of the records that an event names exist. */
export interface ExistingRecords {
  readonly customerExists: boolean;
  /** The customer of the named contact; null where there is no such contact. */
  readonly contactOf: string | null;
  readonly productExists: boolean;
  /** The named channel is in the organisation's list. */
  readonly channelListed: boolean;
  /** The named entitlement, else the case's own. */
  readonly entitlement: object | null;
  readonly case: Pick<RecordedCase, 'customerId' | 'contactId'> | null;
}

/**
 * Why the records that an event names do not allow it, or undefined: `not_found` with the field for one that does not
 * exist, `contact_of_other_customer`, and `validation_failed` for a channel that the organisation does not list.
 */
export function problemWithNamed({ event, named }: CaseRequest, records: ExistingRecords): Refusal | undefined {
  if (named !== null && records.entitlement === null) return missing('entitlement', named, 'entitlementId');
  if (event.kind !== 'attach' && event.kind !== 'update') return undefined;
  const { customerId, contactId, productId, channel } = event;
  if (customerId !== undefined && !records.customerExists) return missing('customer', customerId, 'customerId');
  if (contactId != null) {
    const refused = problemWithContact(contactId, customerId ?? records.case?.customerId, records);
    if (refused !== undefined) return refused;
  }
  if (productId != null && !records.productExists) return missing('product', productId, 'productId');
  if (channel != null && !records.channelListed)
    return refuse(
      'validation_failed',
      `The channel ${channel} is not in the organisation's list. Use a listed one, or add it in /v1/settings.`,
      'channel',
    ).refused;
  return undefined;
}

const missing = (what: string, id: string, field: string): Refusal =>
  refuse('not_found', `There is no ${what} ${id}.`, field).refused;

/** A contact belongs to the case's customer. One that moved to another customer stays on the cases that it had. */
function problemWithContact(
  contactId: string,
  customerId: string | undefined,
  { contactOf, case: recorded }: ExistingRecords,
): Refusal | undefined {
  if (contactOf === null) return missing('contact', contactId, 'contactId');
  const hadIt = recorded?.customerId === customerId && recorded?.contactId === contactId;
  if (customerId === undefined || contactOf === customerId || hadIt) return undefined;
  return refuse('contact_of_other_customer', `The contact ${contactId} is of customer ${contactOf}.`, 'contactId')
    .refused;
}
