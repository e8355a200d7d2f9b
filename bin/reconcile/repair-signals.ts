import { hasLedger, keysNowhere } from '../../db/ledger/repair.ts';
import { entitlementId } from '../../domain/ids.ts';
import { EntitlementWorkflows } from '../../temporal/entitlement-workflows.ts';
import { workflowIdOf } from '../../workflows/entitlements/messages.ts';
import { rowsOfRun } from './repair-rows.ts';
import type { RepairParts } from './repaired.ts';
import type { ReplayedRun } from './replayed-runs.ts';

/**
 * Sends signals again that a run took which was terminated before their rows were written. Their keys are once only, and
 * only those are sent that no ledger has and that the run did not refuse.
 */
export async function resendSignals({ sql, client, taskQueue, replays, mended }: RepairParts): Promise<void> {
  const terminated = await replays.list("WorkflowType = 'entitlement' and ExecutionStatus = 'Terminated'");
  const workflows = new EntitlementWorkflows({ client, taskQueue });
  for (const run of await replays.replay(terminated)) {
    const id = entitlementId(run.workflowId.slice(workflowIdOf(entitlementId('')).length));
    const signals = signalsOf(run);
    // A signal would start a workflow for an entitlement that is not there.
    if (signals.size === 0 || !(await hasLedger(sql, id))) continue;
    const nowhere = new Set(await keysNowhere(sql, id, [...signals.keys()]));
    for (const [key, { name, content }] of signals) {
      if (!nowhere.has(key)) continue;
      await workflows.signal(id, name, content);
      mended({ kind: 'signal', id, what: `sent the signal ${name} with key ${key} again, whose row was not written` });
    }
  }
}

interface TakenSignal {
  readonly name: string;
  readonly content: object;
}

/**
 * The signals that a run took and did not refuse, by key and in their order, with those that the run before it left to
 * it. A key counts once, so its first content is kept.
 */
export function signalsOf(run: ReplayedRun): ReadonlyMap<string, TakenSignal> {
  const refusals = rowsOfRun(run).flatMap(({ detail, refusal }) => (refusal === null ? [] : [detail ?? '']));
  const signals = new Map<string, TakenSignal>();
  for (const what of run.seen) {
    if (what.kind !== 'signalled' || !hasKey(what.content)) continue;
    const { key } = what.content;
    if (!signals.has(key) && !isNamed(refusals, key)) signals.set(key, { name: what.name, content: what.content });
  }
  return signals;
}

const hasKey = (content: unknown): content is { readonly key: string } =>
  typeof content === 'object' && content !== null && 'key' in content && typeof content.key === 'string';

/** A signal that is refused without its key leaves a row whose text names the key. */
const isNamed = (refusals: readonly string[], key: string): boolean =>
  refusals.some((detail) => detail.includes(`(key ${key})`));
