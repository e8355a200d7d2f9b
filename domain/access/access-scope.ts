import type { Role } from './roles.ts';

/**
 * Which records somebody sees: all of them, or those of one account manager.
 *
 * An account manager sees
 * - the customers whose record names the account manager, with all that is theirs;
 * - the entitlements whose own renewal policy names the account manager, with their ledgers and cases;
 * - the entitlements whose renewal was escalated to the account manager, likewise;
 * - of the customers of such entitlements only the record;
 * - the renewals of all these, and those that the account manager has to decide.
 *
 * Account managers are told apart by their email, in small or capital letters. One without an email sees nothing.
 * `db/access/access-scope.ts` writes these rules as conditions of queries.
 */
export type AccessScope = 'all' | { readonly accountManagerEmail: string | null };

/** The scope of a role. `email` is that of the person behind the key or token, null if none is known. */
export const accessScopeOfRole = (role: Role, email: string | null): AccessScope =>
  role === 'account_manager' ? { accountManagerEmail: email } : 'all';
