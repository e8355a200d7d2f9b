import {
  type Attributes,
  type Context,
  context,
  isSpanContextValid,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';

/** Whether this process records traces; `startTraces` says so once, before any work. */
let isOn = false;
export const tracesAreOn = (): boolean => isOn;
export const setTracesOn = (on: boolean): void => {
  isOn = on;
};

const tracer = trace.getTracer('allot');

/** The trace of some work that goes on elsewhere, or later. Undefined while traces are off. */
export type TraceOfCaller = Context | undefined;

/** The trace of the code that runs now, for work that is done together with that of others. */
export const presentTrace = (): TraceOfCaller => (isOn ? context.active() : undefined);

/** The id of the present trace, as 32 hexadecimal digits; undefined where there is none. */
export function traceIdNow(): string | undefined {
  if (!isOn) return undefined;
  const present = trace.getSpanContext(context.active());
  return present !== undefined && isSpanContextValid(present) ? present.traceId : undefined;
}

/** Runs the work as a span within the present trace. While traces are off, it just runs it. */
export function traced<Result>(name: string, attributes: Attributes, work: () => Promise<Result>): Promise<Result> {
  if (!isOn) return work();
  return tracer.startActiveSpan(name, { attributes }, (span) => ended(span, work()));
}

/**
 * Runs the work that several callers share. It is a span in the trace of the first caller; links lead to the spans of
 * the others, and from their spans to it.
 */
export function tracedTogether<Result>(
  name: string,
  attributes: Attributes,
  callers: readonly TraceOfCaller[],
  work: () => Promise<Result>,
): Promise<Result> {
  if (!isOn) return work();
  const known = callers.filter((caller) => caller !== undefined);
  const first = known.find(isSampled) ?? known[0] ?? ROOT_CONTEXT;
  const others = known.filter((caller) => caller !== first);
  const span = tracer.startSpan(name, { attributes, links: others.flatMap(linkTo) }, first);
  for (const other of others) trace.getSpan(other)?.addLink({ context: span.spanContext() });
  return context.with(trace.setSpan(first, span), () => ended(span, work()));
}

function isSampled(caller: Context): boolean {
  return trace.getSpan(caller)?.isRecording() ?? false;
}

function linkTo(caller: Context): Link[] {
  const of = trace.getSpanContext(caller);
  return of === undefined ? [] : [{ context: of }];
}

/** A span without an end yet, and its trace. */
export interface OpenSpan {
  readonly span: Span;
  readonly within: Context;
}

/** Begins the span of a request from outside. The trace goes on from the caller's header `traceparent`, if it has one. */
export function openServerSpan(name: string, headers: object, attributes: Attributes): OpenSpan {
  const caller = propagation.extract(ROOT_CONTEXT, headers);
  const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, caller);
  return { span, within: trace.setSpan(caller, span) };
}

/** Runs a function within the trace of an open span. */
export const runWithin = <Result>({ within }: OpenSpan, work: () => Result): Result => context.with(within, work);

/** A span of a statement to PostgreSQL within a trace; undefined where there is no trace to put it in. */
export function openStatementSpan(name: string): Span | undefined {
  const present = context.active();
  if (trace.getSpanContext(present) === undefined) return undefined;
  return tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes: { 'db.system.name': 'postgresql' } }, present);
}

interface FinishedSpan {
  /** W3C trace context of whoever asked for the work. */
  readonly traceparent: string;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
  readonly hasFailed: boolean;
}

/** Records a span of work that is over, within the trace of its sender. Nothing happens while traces are off. */
export function recordSpan(
  name: string,
  attributes: Attributes,
  { traceparent, from, until, hasFailed }: FinishedSpan,
): void {
  if (!isOn) return;
  const sender = propagation.extract(ROOT_CONTEXT, { traceparent });
  const span = tracer.startSpan(name, { attributes, startTime: from }, sender);
  if (hasFailed) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(until);
}

/** Ends the span; a failed one says the kind of its error and nothing of its text, which can hold names. */
export function endSpan(span: Span, error?: unknown): void {
  if (error !== undefined) {
    span.setAttribute('error.type', kindOf(error));
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}

async function ended<Result>(span: Span, work: Promise<Result>): Promise<Result> {
  try {
    const result = await work;
    endSpan(span);
    return result;
  } catch (error) {
    endSpan(span, error ?? 'unknown');
    throw error;
  }
}

function kindOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown';
  if ('refusal' in error && typeof error.refusal === 'object' && error.refusal !== null && 'code' in error.refusal)
    return String(error.refusal.code);
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'unknown';
}
