import { PERMISSIONS } from '../../domain/access/roles.ts';
import type { LifeCommandKind } from '../../domain/entitlements/life.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { bodyOf, keyOf } from '../http/request.ts';
import { reasonBody } from '../http/schemas.ts';
import { entitlementAnswer } from './answers.ts';
import { answer, answerCreated, command, existing, messageOf } from './requests.ts';
import { renewBody } from './schemas.ts';
import type { EntitlementServices } from './services.ts';

const TAG = 'Entitlements';

/** The commands that move an entitlement from one state to another. */
export const lifeEndpoints = (services: EntitlementServices): readonly Endpoint[] => [
  action(services, 'activate', 'Activates a draft: it waits for its start date, or is active at once'),
  action(services, 'deactivate', 'Turns a waiting or active entitlement back into a draft that can be edited'),
  action(services, 'cancel', 'Cancels a waiting or active entitlement'),
  {
    method: 'post',
    path: '/v1/entitlements/{id}/renew',
    tag: TAG,
    summary:
      'Creates the successor of an expired or canceled entitlement: a draft that starts today, or in the grace without a gap',
    roles: PERMISSIONS.writeEntitlements,
    body: renewBody,
    onceOnly: true,
    answers: { 201: { means: 'The new draft', body: entitlementAnswer } },
    refusals: ['wrong_state'],
    handle: async (request, response) => {
      const old = await existing(services, request);
      const { reason = null, startDate } = bodyOf(request, renewBody);
      const late = startDate == null ? {} : { startDate };
      const message = { ...messageOf(request, reason), key: keyOf(request), ...late };
      await answerCreated(services, response, await services.successors.renewByHand(old.id, message));
    },
  },
];

/** A command that takes no input but a reason. */
const action = (
  services: EntitlementServices,
  kind: Extract<LifeCommandKind, 'activate' | 'deactivate' | 'cancel'>,
  summary: string,
): Endpoint => ({
  method: 'post',
  path: `/v1/entitlements/{id}/${kind}`,
  tag: TAG,
  summary,
  roles: PERMISSIONS.writeEntitlements,
  body: reasonBody,
  onceOnly: true,
  answers: { 200: { means: 'The entitlement as it is now', body: entitlementAnswer } },
  refusals: ['wrong_state'],
  handle: async (request, response) => {
    await existing(services, request);
    await answer(services, response, await command(services, kind, request, (asked) => asked));
  },
});
