import type { Request, Response } from 'express';
import type { CallerEvent, CaseRequest } from '../../domain/cases/case-request.ts';
import { entitlementId } from '../../domain/ids.ts';
import { notFound, problem } from '../http/problem.ts';
import { callerOf } from '../http/request.ts';
import { firstOutcome } from './case-outcome.ts';
import { contextAt } from './case-path.ts';
import { problemOf } from './case-problem.ts';
import type { CaseServices } from './services.ts';

/** Whether the caller asks not to wait for the decision. */
export const isAsync = (request: Request): boolean => /\brespond-async\b/.test(request.get('Prefer') ?? '');

type SignalledEvent = Exclude<CallerEvent, { readonly kind: 'decrement' | 'detach' }>;

const isSignalled = (request: CaseRequest): request is CaseRequest<SignalledEvent> =>
  request.event.kind !== 'decrement' && request.event.kind !== 'detach';

/**
 * Signals the event to its entitlement and answers 202: the entitlement will decide, and its ledger will show how. A
 * key under which something was decided before is not signalled again: the answer names the entitlement that decided.
 */
export async function tell(
  { casePath, gateway }: CaseServices,
  request: Request,
  response: Response,
  told: CaseRequest,
): Promise<void> {
  if (!isSignalled(told))
    throw problem('validation_failed', `A ${told.event.kind} is always answered at once: leave out Prefer.`, 'Prefer');
  const { caseId, key } = told.event;
  const context = contextAt(await casePath.contextsOf([told]), 0);
  const first = firstOutcome(told, context);
  if (first?.code === 'idempotency_conflict') throw problemOf(first);
  const id = first === undefined ? (told.named ?? context.case?.entitlementId) : first.entitlementId;
  if (id == null)
    throw problem(
      'not_found',
      'The case has no entitlement that could be signalled: leave out Prefer, or name one.',
      'entitlementId',
    );
  if (first === undefined) {
    if (context.entitlement === null) throw notFound('entitlement', id, 'entitlementId');
    const { event } = await casePath.complete(told, context);
    await gateway.signal(entitlementId(id), event, callerOf(request));
  }
  response.status(202).set('Preference-Applied', 'respond-async').json({ caseId, key, entitlementId: id });
}
