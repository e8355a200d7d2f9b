import { createLogger } from '../runtime/logger.ts';
import { orExit } from '../runtime/or-exit.ts';
import { readSettings } from '../runtime/settings.ts';
import { tracesOf } from '../runtime/telemetry/trace-parts.ts';
import { tellParent } from '../runtime/tell-parent.ts';
import { payloadEncryption } from '../temporal/encryption/payload-encryption.ts';
import { startWorker } from '../worker/worker.ts';

const log = createLogger('worker');
const settings = orExit(readSettings);
orExit(payloadEncryption);
const traces = await tracesOf('allot-worker');
const worker = await startWorker(settings, { log, traces });
void worker.started.then(() => tellParent({ type: 'ready' }));

let stopping = false;
const stop = (why: string) => {
  if (stopping) return;
  stopping = true;
  log.info({ why }, 'draining');
  worker.stop();
};
process.on('SIGTERM', () => stop('SIGTERM'));
process.on('SIGINT', () => stop('SIGINT'));
process.on('disconnect', () => stop('the parent process is gone'));
// It may have gone while this process started, before anybody listened.
if (process.connected === false) stop('the parent process is gone');

await worker.finished;
await traces?.stop();
log.info('drained');
process.exit(0);
