import {
  condition,
  defineUpdate,
  ParentClosePolicy,
  proxySinks,
  type Sinks,
  setHandler,
  sleep,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';

/** What everything is measured against: the least that Temporal can do. */

interface FiredSinks extends Sinks {
  fired: { count(): void };
}
const { fired } = proxySinks<FiredSinks>();

export const bareUpdate = defineUpdate<number, [number]>('bare');

/** Takes an update, adds one number, answers. No I/O, no state but the sum. */
export async function bareCounter(): Promise<void> {
  let sum = 0;
  setHandler(bareUpdate, (amount) => {
    sum += amount;
    return sum;
  });
  await condition(() => false);
}

/** Sleeps until an instant (epoch milliseconds), tells its worker, and stays. */
export async function bareTimer(at: number): Promise<void> {
  await sleep(Math.max(0, at - Date.now()));
  fired.count();
  await condition(() => false);
}

/** Sleeps until an instant (epoch milliseconds), starts one child that outlives it, and stays. */
export async function bareParent(at: number): Promise<void> {
  await sleep(Math.max(0, at - Date.now()));
  await startChild(bareChild, {
    workflowId: `${workflowInfo().workflowId}/child`,
    parentClosePolicy: ParentClosePolicy.ABANDON,
  });
  await condition(() => false);
}

/** Tells its worker, and ends. */
export async function bareChild(): Promise<void> {
  fired.count();
}
