import { randomUUID } from 'node:crypto';
import type { Sql } from '../postgres/sql.ts';

/** Much longer than it takes until a command is answered, or until the workflow has written the entitlement's row. */
const HOLD_MINUTES = 5;
/** The most entitlements that a refusal names. */
const MAX_NAMED = 5;
const BEING_WRITTEN = 'an entitlement that is being written now';

/**
 * Keeps the contacts with their customers until `releaseContacts`, or for five minutes. It waits for moves that are
 * under way, so whatever is read afterwards stays true. Answers the id of the hold.
 */
export async function holdContacts(sql: Sql, contactIds: readonly string[]): Promise<string> {
  const id = randomUUID();
  await sql`
    with old as (delete from contact_holds where held_until < now()),
      locked as (select id from contacts where id = any(${[...contactIds]}) order by id for share)
    insert into contact_holds (id, contact_id, held_until)
    select ${id}, id, now() + make_interval(mins => ${HOLD_MINUTES}) from locked`;
  return id;
}

/** Ends a hold. A hold that has ended already is fine. */
export async function releaseContacts(sql: Sql, hold: string): Promise<void> {
  await sql`delete from contact_holds where id = ${hold}`;
}

/**
 * The entitlements that name each contact or are about to, by the contact's id. An amendment that lies ahead can name it,
 * and so can the value to which a void would return. Contacts that nobody names are left out and may move. The caller's
 * transaction must have locked the contacts for update.
 */
export async function namersOf(
  tx: Sql,
  contacts: readonly { readonly id: string; readonly customerId: string }[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (contacts.length === 0) return new Map();
  const ids = contacts.map(({ id }) => id);
  const rows = await tx<{ contactId: string; namedBy: string[] }[]>`
    select contact.id as "contactId",
      array(
        select entitlement.id from entitlements entitlement
        where entitlement.customer_id = contact.customer_id and not entitlement.deleted
          and (entitlement.state -> 'details' -> 'contactIds' ? contact.id
            or jsonb_path_exists(entitlement.state,
              '$.amendmentsAhead[*].changes.contactIds[*] ? (@ == $id)', jsonb_build_object('id', contact.id))
            or jsonb_path_exists(entitlement.state,
              '$.amendments[*].before.contactIds[*] ? (@ == $id)', jsonb_build_object('id', contact.id)))
        order by entitlement.id limit ${MAX_NAMED})
      || array(
        select ${BEING_WRITTEN}::text from contact_holds hold
        where hold.contact_id = contact.id and hold.held_until > now() limit 1) as "namedBy"
    from contacts contact where contact.id = any(${ids})`;
  return new Map(rows.flatMap(({ contactId, namedBy }) => (namedBy.length === 0 ? [] : [[contactId, namedBy]])));
}
