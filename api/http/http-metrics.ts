import type { RequestHandler } from 'express';
import { Counter, Gauge, Histogram } from 'prom-client';
import { metrics } from '../../runtime/telemetry/registry.ts';

const registers = [metrics];

const seconds = new Histogram({
  name: 'allot_http_request_seconds',
  help: 'Time from request to answer',
  labelNames: ['route', 'status'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  registers,
});

const underWay = new Gauge({
  name: 'allot_http_requests_in_progress',
  help: 'Requests that have a route and no answer yet',
  registers,
});

/** Problem details by code, those in lists of results not included. */
export const problems = new Counter({
  name: 'allot_http_problems_total',
  help: 'Requests that were answered with problem details, by the code of the problem',
  labelNames: ['code'],
  registers,
});
// The first error of this kind must be seen as an increase.
problems.inc({ code: 'internal' }, 0);
problems.inc({ code: 'unavailable' }, 0);

/** Callers that were not let in. */
export const accessRefusals = new Counter({
  name: 'allot_access_refused_total',
  help: 'Requests refused because a key or a permission was missing, or because there were too many',
  labelNames: ['code'],
  registers,
});

/** Times the requests of a route, which is named by its template: `get /v1/cases/{id}`. */
export const timed =
  (route: string): RequestHandler =>
  (_request, response, next) => {
    const begun = performance.now();
    underWay.inc();
    response.once('close', () => {
      underWay.dec();
      if (response.writableFinished)
        seconds.observe({ route, status: response.statusCode }, (performance.now() - begun) / 1_000);
    });
    next();
  };
