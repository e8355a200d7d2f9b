import { DefaultLogger, IllegalStateError, makeTelemetryFilterString, Runtime } from '@temporalio/worker';

/**
 * A worker within a test tells errors alone: that it starts and stops is nothing to look at. Changes nothing in a process
 * where an earlier test file has started a worker.
 */
export function quieten(): void {
  const forErrors = {
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: {
      logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }), forward: {} },
    },
  };
  try {
    Runtime.install(forErrors);
  } catch (error) {
    if (!(error instanceof IllegalStateError)) throw error;
  }
}
