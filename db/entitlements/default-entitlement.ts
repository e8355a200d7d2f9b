import { type ChangeOrigin, recordChange } from '../access/audit.ts';
import type { Sql } from '../postgres/sql.ts';
import { inTransaction } from '../postgres/transaction.ts';

/** The outcome of a command: done, now or earlier under the same key, or why it was not done. */
export type DefaultOutcome = 'done' | 'not_active' | 'other_content';

/**
 * Makes an active entitlement its customer's default in place of the present one, once for its key. It locks the
 * customer, so that defaults change one at a time, and then both entitlements in order of id, as the ledger's writers
 * do.
 */
export async function setDefault(sql: Sql, id: string, key: string, origin: ChangeOrigin): Promise<DefaultOutcome> {
  return await inTransaction(sql, async (tx) => {
    const first = await onceOnly(tx, { key, id, action: 'set' });
    if (first !== undefined) return first;
    await tx`select from customers where id = (select customer_id from entitlements where id = ${id}) for update`;
    const held = await tx<{ id: string; isActive: boolean; isDefault: boolean }[]>`
      select id, status = 'active' and not deleted as "isActive", is_default is not null as "isDefault" from entitlements
      where id = ${id}
        or (is_default and customer_id = (select customer_id from entitlements where id = ${id}))
      order by id for update`;
    const own = held.find((each) => each.id === id);
    if (own === undefined || !own.isActive) {
      await tx`delete from default_commands where key = ${key}`;
      return 'not_active';
    }
    const others = held.filter((each) => each.id !== id && each.isDefault).map((each) => each.id);
    await tx`update entitlements set is_default = null where id = any(${others})`;
    await tx`update entitlements set is_default = true where id = ${id}`;
    for (const other of others) await recordDefault(tx, other, { from: true, to: false }, origin);
    await recordDefault(tx, id, { from: own.isDefault, to: true }, origin);
    return 'done';
  });
}

/** Leaves the customer without a default if this entitlement is the default, once for its key. */
export async function clearDefault(sql: Sql, id: string, key: string, origin: ChangeOrigin): Promise<DefaultOutcome> {
  return await inTransaction(sql, async (tx) => {
    const first = await onceOnly(tx, { key, id, action: 'clear' });
    if (first !== undefined) return first;
    const cleared = await tx`update entitlements set is_default = null where id = ${id} and is_default returning id`;
    if (cleared.length === 1) await recordDefault(tx, id, { from: true, to: false }, origin);
    return 'done';
  });
}

/** Records the key. For a key that came before, it returns the outcome of the first command. */
async function onceOnly(
  tx: Sql,
  { key, id, action }: { key: string; id: string; action: 'set' | 'clear' },
): Promise<DefaultOutcome | undefined> {
  const kept = await tx`
    insert into default_commands (key, entitlement_id, action) values (${key}, ${id}, ${action})
    on conflict (key) do nothing returning key`;
  if (kept.length === 1) return undefined;
  const [first] = await tx<{ id: string; action: string }[]>`
    select entitlement_id as id, action from default_commands where key = ${key}`;
  return first?.id === id && first.action === action ? 'done' : 'other_content';
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

/** Whether the entitlement is its customer's default. */
export async function isDefault(sql: Sql, id: string): Promise<boolean> {
  const [found] = await sql<{ is: boolean | null }[]>`select is_default as is from entitlements where id = ${id}`;
  return found?.is ?? false;
}
