import { holdContacts, releaseContacts } from '../../db/directory/contact-holds.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { REFUSAL_STATUS, type Refusal, RefusalError, refuse } from '../../domain/refusals.ts';

/** The refusal of a contact's move to another customer. */
export const contactStays = (id: string, namedBy: readonly string[]): Refusal =>
  refuse(
    'contact_of_other_customer',
    `The contact ${id} cannot move to another customer because entitlements or their amendments name it: ` +
      `${namedBy.join(', ')}. Remove it from those that can still be edited, and take back amendments that lie ahead. ` +
      'If an ended entitlement names it, create a new contact instead.',
    'customerId',
  ).refused;

/**
 * Runs work that makes an entitlement name contacts; meanwhile none of these can move to another customer. When the
 * outcome is unknown the contacts are held for some minutes longer, because the entitlement may still be written.
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
