import type { Request, Response } from 'express';
import type { z } from 'zod';
import { seesAllOf } from '../../db/access/access-scope.ts';
import { findDecision } from '../../db/cases/case-decision.ts';
import { findCase } from '../../db/cases/cases.ts';
import { readClocks } from '../../db/clocks/case-clocks.ts';
import { PERMISSIONS, PRIVILEGES } from '../../domain/access/roles.ts';
import type { CallerEvent, CaseRequest } from '../../domain/cases/case-request.ts';
import { clocksView } from '../clocks/clock-view.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { accessScopeOf } from '../http/identity.ts';
import { notFound, problem } from '../http/problem.ts';
import { bodyOf, callerOf, idOf, keyOf } from '../http/request.ts';
import { requirePrivilege } from '../http/require-privilege.ts';
import { caseAfterAnswer, caseAnswer, caseEventsAnswer, caseToldAnswer } from './answers.ts';
import { caseAfter } from './case-answer.ts';
import { type CaseOutcome, resultOf } from './case-outcome.ts';
import { problemOf } from './case-problem.ts';
import { changeOf, holdEvent, listedRequest, newCaseRequest, requestOf, stateEvent } from './case-requests.ts';
import { isAsync, tell } from './case-telling.ts';
import { withDecision } from './decision-view.ts';
import {
  caseBody,
  caseEventsBody,
  casePatch,
  decrementBody,
  emptyBody,
  holdBody,
  resolveBody,
  respondBody,
} from './schemas.ts';
import type { CaseServices } from './services.ts';

const TAG = 'Cases';
const TOLD = { means: 'The entitlement was told (`Prefer: respond-async`)', body: caseToldAnswer };
const CHANGED = { 200: { means: 'The case after the change', body: caseAfterAnswer }, 202: TOLD };
export const ATTACH_REFUSALS = [
  'not_active',
  'not_started',
  'expired',
  'canceled',
  'exhausted',
  'channel_exhausted',
  'channel_not_covered',
  'product_not_covered',
  'contact_not_covered',
  'contact_of_other_customer',
  'customer_mismatch',
] as const;

export const caseEndpoints = (services: CaseServices): readonly Endpoint[] => [
  {
    method: 'post',
    path: '/v1/cases',
    tag: TAG,
    summary: 'Records a case and attaches it to the entitlement that it names, or to the one that is picked for it',
    roles: PERMISSIONS.handleCases,
    body: caseBody,
    onceOnly: true,
    answers: { 201: { means: 'The case', body: caseAfterAnswer }, 202: TOLD },
    refusals: [...ATTACH_REFUSALS, 'no_entitlement', 'not_found', 'conflict'],
    handle: async (request, response) => {
      const body = bodyOf(request, caseBody);
      checkPrivileges(request, { kind: 'attach', ...body });
      await applyOne(services, request, response, newCaseRequest(body, keyOf(request)), 201);
    },
  },
  {
    method: 'get',
    path: '/v1/cases/{id}',
    tag: TAG,
    summary: 'Reads a case, with its service-level clocks, and with the decision that gave it its entitlement',
    roles: PERMISSIONS.read,
    answers: { 200: { means: 'The case', body: caseAnswer } },
    handle: async (request, response) => {
      const supportCase = await existing(services, request);
      const mayCompare = await seesAllOf(services.sql, accessScopeOf(request), supportCase.customerId);
      const recorded = await findDecision(services.sql, supportCase.id);
      const read = await readClocks(services.sql, supportCase.id, Date.now());
      const decided = withDecision(supportCase, recorded, { mayCompare });
      response.json({ ...decided, holds: read.holds, clocks: clocksView(read) });
    },
  },
  {
    method: 'patch',
    path: '/v1/cases/{id}',
    tag: TAG,
    summary: 'Changes a case: its cover is checked again, and it moves if another entitlement is named or picked',
    roles: PERMISSIONS.handleCases,
    body: casePatch,
    onceOnly: true,
    answers: CHANGED,
    refusals: [...ATTACH_REFUSALS, 'not_found', 'wrong_state', 'conflict'],
    handle: async (request, response) => {
      const body = bodyOf(request, casePatch);
      checkPrivileges(request, { kind: 'update', ...body });
      const change = changeOf(idOf(request), keyOf(request), body);
      if (isAsync(request)) {
        if (change.to !== undefined || change.event.customerId !== undefined)
          throw problem('validation_failed', 'A move is always answered at once: leave out Prefer.', 'Prefer');
        return await tell(services, request, response, requestOf(change.event));
      }
      await answer(services, response, await services.caseChanges.apply(change, callerOf(request)), 200);
    },
  },
  event(
    services,
    'resolve',
    'Resolves a case; its term is taken now if the entitlement takes it on resolution',
    resolveBody,
  ),
  event(services, 'cancel', 'Cancels a case; what it had taken comes back', emptyBody),
  event(services, 'reactivate', 'Reactivates a resolved or canceled case', emptyBody),
  event(
    services,
    'decrement',
    'Lets a case use term after `decrementEntitlementTerm` was set to false and back to true',
    decrementBody,
  ),
  event(
    services,
    'respond',
    'Records that a case was answered: this meets its clock of the first response',
    respondBody,
  ),
  hold(services, 'hold', 'Holds a case for a reason: the clocks that the reason stops stand still'),
  hold(services, 'release', 'Ends a hold: the clocks go on once no reason is left that stops them'),
  {
    method: 'post',
    path: '/v1/case-events',
    tag: TAG,
    summary: 'Applies up to 1,000 events of many cases, in order; each event has its own once-only key',
    roles: PERMISSIONS.handleCases,
    body: caseEventsBody,
    answers: { 200: { means: 'One result for each event, in the order of the events', body: caseEventsAnswer } },
    handle: async (request, response) => {
      const { events } = bodyOf(request, caseEventsBody);
      for (const [index, event] of events.entries()) checkPrivileges(request, event, `events.${index}.`);
      const outcomes = await services.casePath.apply(events.map(listedRequest), callerOf(request));
      response.json({ results: outcomes.map(resultOf) });
    },
  },
];

