import { setTimeout as sleep } from 'node:timers/promises';
import { recordAttempt } from '../../db/deliveries/delivery-attempts.ts';
import { dispatchAgain, eventsToDispatch, pendingAmong, type UnderWay } from '../../db/deliveries/delivery-repair.ts';
import { deliveryWorkflowIdOf } from '../../workflows/deliveries/delivery.ts';
import type { Attempt } from '../../workflows/deliveries/ports.ts';
import { standingDeliveries } from './reconcile-deliveries.ts';
import type { RepairParts } from './repaired.ts';

const PREFIX = deliveryWorkflowIdOf('');
const DISPATCHED_WITHIN_MS = 10_000;
const POLL_MS = 250;

/**
 * Records attempts that histories have and the database lost, so that nothing is sent again that arrived, and has
 * deliveries dispatched again that no workflow tries.
 */
export async function repairDeliveries(parts: RepairParts): Promise<void> {
  const { sql, client, replays, since } = parts;
  await eventsDispatched(parts);
  const ended = await replays.list(
    `WorkflowType = 'delivery' and ExecutionStatus != 'Running' and CloseTime >= '${since.toISOString()}'`,
  );
  const endedIds = [...new Set(ended.map(({ workflowId }) => workflowId.slice(PREFIX.length)))];
  const standing = await standingDeliveries(sql, client);
  const waiting = new Map<string, UnderWay>();
  for (const delivery of await pendingAmong(sql, endedIds)) waiting.set(delivery.id, delivery);
  for (const delivery of standing) if (delivery.hasEnded) waiting.set(delivery.id, delivery);
  await recordAttempts(parts, [...waiting.values()]);
  for (const delivery of await standingDeliveries(sql, client)) {
    if (!(await dispatchAgain(sql, delivery, delivery.hasEnded))) continue;
    const what = `no workflow tried it: it is dispatched again, to ${hostOf(delivery)}`;
    parts.mended({ kind: 'delivery', id: delivery.id, what });
  }
}

async function recordAttempts({ sql, replays, mended }: RepairParts, waiting: readonly UnderWay[]): Promise<void> {
  const runs = await replays.runsOf(waiting.map(({ id }) => deliveryWorkflowIdOf(id)));
  for (const { id, redelivery } of waiting) {
    let recorded = 0;
    for (const { seen } of runs.get(deliveryWorkflowIdOf(id)) ?? [])
      for (const what of seen)
        if (what.kind === 'asked' && what.activity === 'recordAttempt') {
          const attempt = what.argument as Attempt;
          if (attempt.redelivery !== redelivery) continue;
          if ((await recordAttempt(sql, attempt)).isNew) recorded += 1;
        }
    const attempts = `${recorded} ${recorded === 1 ? 'attempt' : 'attempts'}`;
    if (recorded > 0) mended({ kind: 'attempts', id, what: `recorded ${attempts} from its workflow's history` });
  }
}

/** Rows that were written a moment ago leave events, of which the workers make deliveries. */
async function eventsDispatched({ sql }: RepairParts): Promise<void> {
  for (const deadline = performance.now() + DISPATCHED_WITHIN_MS; performance.now() < deadline; await sleep(POLL_MS))
    if ((await eventsToDispatch(sql)) === 0) return;
}

/** The path of a webhook's URL may hold a secret of the receiver. */
const hostOf = ({ target }: UnderWay): string => (URL.canParse(target) ? new URL(target).host || target : target);
