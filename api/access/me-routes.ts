import type { z } from 'zod';
import { hasPrivilege, PERMISSIONS, permissionsOf } from '../../domain/access/roles.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { accessScopeOf, identityOf } from '../http/identity.ts';
import { meAnswer } from './me-answers.ts';

/** Where the workflows of this installation can be looked at. */
export interface TemporalUi {
  /** Without a slash at the end. */
  readonly url: string;
  readonly namespace: string;
}

export interface MeServices {
  /** Null where no address is configured. */
  readonly temporalUi: TemporalUi | null;
}

export const meEndpoints = ({ temporalUi }: MeServices): readonly Endpoint[] => [
  {
    method: 'get',
    path: '/v1/me',
    tag: 'Home',
    summary: 'Shows who the caller is, and what the caller may do and see',
    roles: PERMISSIONS.read,
    answers: { 200: { means: 'The caller', body: meAnswer } },
    handle: async (request, response) => {
      const { name, role, email } = identityOf(request);
      const me: z.infer<typeof meAnswer> = {
        name,
        role,
        email,
        permissions: [...permissionsOf(role)],
        accessScope: accessScopeOf(request) === 'all' ? 'all' : 'own',
        temporalUi: hasPrivilege(role, 'open_temporal_ui') ? temporalUi : null,
      };
      response.json(me);
    },
  },
];
