import { findUnknown } from '../../db/entitlements/entitlements.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { notFound, problem } from '../http/problem.ts';

/** Checks that the records exist that an entitlement or a template names. */

interface NamedByTerms {
  readonly productIds?: readonly string[] | undefined;
  readonly channels?: readonly { channel: string }[] | undefined;
  readonly slaId?: string | null | undefined;
}

/**
 * Checks the records that an entitlement names, and returns the customer's own time zone, or null. Refuses `not_found`
 * with the field, `contact_of_other_customer`, and `validation_failed` for a channel that is not in the organisation's
 * list.
 */
export async function checkNamed(
  sql: Sql,
  named: NamedByTerms & { customerId: string; contactIds?: readonly string[] | undefined },
): Promise<string | null> {
  const unknown = await findUnknown(sql, questionOf(named, named.customerId, named.contactIds));
  const [contact] = unknown.contacts;
  const [foreign] = unknown.foreign;
  if (unknown.customer === null) throw notFound('customer', named.customerId, 'customerId');
  if (contact !== undefined) throw notFound('contact', contact, 'contactIds');
  if (foreign !== undefined)
    throw problem(
      'contact_of_other_customer',
      `The contact ${foreign} belongs to another customer than ${named.customerId}.`,
      'contactIds',
    );
  refuseUnknown(unknown, named);
  return unknown.customer.timeZone;
}

/** The same for a template, which names neither a customer nor contacts. */
export async function checkNamedByTemplate(sql: Sql, named: NamedByTerms): Promise<void> {
  refuseUnknown(await findUnknown(sql, questionOf(named, '')), named);
}

const questionOf = (named: NamedByTerms, customer: string, contactIds: readonly string[] = []) => ({
  customerId: customer,
  contactIds,
  productIds: named.productIds ?? [],
  channels: (named.channels ?? []).map(({ channel }) => channel),
  slaId: named.slaId ?? null,
});

function refuseUnknown(unknown: Awaited<ReturnType<typeof findUnknown>>, { slaId: sla }: NamedByTerms): void {
  const [product] = unknown.products;
  const [channel] = unknown.channels;
  if (product !== undefined) throw notFound('product', product, 'productIds');
  if (!unknown.slaExists) throw notFound('SLA', String(sla), 'slaId');
  if (channel !== undefined)
    throw problem(
      'validation_failed',
      `The channel ${channel} is not in the organisation's list. Use a listed one, or add it in /v1/settings.`,
      'channels',
    );
}
