import type { Request, Response } from 'express';
import { findRenewal, listRenewals, RENEWAL_SORTS, type RenewalRecord } from '../../db/renewals/renewals.ts';
import { PERMISSIONS } from '../../domain/access/roles.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { accessScopeOf } from '../http/identity.ts';
import { listAnswer, listPageOf } from '../http/list-page.ts';
import { notFound, within } from '../http/problem.ts';
import { bodyOf, callerOf, idOf, keyOf, queryOf } from '../http/request.ts';
import { renewalAnswer, renewalsAnswer, renewalView } from './answers.ts';
import { prepareAcceptance } from './prepare-acceptance.ts';
import { acceptBody, declineBody, renewalQuery, snoozeBody } from './schemas.ts';
import type { RenewalServices } from './services.ts';

const TAG = 'Renewals';
const DECIDES = {
  method: 'post',
  tag: TAG,
  roles: PERMISSIONS.decideRenewals,
  onceOnly: true,
  answers: { 200: { means: 'The renewal as it is now', body: renewalAnswer } },
  refusals: ['wrong_state'],
} as const;

export const renewalEndpoints = (services: RenewalServices): readonly Endpoint[] => [
  {
    method: 'get',
    path: '/v1/renewals',
    tag: TAG,
    summary: 'Lists renewals, the tasks of account managers, by stage, customer and entitlement',
    roles: PERMISSIONS.read,
    query: renewalQuery,
    answers: { 200: { means: 'A page', body: renewalsAnswer } },
    handle: async (request, response) => {
      const { open, ...query } = queryOf(request, renewalQuery);
      const filter = { ...query, open: open === undefined ? undefined : open === 'true' };
      const listed = await listRenewals(services.sql, listPageOf(RENEWAL_SORTS, query), filter, accessScopeOf(request));
      response.json(listAnswer(listed, query, renewalView));
    },
  },
  {
    method: 'get',
    path: '/v1/renewals/{id}',
    tag: TAG,
    summary: 'Reads a renewal with its proposal and its steps',
    roles: PERMISSIONS.read,
    answers: { 200: { means: 'The renewal', body: renewalAnswer } },
    handle: async (request, response) => {
      response.json(renewalView(await existing(services, request)));
    },
  },
  {
    ...DECIDES,
    path: '/v1/renewals/{id}/accept',
    summary:
      'Accepts a renewal, as proposed or with changes; the successor starts when the old entitlement ends, or at once if it has ended',
    body: acceptBody,
    refusals: [...DECIDES.refusals, 'contact_of_other_customer'],
    handle: async (request, response) => {
      const renewal = await existing(services, request);
      const { startDate = null, changes, reason = null } = bodyOf(request, acceptBody);
      const terms = { templateId: null, startDate, changes, part: 'changes' };
      const wanted = await prepareAcceptance(services.sql, renewal, terms);
      const message = { ...decisionOf(request), reason, changes: wanted };
      await within('changes', () => services.renewals.accept(renewal, message));
      await answer(services, request, response);
    },
  },
  {
    ...DECIDES,
    path: '/v1/renewals/{id}/decline',
    summary: 'Declines a renewal, with a reason',
    body: declineBody,
    handle: async (request, response) => {
      const renewal = await existing(services, request);
      await services.renewals.decline(renewal, { ...decisionOf(request), ...bodyOf(request, declineBody) });
      await answer(services, request, response);
    },
  },
  {
    ...DECIDES,
    path: '/v1/renewals/{id}/snooze',
    summary: 'Puts a renewal off until a day; nobody is reminded before that day',
    body: snoozeBody,
    handle: async (request, response) => {
      const renewal = await existing(services, request);
      const { until, reason = null } = bodyOf(request, snoozeBody);
      await services.renewals.snooze(renewal, { ...decisionOf(request), until, reason });
      await answer(services, request, response);
    },
  },
];

const decisionOf = (request: Request) => ({ by: callerOf(request), key: keyOf(request) });

async function existing({ sql }: RenewalServices, request: Request): Promise<RenewalRecord> {
  const found = await findRenewal(sql, idOf(request), accessScopeOf(request));
  if (found === undefined) throw notFound('renewal', idOf(request));
  return found;
}

async function answer(services: RenewalServices, request: Request, response: Response): Promise<void> {
  response.json(renewalView(await existing(services, request)));
}
