import { connect } from '../db/connect.ts';
import { readDeliverySettings } from '../runtime/delivery-settings.ts';
import { readLimitSettings } from '../runtime/limit-settings.ts';
import { createLogger } from '../runtime/logger.ts';
import { readSettings } from '../runtime/settings.ts';
import { connectClient } from '../runtime/temporal.ts';
import { readTokenSettings } from '../runtime/token-settings.ts';
import { createApp } from './app.ts';
import { createHttpServer } from './http-server.ts';

/** Requests under way get this long to finish once the process is told to stop. */
const DRAIN_MS = 10_000;

const log = createLogger('api');
const { databaseUrl, taskQueue, host, port } = readSettings();
const tokens = readTokenSettings();
const { allowPrivate: allowPrivateWebhooks } = readDeliverySettings();
const limits = readLimitSettings();
const sql = connect(databaseUrl);
const client = await connectClient();
const server = createHttpServer(createApp({ sql, client, taskQueue, log, tokens, allowPrivateWebhooks, limits }));
server.once('error', (error) => {
  log.fatal({ err: error }, 'cannot listen');
  process.exit(1);
});
server.listen(port, host, () => {
  const address = server.address();
  const listening = typeof address === 'object' && address !== null ? address.port : port;
  log.info({ host, port: listening }, 'listening');
  process.send?.({ type: 'ready', port: listening });
});

let stopping = false;
const stop = (why: string) => {
  if (stopping) return;
  stopping = true;
  log.info({ why }, 'draining');
  const timer = setTimeout(() => process.exit(0), DRAIN_MS);
  server.close(async () => {
    await sql.end({ timeout: 5 });
    await client.connection.close();
    clearTimeout(timer);
    log.info('drained');
    process.exit(0);
  });
  server.closeIdleConnections();
};
process.on('SIGTERM', () => stop('SIGTERM'));
process.on('SIGINT', () => stop('SIGINT'));
process.on('disconnect', () => stop('the parent process is gone'));
