import type { Request } from 'express';
import type { ChangeOrigin } from '../../db/access/audit.ts';
import { type AccessScope, accessScopeOfRole } from '../../domain/access/access-scope.ts';
import type { Role } from '../../domain/access/roles.ts';
import { problem } from './problem.ts';

/** The caller. */
export interface Identity {
  /** The name in ledger and audit. */
  readonly name: string;
  readonly role: Role;
  /** The person's e-mail address, if the key or token has one; an account manager sees the customers that name it. */
  readonly email: string | null;
}

const identities = new WeakMap<Request, Identity>();

export const setIdentity = (request: Request, identity: Identity): void => {
  identities.set(request, identity);
};

/** The caller's name; undefined for a caller that has not been identified. */
export const nameOf = (request: Request): string | undefined => identities.get(request)?.name;

/** The caller. Refuses `unauthenticated` for one that has not been identified. */
export function identityOf(request: Request): Identity {
  const identity = identities.get(request);
  if (identity === undefined)
    throw problem('unauthenticated', 'An API key or a token is needed. Send the header Authorization: Bearer KEY.');
  return identity;
}

/**
 * The caller's access scope: an account manager sees their own customers and the records of these, all others see
 * everything.
 */
export function accessScopeOf(request: Request): AccessScope {
  const { role, email } = identityOf(request);
  return accessScopeOfRole(role, email);
}

/** Who makes a change and why, for the audit. */
export function changeBy(request: Request, reason: string | null): ChangeOrigin {
  const { name, role } = identityOf(request);
  return { by: name, role, reason };
}
