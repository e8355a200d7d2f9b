import type { Request } from 'express';
import { clearDefault, type DefaultOutcome, setDefault } from '../../db/entitlements/default-entitlement.ts';
import { PERMISSIONS } from '../../domain/access/roles.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { changeBy } from '../http/identity.ts';
import { keyReused, problem } from '../http/problem.ts';
import { bodyOf, keyOf } from '../http/request.ts';
import { reasonBody } from '../http/schemas.ts';
import { entitlementAnswer } from './answers.ts';
import { answer, existing, messageOf } from './requests.ts';
import { topUpBody } from './schemas.ts';
import type { EntitlementServices } from './services.ts';

const TAG = 'Entitlements';

/** Commands that leave the state of an entitlement as it is: more term, and the customer's default. */
export const termEndpoints = (services: EntitlementServices): readonly Endpoint[] => [
  {
    method: 'post',
    path: '/v1/entitlements/{id}/top-ups',
    tag: TAG,
    summary:
      'Adds bought term, which is used after the allotment; it may have a start date, an expiry date and a price',
    roles: PERMISSIONS.writeEntitlements,
    body: topUpBody,
    onceOnly: true,
    answers: { 201: { means: 'The entitlement as it is now', body: entitlementAnswer } },
    refusals: ['wrong_state'],
    handle: async (request, response) => {
      const { id } = await existing(services, request);
      const { amount, startsOn, expiresOn = null, ...body } = bodyOf(request, topUpBody);
      const { price = null, currency = null, reason = null } = body;
      // `startsOn` is left out unless it is given, so that a repeated request has the content that older versions
      // stored.
      const topUp = { amount, expiresOn, price, currency, ...(startsOn == null ? {} : { startsOn }) };
      const { snapshot } = await services.gateway.command(id, 'top-up', { ...messageOf(request, reason), topUp });
      await answer(services, response.status(201), snapshot.entitlement);
    },
  },
  {
    method: 'post',
    path: '/v1/entitlements/{id}/set-default',
    tag: TAG,
    summary: "Makes an active entitlement its customer's default, in place of the present one",
    roles: PERMISSIONS.writeEntitlements,
    body: reasonBody,
    onceOnly: true,
    answers: { 200: { means: 'The entitlement as it is now', body: entitlementAnswer } },
    refusals: ['wrong_state'],
    handle: async (request, response) => {
      const entitlement = await existing(services, request);
      const { reason = null } = bodyOf(request, reasonBody);
      const outcome = await setDefault(services.sql, entitlement.id, keyOf(request), changeBy(request, reason));
      if (outcome === 'not_active')
        throw problem(
          'wrong_state',
          `The entitlement is ${entitlement.status}. Only an active entitlement can be the default.`,
        );
      assertSameContent(request, outcome);
      await answer(services, response, await existing(services, request));
    },
  },
  {
    method: 'post',
    path: '/v1/entitlements/{id}/clear-default',
    tag: TAG,
    summary: "Clears the default of the entitlement's customer",
    roles: PERMISSIONS.writeEntitlements,
    body: reasonBody,
    onceOnly: true,
    answers: { 200: { means: 'The entitlement as it is now', body: entitlementAnswer } },
    handle: async (request, response) => {
      const { id } = await existing(services, request);
      const { reason = null } = bodyOf(request, reasonBody);
      assertSameContent(request, await clearDefault(services.sql, id, keyOf(request), changeBy(request, reason)));
      await answer(services, response, await existing(services, request));
    },
  },
];

function assertSameContent(request: Request, outcome: DefaultOutcome): void {
  if (outcome === 'other_content') throw keyReused(keyOf(request));
}
