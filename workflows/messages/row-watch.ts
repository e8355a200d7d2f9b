import { proxySinks, type Sinks, type WorkflowInterceptors } from '@temporalio/workflow';

/** What a workflow asked for while its history is replayed. */
export interface RowWatch extends Sinks {
  watch: {
    /** The first argument of an activity that was asked for, local or not. */
    asked(activity: string, argument: unknown): void;
  };
}

/**
 * Watches a replay, and changes nothing. A local activity leaves its result in the history but not its arguments, which
 * hold the rows that the workflow wrote itself: the replay makes them again. It hands on each promise as it is: one more
 * around it would change the order in which the workflow goes on, and the replay would fail. It is part of no production
 * bundle.
 */
export const interceptors = (): WorkflowInterceptors => {
  const { watch } = proxySinks<RowWatch>();
  return {
    outbound: [
      {
        scheduleActivity: (input, next) => {
          watch.asked(input.activityType, input.args[0]);
          return next(input);
        },
        scheduleLocalActivity: (input, next) => {
          watch.asked(input.activityType, input.args[0]);
          return next(input);
        },
      },
    ],
  };
};
