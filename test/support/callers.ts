import type { Role } from '../../domain/access/roles.ts';
import { ask } from './api-client.ts';
import { unique } from './unique.ts';

/** A key as it is told once. */
export interface ToldKeyView {
  id: string;
  name: string;
  role: Role;
  email: string | null;
  key: string;
  expiresAt: string | null;
  rotatedAt: string | null;
  replacedWorksUntil: string | null;
  revokedAt: string | null;
}

/** A key of its own for one test. */
export async function aKey(role: Role, more: Record<string, unknown> = {}): Promise<ToldKeyView> {
  const email = role === 'account_manager' ? `${unique('manager')}@example.com` : null;
  const { status, body } = await ask<ToldKeyView>('POST', '/v1/api-keys', { name: unique(role), role, email, ...more });
  if (status !== 201) throw new Error(`the key was not made: ${status} ${JSON.stringify(body)}`);
  return body;
}

/** Options of `ask` that ask with this key or token. */
export const as = (credential: string, more: Record<string, string> = {}) => ({
  headers: { authorization: `Bearer ${credential}`, ...more },
});
