import type { EntitlementId } from '../../domain/ids.ts';
import type { Sql } from '../postgres/sql.ts';

/** Whether an entitlement was made: `none` yet, there, or deleted as a draft. */
export async function existenceOf(sql: Sql, id: EntitlementId): Promise<'none' | 'there' | 'deleted'> {
  const [row] = await sql<{ deleted: boolean }[]>`select deleted from entitlements where id = ${id}`;
  if (row === undefined) return 'none';
  return row.deleted ? 'deleted' : 'there';
}
