import type { Client } from '@temporalio/client';
import type { EntitlementView } from '../../api/entitlements/entitlement-view.ts';
import { anActive } from '../support/records.ts';
import { until } from '../support/waiting.ts';
import { Callers } from './callers.ts';
import { MARK } from './changed-workflow.ts';
import type { ProductionApi } from './production-api.ts';
import type { ProductionStack } from './production-stack.ts';

/** More cases than the callers send. */
const TOTAL = 1_000_000;
const WARM_EVENTS = 200;
const SOON_MS = 120_000;

/** Running entitlements that are stuck; Temporal sets it after five failures in a row and takes it away after a success. */
export const STUCK = "ExecutionStatus = 'Running' AND TemporalReportedProblems IS NOT NULL";

/** Active entitlements that take as many cases as come. */
export async function liveEntitlements(api: ProductionApi, count: number): Promise<EntitlementView[]> {
  const more = { totalTerm: TOTAL };
  return await Promise.all(Array.from({ length: count }, () => anActive(api, more)));
}

/** Callers at work on these entitlements; resolves once some hundred of their events are in the ledger. */
export async function callersAtWork(
  { front, apiKey }: ProductionStack,
  targets: readonly EntitlementView[],
): Promise<Callers> {
  const callers = new Callers({ url: front.url, apiKey, targets });
  await moreEvents(callers, WARM_EVENTS);
  return callers;
}

/** Resolves once so many more events were answered with success. */
export async function moreEvents(callers: Callers, count: number): Promise<void> {
  const wanted = callers.acknowledged.size + count;
  await until(`${count} more events`, SOON_MS, async () => (callers.acknowledged.size >= wanted ? true : undefined));
}

/** Waits until the changed version has decided on each of these. */
export async function untilMarked(client: Client, targets: readonly EntitlementView[]): Promise<void> {
  for (const { id } of targets)
    await until(`${id} is decided on by the changed version`, SOON_MS, async () => {
      const { memo } = await client.workflow.getHandle(`entitlement/${id}`).describe();
      return memo?.[MARK.memo] === undefined ? undefined : true;
    });
}

export async function stuckEntitlements(client: Client): Promise<string[]> {
  const found: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query: STUCK })) found.push(workflowId);
  return found;
}

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** Tasks that the workers of that shape could not repeat, as their metrics say. */
export async function nonDeterminismInMetrics(stack: ProductionStack, workers: readonly string[]): Promise<number> {
  const lines = (await Promise.all(workers.map((worker) => stack.metricsOf(worker)))).flat();
  return lines
    .filter((line) => /^temporal_workflow_task_execution_failed_total\{.*NonDeterminismError/.test(line))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
