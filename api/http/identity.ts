import type { Request } from 'express';
import type { ChangeOrigin } from '../../db/access/audit.ts';
import { type AccessScope, accessScopeOfRole } from '../../domain/access/access-scope.ts';
import { hasPrivilege, PRIVILEGES, type Privilege, type Role } from '../../domain/access/roles.ts';
import { problem } from './problem.ts';

/** Who asks. */
export interface Identity {
  /** As ledger and audit name it. */
  readonly name: string;
  readonly role: Role;
  /** Of the person, where the key or token says so: the customers of an account manager are known by it. */
  readonly email: string | null;
}

const identities = new WeakMap<Request, Identity>();

export const setIdentity = (request: Request, identity: Identity): void => {
  identities.set(request, identity);
};

/** As `identityOf`; undefined where nobody has said who asks. */
export const nameOf = (request: Request): string | undefined => identities.get(request)?.name;

/** Refuses `unauthenticated` where nobody has said who asks. */
export function identityOf(request: Request): Identity {
  const identity = identities.get(request);
  if (identity === undefined) throw problem('unauthenticated', 'An API key or a token is needed.');
  return identity;
}

/** Refuses `forbidden` unless the caller's role has the privilege; `field` names the input that asks for it. */
export function requirePrivilege(request: Request, privilege: Privilege, field?: string): void {
  const { role } = identityOf(request);
  if (hasPrivilege(role, privilege)) return;
  const holders = PRIVILEGES[privilege].join(', ');
  throw problem('forbidden', `The role ${role} has not the privilege ${privilege}. It is for: ${holders}.`, field);
}

/** Which records the caller sees. */
export function accessScopeOf(request: Request): AccessScope {
  const { role, email } = identityOf(request);
  return accessScopeOfRole(role, email);
}

/** Who changes something, and why, as the audit keeps it. */
export function changeBy(request: Request, reason: string | null): ChangeOrigin {
  const { name, role } = identityOf(request);
  return { by: name, role, reason };
}
