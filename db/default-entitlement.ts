import type { Sql } from './connect.ts';
import { inTransaction } from './transaction.ts';

/**
 * Makes an active entitlement its customer's default, instead of the one that was. One at a time for a customer: its
 * record is held meanwhile. Tells the one that was replaced; undefined when the entitlement is not active (any more).
 */
export async function setDefault(sql: Sql, id: string): Promise<{ readonly replaced: string | null } | undefined> {
  return await inTransaction(sql, async (tx) => {
    await tx`select from customers where id = (select customer_id from entitlements where id = ${id}) for update`;
    const [active] = await tx<{ customerId: string }[]>`
      select customer_id as "customerId" from entitlements where id = ${id} and status = 'active' and not deleted for update`;
    if (active === undefined) return undefined;
    const [replaced] = await tx<{ id: string }[]>`
      update entitlements set is_default = null
      where customer_id = ${active.customerId} and is_default and id <> ${id} returning id`;
    await tx`update entitlements set is_default = true where id = ${id}`;
    return { replaced: replaced?.id ?? null };
  });
}

/** False when it was no default. */
export async function clearDefault(sql: Sql, id: string): Promise<boolean> {
  const cleared = await sql`update entitlements set is_default = null where id = ${id} and is_default returning id`;
  return cleared.length === 1;
}

export async function isDefault(sql: Sql, id: string): Promise<boolean> {
  const [found] = await sql<{ is: boolean | null }[]>`select is_default as is from entitlements where id = ${id}`;
  return found?.is ?? false;
}
