// `node dist/bin/worker-health.js`: a container's health check. Exit status 0 when this machine's worker polls Temporal.
import { hostname } from 'node:os';
import proto from '@temporalio/proto';
import { readSettings } from '../runtime/settings.ts';
import { connectClient } from '../temporal/connection.ts';

// A worker polls at least once a minute; one that has been silent for longer is stuck or gone.
const SILENT_LIMIT_MS = 90_000;
const ANSWER_WITHIN_MS = 5_000;
const MS_PER_SECOND = 1_000;

const client = await connectClient();
const { pollers } = await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
  client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: readSettings().taskQueue },
    taskQueueType: proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
  }),
);
await client.connection.close();

// The SDK names a worker "process@machine".
const lastAskedMs = (pollers ?? [])
  .filter(({ identity }) => identity?.endsWith(`@${hostname()}`))
  .map(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * MS_PER_SECOND);
const isHealthy = lastAskedMs.some((askedMs) => Date.now() - askedMs < SILENT_LIMIT_MS);
console.log(isHealthy ? 'The worker asks for work.' : 'No worker of this machine asks for work.');
process.exitCode = isHealthy ? 0 : 1;
