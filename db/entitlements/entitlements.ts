import type { AccessScope } from '../../domain/access/access-scope.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import { anyOf, ownEntitlements } from '../access/access-scope.ts';
import type { Sql } from '../postgres/sql.ts';

/**
 * The entitlement as the read model has it, which may be a moment behind its workflow. Undefined: outside the access
 * scope too.
 */
export async function findEntitlement(
  sql: Sql,
  id: string,
  accessScope: AccessScope = 'all',
): Promise<Entitlement | undefined> {
  const its = ownEntitlements(sql, accessScope, sql`(select customer_id from entitlements where id = ${id})`);
  const [row] = await sql<{ state: Entitlement }[]>`
    select state from entitlements where id = ${id} and not deleted and ${anyOf(sql, its)}`;
  return row?.state;
}

/** The details with which the entitlement was created. */
export async function findFirstDetails(sql: Sql, id: string): Promise<EntitlementDetails | undefined> {
  const [row] = await sql<{ details: EntitlementDetails }[]>`
    select facts -> 'details' as details from ledger where entitlement_id = ${id} and seq = 1`;
  return row?.details;
}

/**
 * Checks the records that an entitlement names: the ids without a record, and in `foreign` the contacts of other
 * customers.
 */
export async function findUnknown(
  sql: Sql,
  named: {
    customerId: string;
    contactIds: readonly string[];
    productIds: readonly string[];
    channels: readonly string[];
    slaId: string | null;
  },
): Promise<{
  customer: { timeZone: string | null } | null;
  contacts: string[];
  products: string[];
  channels: string[];
  foreign: string[];
  slaExists: boolean;
}> {
  const [row] = await sql<
    {
      customer: { timeZone: string | null } | null;
      contacts: string[];
      products: string[];
      channels: string[];
      foreign: string[];
      slaExists: boolean;
    }[]
  >`select
      (select json_build_object('timeZone', time_zone) from customers where id = ${named.customerId}) as customer,
      array(select unnest(${[...named.contactIds]}::text[]) except select id from contacts) as contacts,
      array(select unnest(${[...named.productIds]}::text[]) except select id from products) as products,
      array(select unnest(${[...named.channels]}::text[]) except select unnest(channels) from settings) as channels,
      array(select id from contacts where id = any(${[...named.contactIds]}) and customer_id <> ${named.customerId}) as foreign,
      ${named.slaId}::text is null or exists (select from slas where id = ${named.slaId}) as "slaExists"`;
  if (row === undefined) throw new TypeError('A select without from returns a row.');
  return row;
}
