import { type ChangeOrigin, recordChange } from './audit.ts';
import type { Sql } from './connect.ts';
import { inTransaction } from './transaction.ts';

/**
 * Makes an active entitlement its customer's default, instead of the one that was. One at a time for a customer: its
 * record is held meanwhile. Both are recorded. Tells the one that was replaced; undefined when the entitlement is not active (any more).
 */
export async function setDefault(
  sql: Sql,
  id: string,
  origin: ChangeOrigin,
): Promise<{ readonly replaced: string | null } | undefined> {
  return await inTransaction(sql, async (tx) => {
    await tx`select from customers where id = (select customer_id from entitlements where id = ${id}) for update`;
    const [active] = await tx<{ customerId: string; isDefault: boolean }[]>`
      select customer_id as "customerId", is_default is not null as "isDefault" from entitlements where id = ${id} and status = 'active' and not deleted for update`;
    if (active === undefined) return undefined;
    const [replaced] = await tx<{ id: string }[]>`
      update entitlements set is_default = null
      where customer_id = ${active.customerId} and is_default and id <> ${id} returning id`;
    await tx`update entitlements set is_default = true where id = ${id}`;
    if (replaced !== undefined) await recordDefault(tx, replaced.id, { from: true, to: false }, origin);
    await recordDefault(tx, id, { from: active.isDefault, to: true }, origin);
    return { replaced: replaced?.id ?? null };
  });
}

/** False when it was no default. Recorded. */
export async function clearDefault(sql: Sql, id: string, origin: ChangeOrigin): Promise<boolean> {
  return await inTransaction(sql, async (tx) => {
    const cleared = await tx`update entitlements set is_default = null where id = ${id} and is_default returning id`;
    if (cleared.length === 1) await recordDefault(tx, id, { from: true, to: false }, origin);
    return cleared.length === 1;
  });
}

const recordDefault = (
  tx: Sql,
  recordId: string,
  { from, to }: { readonly from: boolean; readonly to: boolean },
  origin: ChangeOrigin,
): Promise<void> =>
  recordChange(tx, {
    ...origin,
    action: to ? 'set_default' : 'cleared_default',
    recordType: 'entitlement',
    recordId,
    before: { isDefault: from },
    after: { isDefault: to },
  });

export async function isDefault(sql: Sql, id: string): Promise<boolean> {
  const [found] = await sql<{ is: boolean | null }[]>`select is_default as is from entitlements where id = ${id}`;
  return found?.is ?? false;
}
