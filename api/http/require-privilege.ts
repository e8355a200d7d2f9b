import type { Request } from 'express';
import { hasPrivilege, PRIVILEGES, type Privilege } from '../../domain/access/roles.ts';
import { identityOf } from './identity.ts';
import { problem } from './problem.ts';

/** Refuses `forbidden` unless the caller's role has the privilege; `field` names the input that needs it. */
export function requirePrivilege(request: Request, privilege: Privilege, field?: string): void {
  const { role } = identityOf(request);
  if (hasPrivilege(role, privilege)) return;
  const holders = PRIVILEGES[privilege].join(', ');
  throw problem(
    'forbidden',
    `The role ${role} does not have the privilege ${privilege}. These roles have it: ${holders}.`,
    field,
  );
}
