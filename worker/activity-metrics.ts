import type { ActivityInterceptors, WorkerInterceptors } from '@temporalio/worker';
import { Histogram } from 'prom-client';
import { metrics, SECONDS } from '../runtime/telemetry/registry.ts';

const seconds = new Histogram({
  name: 'allot_activity_seconds',
  help: 'Time of what workflows ask of the world. Local ones run within a workflow task; writeLedger as an activity is a checkpoint',
  labelNames: ['activity', 'how', 'outcome'],
  buckets: SECONDS,
  registers: [metrics],
});

type ActivityContext = Parameters<NonNullable<WorkerInterceptors['activity']>[number]>[0];

/** Times the activities of a worker. */
export const timeActivities = ({ info }: ActivityContext): ActivityInterceptors => ({
  inbound: {
    async execute(input, next) {
      const end = seconds.startTimer({ activity: info.activityType, how: info.isLocal ? 'local' : 'activity' });
      try {
        const result = await next(input);
        end({ outcome: 'ok' });
        return result;
      } catch (error) {
        end({ outcome: 'failed' });
        throw error;
      }
    },
  },
});
