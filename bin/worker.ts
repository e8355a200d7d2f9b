import { createLogger } from '../runtime/logger.ts';
import { readSettings } from '../runtime/settings.ts';
import { startWorker } from '../worker/worker.ts';

const log = createLogger('worker');
const worker = await startWorker(readSettings(), log);
void worker.started.then(() => process.send?.({ type: 'ready' }));

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

await worker.finished;
log.info('drained');
process.exit(0);
