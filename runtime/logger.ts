import { type Logger, pino } from 'pino';
import { traceIdNow } from './telemetry/traces.ts';

export type { Logger };

const STDOUT = 1;

/**
 * A logger that writes JSON lines to stdout from the level `LOG_LEVEL` on (default: info). It writes each line at once:
 * buffered lines that nobody reads are retried forever when the process ends (sonic-boom 4.2.1), and the process never
 * exits. A line that is written within a trace has its id, `traceId`.
 */
export const createLogger = (name: string): Logger =>
  pino(
    { name, level: process.env.LOG_LEVEL ?? 'info', mixin: withTrace },
    pino.destination({ fd: STDOUT, sync: true }),
  );

function withTrace(): object {
  const traceId = traceIdNow();
  return traceId === undefined ? {} : { traceId };
}
