import type { Request, Response } from 'express';
import { findEntitlement } from '../../db/entitlements/entitlements.ts';
import { findRenewal, listRenewals, RENEWAL_SORTS, type RenewalRecord } from '../../db/renewals/renewals.ts';
import { PERMISSIONS } from '../../domain/access/roles.ts';
import { proposalView } from '../../domain/renewals/proposal-view.ts';
import { changesFrom } from '../entitlements/entitlement-input.ts';
import { checkNamed } from '../entitlements/named-records.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { accessScopeOf } from '../http/identity.ts';
import { listAnswer, listPageOf } from '../http/list-page.ts';
import { problem, within } from '../http/problem.ts';
import { bodyOf, callerOf, idOf, keyOf, queryOf } from '../http/request.ts';
import { renewalAnswer, renewalsAnswer } from './answers.ts';
import { acceptBody, declineBody, renewalQuery, snoozeBody } from './renewal-schemas.ts';
import type { RenewalServices } from './services.ts';

const TAG = 'Renewals';
const DECIDES = {
  method: 'post',
  tag: TAG,
  roles: PERMISSIONS.decideRenewals,
  onceOnly: true,
  answers: { 200: { means: 'The renewal as it is now', body: renewalAnswer } },
  refusals: ['wrong_state', 'idempotency_conflict'],
} as const;

/** Terms are cases or whole minutes, shares services of 1, as `usage` says. */
const renewalView = ({ seq: _seq, decidedKey: _key, decidedContent: _content, ...record }: RenewalRecord) => ({
  ...record,
  proposal: proposalView(record.proposal),
});

export type RenewalView = ReturnType<typeof renewalView>;

export const renewalEndpoints = (services: RenewalServices): readonly Endpoint[] => [
  {
    method: 'get',
    path: '/v1/renewals',
    tag: TAG,
    summary: 'Renewals: the tasks of account managers, by stage, customer and entitlement',
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
    summary: 'One renewal with its proposal and its steps',
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
      'Accept, as proposed or with changes: the successor starts when the old one ends, or at once where it has ended',
    body: acceptBody,
    handle: async (request, response) => {
      const renewal = await existing(services, request);
      const { changes, reason = null } = bodyOf(request, acceptBody);
      const old = await findEntitlement(services.sql, renewal.entitlementId);
      if (old === undefined) throw problem('not_found', `There is no entitlement ${renewal.entitlementId}.`);
      await within('changes', async () => {
        const named = { ...changes, customerId: old.details.customerId };
        if (changes !== undefined) await checkNamed(services.sql, named);
        const proposed = { ...old.details, ...renewal.proposal.changes };
        const wanted = changes === undefined ? null : changesFrom(changes, proposed);
        await services.renewals.accept(renewal, { ...decisionOf(request), reason, changes: wanted });
      });
      await answer(services, request, response);
    },
  },
  {
    ...DECIDES,
    path: '/v1/renewals/{id}/decline',
    summary: 'Decline, with a reason',
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
    summary: 'Be reminded again on a day; nothing is told before',
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
  if (found === undefined) throw problem('not_found', `There is no renewal ${idOf(request)}.`);
  return found;
}

async function answer(services: RenewalServices, request: Request, response: Response): Promise<void> {
  response.json(renewalView(await existing(services, request)));
}
