import type { Request, Response } from 'express';
import type { z } from 'zod';
import { findCase } from '../../db/cases/cases.ts';
import { PERMISSIONS, PRIVILEGES } from '../../domain/access/roles.ts';
import { entitlementId } from '../../domain/ids.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { accessScopeOf, requirePrivilege } from '../http/identity.ts';
import { Problem, problem } from '../http/problem.ts';
import { bodyOf, callerOf, idOf, keyOf } from '../http/request.ts';
import { caseAfterAnswer, caseAnswer, caseEventsAnswer, caseToldAnswer } from './answers.ts';
import { caseAfter } from './case-answer.ts';
import { updateOf } from './case-changes.ts';
import type { CaseOutcome } from './case-outcome.ts';
import { type CaseInput, contextAt } from './case-path.ts';
import { firstOutcome } from './case-routing.ts';
import { caseBody, caseEventsBody, casePatch, decrementBody, emptyBody, resolveBody } from './schemas.ts';
import type { CaseServices } from './services.ts';

const TAG = 'Cases';
const TOLD = { means: 'The entitlement was told (`Prefer: respond-async`)', body: caseToldAnswer };
const CHANGED = { 200: { means: 'The case after it', body: caseAfterAnswer }, 202: TOLD };
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
    summary: 'Record a case and attach it to the entitlement that it names, or to the one that is picked for it',
    roles: PERMISSIONS.handleCases,
    body: caseBody,
    onceOnly: true,
    answers: { 201: { means: 'The case', body: caseAfterAnswer }, 202: TOLD },
    refusals: [...ATTACH_REFUSALS, 'no_entitlement', 'not_found', 'conflict', 'idempotency_conflict'],
    handle: async (request, response) => {
      const { id, priority: _priority, override, ...facts } = bodyOf(request, caseBody);
      checkPrivileges(request, { kind: 'attach', override, ...facts });
      const base = { kind: 'attach', key: keyOf(request), caseId: id } as const;
      await applyOne(services, request, response, { ...base, ...facts, ...overriding(override) }, 201);
    },
  },
  {
    method: 'get',
    path: '/v1/cases/{id}',
    tag: TAG,
    summary: 'One case',
    roles: PERMISSIONS.read,
    answers: { 200: { means: 'The case', body: caseAnswer } },
    handle: async (request, response) => {
      response.json(await existing(services, request));
    },
  },
  {
    method: 'patch',
    path: '/v1/cases/{id}',
    tag: TAG,
    summary: 'Change a case: its cover is checked anew, and it moves where another entitlement is named or picked',
    roles: PERMISSIONS.handleCases,
    body: casePatch,
    onceOnly: true,
    answers: CHANGED,
    refusals: [...ATTACH_REFUSALS, 'not_found', 'wrong_state', 'conflict', 'idempotency_conflict'],
    handle: async (request, response) => {
      const { override, ...changes } = bodyOf(request, casePatch);
      checkPrivileges(request, { kind: 'update', override, ...changes });
      const change = { key: keyOf(request), caseId: idOf(request), ...changes, ...overriding(override) };
      if (isAsync(request)) {
        if (change.entitlementId !== undefined || change.customerId !== undefined)
          throw problem('validation_failed', 'A move is answered at once: leave out Prefer.', 'Prefer');
        return await tell(services, request, response, updateOf(change));
      }
      await answer(services, response, await services.caseChanges.apply(change, callerOf(request)), 200);
    },
  },
  event(services, 'resolve', 'Resolve a case; on resolution its term is taken', resolveBody),
  event(services, 'cancel', 'Cancel a case; what it had taken comes back', emptyBody),
  event(services, 'reactivate', 'Bring a resolved or canceled case back', emptyBody),
  event(services, 'decrement', 'Count a case that was set not to decrement and then to decrement again', decrementBody),
  {
    method: 'post',
    path: '/v1/case-events',
    tag: TAG,
    summary: 'Up to 1,000 events of many cases, applied in order; each event carries its own once-only key',
    roles: PERMISSIONS.handleCases,
    body: caseEventsBody,
    answers: { 200: { means: 'One result an event, in their order', body: caseEventsAnswer } },
    handle: async (request, response) => {
      const { events } = bodyOf(request, caseEventsBody);
      for (const [index, event] of events.entries()) checkPrivileges(request, event, `events.${index}.`);
      const inputs = events.map((event) =>
        event.kind === 'attach' ? { ...withoutOverride(event), ...overriding(event.override) } : event,
      );
      const outcomes = await services.casePath.apply(inputs, callerOf(request));
      response.json({
        results: outcomes.map(
          ({ case: _case, without: _without, explanation: _why, mayHaveSla: _sla, ...result }) => result,
        ),
      });
    },
  },
];

