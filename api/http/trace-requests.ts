import type { Request, RequestHandler } from 'express';
import { endSpan, type OpenSpan, openServerSpan, runWithin, tracesAreOn } from '../../runtime/telemetry/traces.ts';

const spans = new WeakMap<Request, OpenSpan>();

/**
 * Records each request as a span. The trace is that of the caller's `traceparent`, or a new one; its id is in the
 * answer's header `X-Trace-Id`. Does nothing while traces are off.
 */
export const traceRequests: RequestHandler = (request, response, next) => {
  if (!tracesAreOn()) {
    next();
    return;
  }
  const { method } = request;
  const open = openServerSpan(method, request.headers, { 'http.request.method': method });
  spans.set(request, open);
  response.set('X-Trace-Id', open.span.spanContext().traceId);
  response.once('close', () => {
    const { statusCode } = response;
    open.span.setAttribute('http.response.status_code', statusCode);
    endSpan(open.span, statusCode >= 500 ? { code: String(statusCode) } : undefined);
  });
  runWithin(open, next);
};

/**
 * Names the span by the template of the route, and enters its trace: the body's bytes come in the context of the
 * connection, which is none.
 */
export const traceRoute =
  (route: string): RequestHandler =>
  (request, _response, next) => {
    const open = spans.get(request);
    if (open === undefined) {
      next();
      return;
    }
    open.span.updateName(route);
    open.span.setAttribute('http.route', route.slice(route.indexOf(' ') + 1));
    runWithin(open, next);
  };
