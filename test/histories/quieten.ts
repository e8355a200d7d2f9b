import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';

/** A worker within a test tells errors alone: that it starts and stops is nothing to look at. Once a process. */
export function quieten(): void {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: {
      logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }), forward: {} },
    },
  });
}
