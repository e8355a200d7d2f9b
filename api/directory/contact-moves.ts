import { holdContacts, releaseContacts } from '../../db/directory/contact-holds.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { REFUSAL_STATUS, type Refusal, RefusalError, refuse } from '../../domain/refusals.ts';

/** Why a contact does not move to another customer. */
export const contactStays = (id: string, namedBy: readonly string[]): Refusal =>
  refuse(
    'contact_of_other_customer',
    `The contact ${id} stays with its customer while entitlements name it: ${namedBy.join(', ')}. Take it off those that can be edited; one that an ended entitlement names stays: make a new contact.`,
    'customerId',
  ).refused;

/**
 * Does what makes an entitlement name contacts, while none of them can move to another customer. After an unknown outcome
 * they are held on for some minutes, as the entitlement may come yet.
 */
export async function holdingContacts<Result>(
  sql: Sql,
  contactIds: readonly string[],
  work: () => Promise<Result>,
): Promise<Result> {
  if (contactIds.length === 0) return await work();
  const hold = await holdContacts(sql, contactIds);
  try {
    const result = await work();
    await releaseContacts(sql, hold);
    return result;
  } catch (error) {
    if (error instanceof RefusalError && REFUSAL_STATUS[error.refusal.code] < 500) await releaseContacts(sql, hold);
    throw error;
  }
}
