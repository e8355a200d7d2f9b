import type { z } from 'zod';
import type { clocksAnswer } from '../../../api/clocks/answers.ts';
import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import type { ClockTarget } from '../../../domain/slas/case-clock.ts';
import { clockWorkflowIdOf } from '../../../workflows/clocks/clock-messages.ts';
import { type Answer, aCustomer, anActive, ask, attach, type CaseView } from '../../support/api-client.ts';
import { anSla } from '../../support/slas.ts';
import { Clock, temporal } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';

export type ClocksView = z.infer<typeof clocksAnswer>;
type ClockView = ClocksView['clocks'][number];

/** An hour to the first response and two to the resolution, at all times. */
export const aQuickSla = (more: Record<string, unknown> = {}) =>
  anSla({ firstResponseMinutes: 60, resolutionMinutes: 120, ...more });

/** An active entitlement of a new customer under a quick SLA. */
export async function anEntitlementWithSla(more: Record<string, unknown> = {}): Promise<EntitlementView> {
  return await anActive(await aCustomer(), { slaId: await aQuickSla(more), totalTerm: 100 });
}

export async function attached(active: EntitlementView, more: Record<string, unknown> = {}): Promise<string> {
  const { status, body } = await attach(active, { id: unique('case'), ...more });
  if (status !== 201) throw new Error(`not attached: ${status} ${JSON.stringify(body)}`);
  return body.id;
}

export const clocksOf = async (caseId: string): Promise<ClockView[]> =>
  (await ask<ClocksView>('GET', `/v1/cases/${caseId}/clocks`)).body.clocks;

/** The present clock of a target. */
export async function clockOf(caseId: string, target: ClockTarget): Promise<ClockView> {
  const found = (await clocksOf(caseId)).filter((clock) => clock.target === target && clock.isCurrent);
  const [clock] = found;
  if (clock === undefined || found.length > 1) throw new Error(`${caseId} has ${found.length} clocks of ${target}`);
  return clock;
}

/** The status of each present clock. */
export const statusesOf = async (caseId: string): Promise<[string, string][]> =>
  (await clocksOf(caseId)).filter(({ isCurrent }) => isCurrent).map(({ target, status }) => [target, status]);

export const onClock = (
  caseId: string,
  action: 'respond' | 'hold' | 'release',
  body: Record<string, unknown> = {},
  options: { key?: string; headers?: Record<string, string> } = {},
): Promise<Answer<CaseView>> => ask('POST', `/v1/cases/${caseId}/${action}`, body, options);

/** The time of the workflow of a case's clocks, once it runs. */
export async function clockTime(caseId: string, run = 1): Promise<Clock> {
  const workflowId = clockWorkflowIdOf(caseId, run);
  await soon(async () => {
    const { status } = await temporal.workflow.getHandle(workflowId).describe();
    if (status.name !== 'RUNNING') throw new Error(`${workflowId} is ${status.name}`);
  });
  return new Clock(caseId, { workflowId });
}

/** Waits until the workflow of a case's clocks has ended. */
export const clocksEnded = (caseId: string, run = 1): Promise<void> =>
  soon(async () => {
    const { status } = await temporal.workflow.getHandle(clockWorkflowIdOf(caseId, run)).describe();
    if (status.name !== 'COMPLETED') throw new Error(`${status.name}`);
  });
