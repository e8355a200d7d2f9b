import type postgres from 'postgres';
import type { Offer } from '../../domain/cases/matching.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { grouped } from '../postgres/batcher.ts';
import type { Sql } from '../postgres/sql.ts';

/** Entitlements of one customer that are looked at for a case; the cases of a customer with more name theirs. */
const MAX_OFFERS = 1_000;

const GROUPS_IN_FLIGHT = 2;
const MAX_CUSTOMERS_PER_GROUP = 100;
const CUSTOMERS_WORTH_A_GROUP = 50;

/** An offer, and the checkpoints of its workflow when it was read; see EntitlementRun. */
export interface OfferRead extends Offer {
  readonly generation: number;
}

export type ReadOffers = (customerId: string) => Promise<readonly OfferRead[]>;

/** What a customer's cases can be given: its entitlements that are active, or waiting and so perhaps due. */
export function createOffers(sql: Sql): ReadOffers {
  return grouped<string, readonly OfferRead[]>((customers) => readOffers(sql, customers), {
    inFlight: GROUPS_IN_FLIGHT,
    maxItems: MAX_CUSTOMERS_PER_GROUP,
    overlapFrom: CUSTOMERS_WORTH_A_GROUP,
    weight: () => 1,
  });
}

async function readOffers(sql: Sql, customers: readonly string[]): Promise<readonly (readonly OfferRead[])[]> {
  const distinct = [...new Set(customers)];
  const rows = await sql<
    { customerId: string; entitlement: Entitlement; isDefault: boolean | null; generation: number }[]
  >`${offersQuery(sql, distinct)}`;
  const ofCustomer = new Map<string, OfferRead[]>(distinct.map((id) => [id, []]));
  for (const { customerId, entitlement, isDefault, generation } of rows)
    ofCustomer.get(customerId)?.push({ entitlement, isDefault: isDefault ?? false, generation });
  return customers.map((id) => ofCustomer.get(id) ?? []);
}

/** Up to a thousand entitlements of each customer, by an index of those that can be given. */
export const offersQuery = (sql: Sql, customers: readonly string[]): postgres.Fragment => sql`
  select customer.id as "customerId", offer.*
  from unnest(${[...customers]}::text[]) as customer (id)
  cross join lateral (
    select state as entitlement, is_default as "isDefault", generation from entitlements
    where customer_id = customer.id and status in ('waiting', 'active') and not deleted
    order by id limit ${MAX_OFFERS}) offer`;
