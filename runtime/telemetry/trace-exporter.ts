import type { Attributes } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';

/**
 * The attributes that may leave the process. Libraries add more: the description of a workflow, its search attributes,
 * the text of an error; all of these can hold names and titles.
 */
const ALLOWED: ReadonlySet<string> = new Set([
  'allot.batch.size',
  'allot.case.events',
  'allot.cases.read',
  'allot.ledger.rows',
  'attempt',
  'db.query.summary',
  'db.system.name',
  'error.type',
  'http.request.method',
  'http.response.status_code',
  'http.route',
  'run_id',
  'taskQueue',
  'temporalActivityId',
  'temporalUpdateId',
  'temporalWorkflowId',
  'workflowId',
  'workflowType',
]);

/** Exports spans with the allowed attributes alone: without events, and without the text of an error. */
export const withoutNames = (exporter: SpanExporter): SpanExporter => ({
  export: (spans, done) => exporter.export(spans.map(bare), done),
  shutdown: () => exporter.shutdown(),
  forceFlush: async () => await exporter.forceFlush?.(),
});

function bare(span: ReadableSpan): ReadableSpan {
  return Object.create(span, {
    attributes: { value: allowed(span.attributes) },
    events: { value: [] },
    links: { value: span.links.map(({ context }) => ({ context })) },
    status: { value: { code: span.status.code } },
    spanContext: { value: () => span.spanContext() },
  });
}

const allowed = (attributes: Attributes): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => ALLOWED.has(name)));
