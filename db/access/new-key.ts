import { isRefused } from '../../domain/refusals.ts';
import type { Sql } from '../postgres/sql.ts';
import { createApiKey, type KeyHolder, newApiKeyId } from './api-keys.ts';

/**
 * Creates a key without the API, for programs that have the database. It does not expire, so that an installation
 * cannot lock itself out. Throws when a live key has the name.
 */
export async function newKey(sql: Sql, holder: KeyHolder, by: string): Promise<string> {
  const made = await createApiKey(
    sql,
    { id: newApiKeyId(), expiresAt: null, ...holder },
    { by, role: null, reason: null },
  );
  if (isRefused(made)) throw new Error(made.refused.detail);
  return made.key;
}

/** Creates a key that may do everything, for the programs of this project. */
export const newAdministratorKey = (sql: Sql, name: string): Promise<string> =>
  newKey(sql, { name, role: 'system_administrator', email: null }, name);
