import { setTimeout as sleep } from 'node:timers/promises';
import type { EntitlementView } from '../../api/entitlements/entitlement-view.ts';
import { cpuMs } from '../../tools/bench/cpu.ts';
import { Callers } from './callers.ts';
import type { ProductionStack } from './production-stack.ts';

const MEASURED_MS = 10_000;

export interface Speed {
  readonly callers: Callers;
  readonly eventsPerSecond: number;
  /** By kind of part, per event; empty where the system does not tell. */
  readonly cpuMsPerEvent: ReadonlyMap<string, number>;
}

/** A dozen callers without a pause, for ten seconds. */
export async function measureSpeed(stack: ProductionStack, targets: readonly EntitlementView[]): Promise<Speed> {
  const parts = ['postgres', 'temporal', ...stack.appParts];
  const used = async () => await Promise.all(parts.map((part) => cpuMs(stack.runningPart(part).pid)));
  const { front, apiKey } = stack;
  const callers = new Callers({ url: front.url, apiKey, targets, pauseMs: 0 });
  const before = await used();
  const startedAt = performance.now();
  await sleep(MEASURED_MS);
  const [seconds, events] = [(performance.now() - startedAt) / 1_000, callers.acknowledged.size];
  const after = await used();
  await callers.stop();
  const cpuMsPerEvent = new Map<string, number>();
  for (const [index, part] of parts.entries()) {
    const ms = (after[index] ?? Number.NaN) - (before[index] ?? Number.NaN);
    const kind = part.replace(/-\d+$/, '');
    if (!Number.isNaN(ms)) cpuMsPerEvent.set(kind, (cpuMsPerEvent.get(kind) ?? 0) + ms / events);
  }
  return { callers, eventsPerSecond: events / seconds, cpuMsPerEvent };
}
