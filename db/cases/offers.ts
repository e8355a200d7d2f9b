import type postgres from 'postgres';
import type { Offer } from '../../domain/cases/matching.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { batched } from '../postgres/batcher.ts';
import type { Sql } from '../postgres/sql.ts';

/**
 * The most entitlements of one customer that are compared for a case. A customer that has more must name one in each
 * case.
 */
const MAX_OFFERS = 1_000;

const STATEMENTS_IN_FLIGHT = 2;
const MAX_CUSTOMERS_PER_STATEMENT = 100;
const CUSTOMERS_WORTH_A_STATEMENT = 50;

/** An offer, and how many checkpoints its workflow had made when it was read; see EntitlementRun. */
export interface OfferRead extends Offer {
  readonly generation: number;
}

export type ReadOffers = (customerId: string) => Promise<readonly OfferRead[]>;

/**
 * Reads what a customer's cases can be attached to: its active entitlements, waiting ones, which may have become due, and
 * those that have ended and are in their grace.
 */
export function createOffers(sql: Sql): ReadOffers {
  return batched<string, readonly OfferRead[]>((customers) => readOffers(sql, customers), {
    name: 'offers',
    inFlight: STATEMENTS_IN_FLIGHT,
    maxItems: MAX_CUSTOMERS_PER_STATEMENT,
    overlapFrom: CUSTOMERS_WORTH_A_STATEMENT,
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

/** Up to `MAX_OFFERS` entitlements of each customer, and as many in their grace, each read by an index of its own. */
export const offersQuery = (sql: Sql, customers: readonly string[]): postgres.Fragment => sql`
  select customer.id as "customerId", offer.*
  from unnest(${[...customers]}::text[]) as customer (id)
  cross join lateral (
    (select state as entitlement, is_default as "isDefault", generation from entitlements
      where customer_id = customer.id and status in ('waiting', 'active') and not deleted
      order by id limit ${MAX_OFFERS})
    union all
    (select state, is_default, generation from entitlements
      where customer_id = customer.id and status = 'expired' and grace_ends_at > now() and not deleted
      limit ${MAX_OFFERS})) offer`;
