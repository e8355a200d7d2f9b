import { collectDefaultMetrics, Registry } from 'prom-client';

/**
 * The metrics of this process. Each is defined once, beside the code that it measures; docs/monitoring.md lists all of
 * them. Labels have few values: never an id, a name or a path with an id in it.
 */
export const metrics = new Registry();

/** From a millisecond to the longest wait of a caller, in seconds. */
export const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** From at once to hours, in seconds. */
export const LONG_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 3_600, 21_600];
/** How many things go together. */
export const SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];

/** Adds what Node.js knows about its process: CPU time, memory, event loop, garbage collection. A repeated call does nothing. */
export function measureProcess(): void {
  if (isMeasured) return;
  isMeasured = true;
  collectDefaultMetrics({ register: metrics });
}
let isMeasured = false;