const event = (
  services: CaseServices,
  kind: 'resolve' | 'cancel' | 'reactivate' | 'decrement',
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
  // A decrement is answered at once.
  answers: kind === 'decrement' ? { 200: CHANGED[200] } : CHANGED,
  refusals: ['not_found', 'wrong_state', 'idempotency_conflict'],
  handle: async (request, response) => {
    const input = { kind, key: keyOf(request), caseId: idOf(request), ...bodyOf(request, body) };
    await applyOne(services, request, response, input, 200);
  },
});

/** An override, an attach that takes nothing, a case told to take or not to, and a decrement need a privilege. */
function checkPrivileges(
  request: Request,
  event: {
    readonly kind: CaseInput['kind'];
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

const withoutOverride = <Event extends { override?: unknown }>({ override: _override, ...event }: Event) => event;

/** An override as the entitlement hears it: that there is one, and why. */
const overriding = (override: { reason: string } | undefined) =>
  override === undefined ? {} : { overrides: true, reason: override.reason };

const isAsync = (request: Request): boolean => /\brespond-async\b/.test(request.get('Prefer') ?? '');

async function applyOne(
  services: CaseServices,
  request: Request,
  response: Response,
  input: CaseInput,
  status: number,
): Promise<void> {
  if (isAsync(request)) return await tell(services, request, response, input);
  const [outcome] = await services.casePath.apply([input], callerOf(request));
  if (outcome === undefined) throw new TypeError('One event has one outcome.');
  if (status === 201) response.location(`/v1/cases/${input.caseId}`);
  await answer(services, response, outcome, status);
}

async function answer({ sql }: CaseServices, response: Response, outcome: CaseOutcome, status: number): Promise<void> {
  if (outcome.outcome === 'refused') throw refusal(outcome);
  response.status(status).json(await caseAfter(sql, outcome));
}

/**
 * 202: the entitlement will decide; how it decided stands in its ledger. A key that has been decided under is not told
 * again: the answer names the entitlement that decided.
 */
async function tell(services: CaseServices, request: Request, response: Response, input: CaseInput): Promise<void> {
  const { entitlementId: named, onExisting: _existing, ...signal } = input;
  if (signal.kind === 'decrement' || signal.kind === 'detach')
    throw problem('validation_failed', 'A decrement is answered at once: leave out Prefer.', 'Prefer');
  const context = contextAt(await services.casePath.contextsOf([input]), 0);
  const first = firstOutcome(input, context);
  if (first?.code === 'idempotency_conflict') throw refusal(first);
  const id = first === undefined ? (named ?? context.case?.entitlementId) : first.entitlementId;
  if (id == null)
    throw problem('not_found', 'Without an entitlement nobody can be told: leave out Prefer.', 'entitlementId');
  if (first === undefined) {
    if (context.entitlement === null) throw problem('not_found', `There is no entitlement ${id}.`, 'entitlementId');
    const [told = signal] = await services.casePath.withSpills([signal], [context]);
    await services.gateway.signal(entitlementId(id), told, callerOf(request));
  }
  response
    .status(202)
    .set('Preference-Applied', 'respond-async')
    .json({ caseId: input.caseId, key: input.key, entitlementId: id });
}

function refusal({ code, detail, field, repeated, entitlementId: id, remainingTerm, seq }: CaseOutcome): Problem {
  const refused = { code: code ?? 'conflict', detail: detail ?? '', ...(field === undefined ? {} : { field }) };
  return new Problem(refused, {
    more: {
      ...(seq === null ? {} : { entitlementId: id, remainingTerm, seq }),
      ...(repeated ? { repeated } : {}),
    },
  });
}

async function existing({ sql }: CaseServices, request: Request) {
  const id = idOf(request);
  const supportCase = await findCase(sql, id, accessScopeOf(request));
  if (supportCase === undefined) throw problem('not_found', `There is no case ${id}.`);
  return supportCase;
}
