import { type LogLevel, Runtime } from '@temporalio/worker';
import type { Logger } from '../runtime/logger.ts';

/**
 * Writes the logs of Temporal's TypeScript side and of its native core into our log, as JSON lines. Otherwise the core
 * writes coloured lines beside it. With an address, the core serves its metrics there, in seconds and with the suffixes
 * of Prometheus. Done once for each process.
 */
export function installTemporalRuntime(log: Logger, metricsAddress?: string): void {
  if (isInstalled) return;
  isInstalled = true;
  const write = (level: Level, message: string, meta?: object) => log[levelOf(message, level)](readable(meta), message);
  Runtime.install({
    telemetryOptions: {
      logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } },
      ...(metricsAddress === undefined ? {} : { metrics: { prometheus: { bindAddress: metricsAddress, ...UNITS } } }),
    },
    logger: {
      log: (level, message, meta) => write(LEVELS[level], message, meta),
      trace: (message, meta) => write('trace', message, meta),
      debug: (message, meta) => write('debug', message, meta),
      info: (message, meta) => write('info', message, meta),
      warn: (message, meta) => write('warn', message, meta),
      error: (message, meta) => write('error', message, meta),
    },
  });
}
let isInstalled = false;

const UNITS = { countersTotalSuffix: true, unitSuffix: true, useSecondsForDurations: true };

type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error';
const LEVELS: Readonly<Record<LogLevel, Level>> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

/** Some of Temporal's warnings are only information here. */
function levelOf(message: string, level: Level): Level {
  // While Temporal is away, every poll repeats this warning; the heartbeat warns once.
  return /^gRPC call \w+ retried/.test(message) ? 'info' : level;
}

/** The library names errors `error`; our log writes the message and the stack of `err` alone. */
function readable(meta: object | undefined): object {
  if (meta === undefined || !('error' in meta)) return { ...meta };
  const { error: err, ...rest } = meta;
  return { ...rest, err };
}
