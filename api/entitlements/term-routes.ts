import type { Request } from 'express';
import { clearDefault, type DefaultOutcome, setDefault } from '../../db/entitlements/default-entitlement.ts';
import { PERMISSIONS } from '../../domain/access/roles.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { changeBy } from '../http/identity.ts';
import { problem } from '../http/problem.ts';
import { bodyOf, keyOf } from '../http/request.ts';
import { reasonBody, topUpBody } from '../http/schemas.ts';
import { entitlementAnswer } from './answers.ts';
import { answer, existing, messageOf } from './routes.ts';
import type { EntitlementServices } from './services.ts';

const TAG = 'Entitlements';

/** What is done to an active entitlement beside its life: more term, and being the customer's default. */
export const termEndpoints = (services: EntitlementServices): readonly Endpoint[] => [
  {
    method: 'post',
    path: '/v1/entitlements/{id}/top-ups',
    tag: TAG,
    summary: 'Add bought term; it is used after the allotment, and may have a start date, an expiry date and a price',
    roles: PERMISSIONS.writeEntitlements,
    body: topUpBody,
    onceOnly: true,
    answers: { 201: { means: 'The entitlement as it is now', body: entitlementAnswer } },
    refusals: ['wrong_state', 'idempotency_conflict'],
    handle: async (request, response) => {
      const { id } = await existing(services, request);
      const { amount, startsOn, expiresOn = null, ...body } = bodyOf(request, topUpBody);
      const { price = null, currency = null, reason = null } = body;
      // Named only where it is given: the same request under the same key must read as it did in older versions.
      const topUp = { amount, expiresOn, price, currency, ...(startsOn == null ? {} : { startsOn }) };
      const { snapshot } = await services.gateway.command(id, 'top-up', { ...messageOf(request, reason), topUp });
      await answer(services, response.status(201), snapshot.entitlement);
    },
  },
  {
    method: 'post',
    path: '/v1/entitlements/{id}/set-default',
    tag: TAG,
    summary: "Make an active entitlement its customer's default, instead of the one that was",
    roles: PERMISSIONS.writeEntitlements,
    body: reasonBody,
    onceOnly: true,
    answers: { 200: { means: 'The entitlement as it is now', body: entitlementAnswer } },
    refusals: ['wrong_state', 'idempotency_conflict'],
    handle: async (request, response) => {
      const entitlement = await existing(services, request);
      const { reason = null } = bodyOf(request, reasonBody);
      const outcome = await setDefault(services.sql, entitlement.id, keyOf(request), changeBy(request, reason));
      if (outcome === 'not_active')
        throw problem(
          'wrong_state',
          `The entitlement is ${entitlement.status}: only an active one can be the default.`,
        );
      assertSameContent(request, outcome);
      await answer(services, response, await existing(services, request));
    },
  },
  {
    method: 'post',
    path: '/v1/entitlements/{id}/clear-default',
    tag: TAG,
    summary: "Leave the entitlement's customer without a default",
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
  if (outcome === 'other_content')
    throw problem(
      'idempotency_conflict',
      `The key ${keyOf(request)} came before with other content.`,
      'Idempotency-Key',
    );
}
