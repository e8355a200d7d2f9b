import type { Sql } from '../postgres/sql.ts';

/** Whether an entitlement has the id, or had it and was deleted. An id is not given twice. */
export async function findUse(sql: Sql, id: string): Promise<'in_use' | 'deleted' | 'unused'> {
  const [used] = await sql<{ deleted: boolean }[]>`select deleted from entitlements where id = ${id}`;
  if (used === undefined) return 'unused';
  return used.deleted ? 'deleted' : 'in_use';
}
