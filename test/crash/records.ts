import { randomUUID } from 'node:crypto';
import type { EntitlementView } from '../../api/entitlement-view.ts';
import type { OwnStack } from './own-stack.ts';

/** A system whose API can be asked. */
type Asking = Pick<OwnStack, 'ask'>;

const DAY_MS = 86_400_000;
export const dayFromNow = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
export const unique = (what: string): string => `${what}-${randomUUID().slice(0, 8)}`;

/** A draft of 3 cases on creation, restricted, that covers today, with a customer of its own; `more` says otherwise. */
export async function aDraft(stack: Asking, more: Record<string, unknown> = {}): Promise<EntitlementView> {
  const customerId = unique('customer');
  await must(201, stack.ask('PUT', `/v1/customers/${customerId}`, { type: 'account', name: customerId }));
  const body = {
    name: 'Test entitlement',
    customerId,
    startDate: dayFromNow(-1),
    endDate: dayFromNow(364),
    allocationType: 'cases',
    totalTerm: 3,
    decreaseRemainingOn: 'creation',
    restrict: true,
    renewalPolicy: null,
    ...more,
  };
  return await must(201, stack.ask<EntitlementView>('POST', '/v1/entitlements', body));
}

export async function anActive(stack: Asking, more: Record<string, unknown> = {}): Promise<EntitlementView> {
  const { id } = await aDraft(stack, more);
  return await must(200, stack.ask<EntitlementView>('POST', `/v1/entitlements/${id}/activate`));
}

/** Posts a case under the entitlement and answers its id. */
export async function aCase(
  stack: Asking,
  { id, customerId }: EntitlementView,
  more: Record<string, unknown> = {},
): Promise<string> {
  const caseId = unique('case');
  await must(201, stack.ask('POST', '/v1/cases', { id: caseId, customerId, entitlementId: id, ...more }));
  return caseId;
}

/** The body of an answer that must have this status. */
export async function must<Body>(status: number, asked: Promise<{ status: number; body: Body }>): Promise<Body> {
  const answer = await asked;
  if (answer.status !== status)
    throw new Error(`${answer.status} instead of ${status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}
