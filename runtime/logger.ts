import { type Logger, pino } from 'pino';

export type { Logger };

/** JSON lines on stdout. `LOG_LEVEL` says how much (default info). */
export const createLogger = (name: string): Logger => pino({ name, level: process.env.LOG_LEVEL ?? 'info' });
