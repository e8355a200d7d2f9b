import { type Logger, pino } from 'pino';

export type { Logger };

const STDOUT = 1;

/**
 * JSON lines on stdout. `LOG_LEVEL` says how much (default info). Each line is written at once: lines that are left for the
 * end of the process are tried again for ever when nobody reads them any more (sonic-boom 4.2.1), and it never ends.
 */
export const createLogger = (name: string): Logger =>
  pino({ name, level: process.env.LOG_LEVEL ?? 'info' }, pino.destination({ fd: STDOUT, sync: true }));
