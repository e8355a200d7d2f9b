import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import { proxySinks, type Sinks, type WorkflowInterceptors, workflowInfo } from '@temporalio/workflow';

/** Where the library of traces puts the sender's trace: a map with `traceparent`, as W3C names it. */
const TRACE_HEADER = '_tracer-data';

/** What a workflow did with one update, for the trace of its sender. */
export interface HandledUpdate {
  readonly name: string;
  /** W3C trace context of the sender. */
  readonly traceparent: string;
  /** When the workflow began with it and when it had decided, by the machine's clock: milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
  /** The handler threw: a refusal, or a fault. */
  readonly hasFailed: boolean;
}

export interface HandledTrace extends Sinks {
  traces: { handled(update: HandledUpdate): void };
}

/**
 * Tells the worker when a workflow handled an update whose sender is traced. The library's own interceptors wait once
 * more around each handler, which changes the order in which a workflow goes on; this one hands on the handler's promise
 * as it is, so a history replays the same with and without traces. What it tells is no part of the history: when a task is
 * tried again, it is told again, and a workflow that was rebuilt while the update waited tells the time since then.
 */
export const interceptors = (): WorkflowInterceptors => {
  const { traces } = proxySinks<HandledTrace>();
  return {
    inbound: [
      {
        handleUpdate: (input, next) => {
          const traceparent = traceparentIn(input.headers);
          if (traceparent === undefined) return next(input);
          const { now } = workflowInfo().unsafe;
          const from = now();
          const answer = next(input);
          const report = (hasFailed: boolean) => () =>
            traces.handled({ name: input.name, traceparent, from, until: now(), hasFailed });
          answer.then(report(false), report(true));
          return answer;
        },
      },
    ],
  };
};

/** Undefined where there is none: anybody can send any header. */
function traceparentIn(headers: Headers): string | undefined {
  const header = headers[TRACE_HEADER];
  if (header === undefined) return undefined;
  try {
    const carrier = defaultPayloadConverter.fromPayload<{ readonly traceparent?: unknown } | null>(header);
    return typeof carrier?.traceparent === 'string' ? carrier.traceparent : undefined;
  } catch {
    return undefined;
  }
}
