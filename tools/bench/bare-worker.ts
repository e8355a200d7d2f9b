import { join } from 'node:path';
import { bundleWorkflowCode, Runtime, Worker } from '@temporalio/worker';
import { projectDir } from '../../runtime/project-dir.ts';
import { temporalNamespace } from '../../temporal/connection.ts';
import { payloadEncryption } from '../../temporal/encryption/payload-encryption.ts';
import { connectWorker } from '../../temporal/worker-connection.ts';

/** A process of its own, as the product's worker is: serves the bare workflows and counts the timers that fired. */
const quiet = () => undefined;
const logger = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet };
Runtime.install({ logger });
let count = 0;
const worker = await Worker.create({
  connection: await connectWorker(),
  namespace: temporalNamespace(),
  taskQueue: 'bare',
  // Compared with our worker, it pays for the encryption of payloads too.
  dataConverter: payloadEncryption().ofClients,
  workflowBundle: await bundleWorkflowCode({
    workflowsPath: join(projectDir, 'tools', 'bench', 'bare-workflows.ts'),
    logger,
  }),
  sinks: {
    fired: {
      count: {
        fn: () => {
          count += 1;
          process.send?.({ type: 'fired', count, at: Date.now() });
        },
        callDuringReplay: false,
      },
    },
  },
});
process.send?.({ type: 'ready' });
const stop = () => {
  if (worker.getState() === 'RUNNING') worker.shutdown();
};
process.on('disconnect', stop);
process.on('SIGTERM', stop);
await worker.run();
process.exit(0);
