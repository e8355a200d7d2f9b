import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { msNumberToTs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';

const Result = proto.temporal.api.enums.v1.FastForwardPollingResult;
const MS_PER_SECOND = 1_000;

/** A little over a leap year: the longest life that is played in one go. */
const LONGEST_MS = 400 * 24 * 60 * 60 * MS_PER_SECOND;
const POLL_MS = 50;
// Each timer on the way costs some workflow tasks of real time; past this something holds the clock (a child, an
// activity).
const LIMIT_MS = 120_000;

/**
 * Moves one workflow's clock ahead by `durationMs` (more than 0, at most 400 days) and returns once it is there. Timers
 * on the way fire. The server must allow time skipping; the workflow must come to rest between its timers. With
 * `alone`, children that it starts on the way begin at its time and do not run ahead by themselves; while they run, its
 * clock cannot be moved.
 */
export async function fastForward(
  connection: Connection,
  namespace: string,
  workflowId: string,
  durationMs: number,
  { alone = false }: { alone?: boolean } = {},
): Promise<void> {
  if (!(durationMs > 0 && durationMs <= LONGEST_MS))
    throw new RangeError(`a fast-forward of ${durationMs} ms is outside 1 ms to 400 days`);
  const fastForwardId = randomUUID();
  const workflowExecution = { workflowId };
  await connection.workflowService.updateWorkflowExecutionOptions({
    namespace,
    workflowExecution,
    workflowExecutionOptions: {
      timeSkippingConfig: {
        enabled: true,
        disablePropagation: alone,
        fastForwardConfig: { id: fastForwardId, duration: msNumberToTs(durationMs) },
      },
    },
    updateMask: { paths: ['time_skipping_config'] },
  });
  await completion(connection, { namespace, workflowExecution, fastForwardId });
}

async function completion(
  connection: Connection,
  request: { namespace: string; workflowExecution: { workflowId: string }; fastForwardId: string },
): Promise<void> {
  const deadline = Date.now() + LIMIT_MS;
  while (Date.now() < deadline) {
    // A long poll: the server answers when the clock is there, or after a while that it is not there yet.
    const { fastForwardPollingResult, failedReason } =
      await connection.workflowService.pollWorkflowExecutionTimeSkipping(request);
    if (fastForwardPollingResult === Result.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_COMPLETED) return;
    if (fastForwardPollingResult === Result.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_FAILED) {
      throw new Error(`the clock of ${request.workflowExecution.workflowId} cannot get there: ${failedReason}`);
    }
    await sleep(POLL_MS);
  }
  throw new Error(
    `the clock of ${request.workflowExecution.workflowId} did not get there within ${LIMIT_MS / MS_PER_SECOND} s`,
  );
}
