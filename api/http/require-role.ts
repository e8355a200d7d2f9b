import type { RequestHandler } from 'express';
import type { Role } from '../../domain/access/roles.ts';
import { identityOf } from './identity.ts';
import { problem } from './problem.ts';

/** Refuses `forbidden` to callers of other roles, and names the roles that may. */
export const requireRole =
  (roles: readonly Role[]): RequestHandler =>
  (request, _response, next) => {
    const { role } = identityOf(request);
    if (!roles.includes(role))
      throw problem('forbidden', `The role ${role} may not do this. These roles may: ${roles.join(', ')}.`);
    next();
  };