const event = (
  services: CaseServices,
  kind: 'resolve' | 'cancel' | 'reactivate' | 'decrement' | 'respond',
  summary: string,
  body: z.ZodType<{ minutes?: number | undefined; reason?: string | undefined }>,
): Endpoint => ({
  method: 'post',
  path: `/v1/cases/{id}/${kind}`,
  tag: TAG,
  summary,
  roles: kind === 'decrement' ? PRIVILEGES.control_decrement_term : PERMISSIONS.handleCases,
  body,
  onceOnly: true,
  // A decrement is never answered with 202.
  answers: kind === 'decrement' ? { 200: CHANGED[200] } : CHANGED,
  refusals: ['not_found', 'wrong_state'],
  handle: async (request, response) => {
    const event = stateEvent(kind, idOf(request), keyOf(request), bodyOf(request, body));
    await applyOne(services, request, response, requestOf(event), 200);
  },
});

const hold = (services: CaseServices, kind: 'hold' | 'release', summary: string): Endpoint => ({
  method: 'post',
  path: `/v1/cases/{id}/${kind}`,
  tag: TAG,
  summary,
  roles: PERMISSIONS.handleCases,
  body: holdBody,
  onceOnly: true,
  answers: CHANGED,
  refusals: [
    'not_found',
    'wrong_state',
    ...(kind === 'hold' ? (['too_many_holds'] as const) : []),
    'idempotency_conflict',
  ],
  handle: async (request, response) => {
    const { reason } = bodyOf(request, holdBody);
    await applyOne(services, request, response, requestOf(holdEvent(kind, idOf(request), keyOf(request), reason)), 200);
  },
});

/**
 * These need a privilege: an override, an attach that takes nothing, `decrementEntitlementTerm` of a case, a decrement.
 */
function checkPrivileges(
  request: Request,
  event: {
    readonly kind: CallerEvent['kind'];
    readonly decrementEntitlementTerm?: boolean | undefined;
    readonly override?: object | undefined;
  },
  at = '',
): void {
  const { kind, decrementEntitlementTerm, override } = event;
  const controls = kind === 'attach' ? decrementEntitlementTerm === false : decrementEntitlementTerm !== undefined;
  if (controls) requirePrivilege(request, 'control_decrement_term', `${at}decrementEntitlementTerm`);
  if (kind === 'decrement') requirePrivilege(request, 'control_decrement_term', `${at}kind`);
  if (override !== undefined) requirePrivilege(request, 'override', `${at}override`);
}

async function applyOne(
  services: CaseServices,
  request: Request,
  response: Response,
  asked: CaseRequest,
  status: 200 | 201,
): Promise<void> {
  if (isAsync(request)) return await tell(services, request, response, asked);
  const [outcome] = await services.casePath.apply([asked], callerOf(request));
  if (outcome === undefined) throw new TypeError('One event has one outcome.');
  if (status === 201) response.location(`/v1/cases/${asked.event.caseId}`);
  await answer(services, response, outcome, status);
}

async function answer({ sql }: CaseServices, response: Response, outcome: CaseOutcome, status: number): Promise<void> {
  if (outcome.outcome === 'refused') throw problemOf(outcome);
  response.status(status).json(await caseAfter(sql, outcome));
}

async function existing({ sql }: CaseServices, request: Request) {
  const id = idOf(request);
  const supportCase = await findCase(sql, id, accessScopeOf(request));
  if (supportCase === undefined) throw notFound('case', id);
  return supportCase;
}
