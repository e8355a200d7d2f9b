import { createHash, randomBytes } from 'node:crypto';
import type { Sql } from './connect.ts';

export const ROLES = [
  'system_administrator',
  'system_customizer',
  'csr_manager',
  'csr',
  'account_manager',
  'integration',
  'viewer',
] as const;
export type Role = (typeof ROLES)[number];

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

/** Marks a text as a key of ours, so that a leaked one is recognised by scanners. */
const PREFIX = 'allot_';
const KEY_BYTES = 32;

const hashOf = (key: string): Buffer => createHash('sha256').update(key).digest();

/** Makes a key and keeps its hash alone: the key itself is told this once. */
export async function createApiKey(
  sql: Sql,
  { name, role }: { name: string; role: Role },
): Promise<{ id: string; key: string }> {
  const id = `key_${randomBytes(8).toString('hex')}`;
  const key = PREFIX + randomBytes(KEY_BYTES).toString('base64url');
  await sql`insert into api_keys (id, name, role, hash) values (${id}, ${name}, ${role}, ${hashOf(key)})`;
  return { id, key };
}

/** Who holds the key, or undefined when no key is like it or it was revoked. */
export async function findApiKey(sql: Sql, key: string): Promise<ApiKey | undefined> {
  const [found] = await sql<ApiKey[]>`
    select id, name, role from api_keys where hash = ${hashOf(key)} and revoked_at is null`;
  return found === undefined ? undefined : { ...found };
}

export const isApiKeyValid = async (sql: Sql, key: string): Promise<boolean> =>
  (await findApiKey(sql, key)) !== undefined;
