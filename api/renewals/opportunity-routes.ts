import { findOpportunity, listOpportunities } from '../../db/renewals/opportunities.ts';
import { PERMISSIONS } from '../../domain/access/roles.ts';
import { holdingContacts } from '../directory/contact-moves.ts';
import { answer } from '../entitlements/requests.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { accessScopeOf, changeBy } from '../http/identity.ts';
import { paged, pageOf } from '../http/page.ts';
import { notFound } from '../http/problem.ts';
import { bodyOf, idOf, queryOf } from '../http/request.ts';
import { renewalDecider } from './decide-renewal.ts';
import { closedAnswer, opportunitiesAnswer, opportunityAnswer, opportunityView } from './opportunity-answers.ts';
import { closeOpportunity } from './opportunity-closing.ts';
import { opportunityBody, opportunityQuery } from './opportunity-schemas.ts';
import type { RenewalServices } from './services.ts';

const TAG = 'Opportunities';

export const opportunityEndpoints = (services: RenewalServices): readonly Endpoint[] => [
  {
    method: 'post',
    path: '/v1/opportunities',
    tag: TAG,
    summary: 'Closes an opportunity, once by its id: a won one makes an active entitlement, or decides its renewal',
    roles: PERMISSIONS.closeOpportunities,
    body: opportunityBody,
    answers: {
      201: { means: 'The entitlement; for a lost opportunity, the opportunity', body: closedAnswer },
    },
    refusals: [
      'not_found',
      'contact_of_other_customer',
      'customer_mismatch',
      'wrong_state',
      'idempotency_conflict',
      'conflict',
    ],
    handle: async (request, response) => {
      const body = bodyOf(request, opportunityBody);
      const origin = changeBy(request, body.reason ?? null);
      const closed = await holdingContacts(services.sql, body.entitlement?.contactIds ?? [], () =>
        closeOpportunity({ ...services, decider: renewalDecider(services) }, body, origin),
      );
      response.status(201);
      if (closed.entitlement === null)
        response.location(`/v1/opportunities/${body.id}`).json(opportunityView(closed.opportunity));
      else await answer(services, response.location(`/v1/entitlements/${closed.entitlement.id}`), closed.entitlement);
    },
  },
  {
    method: 'get',
    path: '/v1/opportunities',
    tag: TAG,
    summary: 'Lists closed opportunities by id, of all customers or of one',
    roles: PERMISSIONS.read,
    query: opportunityQuery,
    answers: { 200: { means: 'A page', body: opportunitiesAnswer } },
    handle: async (request, response) => {
      const { customerId, ...query } = queryOf(request, opportunityQuery);
      const page = pageOf(query);
      const found = await listOpportunities(services.sql, page, { customerId }, accessScopeOf(request));
      response.json(paged(found.map(opportunityView), page.limit, ({ id }) => id));
    },
  },
  {
    method: 'get',
    path: '/v1/opportunities/{id}',
    tag: TAG,
    summary: 'Reads a closed opportunity',
    roles: PERMISSIONS.read,
    answers: { 200: { means: 'The opportunity', body: opportunityAnswer } },
    handle: async (request, response) => {
      const found = await findOpportunity(services.sql, idOf(request), accessScopeOf(request));
      if (found === undefined) throw notFound('opportunity', idOf(request));
      response.json(opportunityView(found));
    },
  },
];
