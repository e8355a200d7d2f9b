import { readDeliverySettings } from '../activities/deliveries/delivery-settings.ts';
import { readTokenSettings } from '../api/access/token-settings.ts';
import { createApp } from '../api/app.ts';
import { readConsoleSettings } from '../api/console/settings.ts';
import { createHttpServer } from '../api/http/http-server.ts';
import { readLimitSettings } from '../api/http/limit-settings.ts';
import { createLedgerStore } from '../db/ledger/ledger.ts';
import { connect, connectForLookups } from '../db/postgres/connect.ts';
import { createLogger } from '../runtime/logger.ts';
import { orExit } from '../runtime/or-exit.ts';
import { readSettings } from '../runtime/settings.ts';
import { tracesOf } from '../runtime/telemetry/trace-parts.ts';
import { tellParent } from '../runtime/tell-parent.ts';
import { clientTraces } from '../temporal/client-traces.ts';
import { lastingClient, temporalNamespace } from '../temporal/connection.ts';
import { TemporalLink } from '../temporal/connection-link.ts';
import { payloadEncryption } from '../temporal/encryption/payload-encryption.ts';

/**
 * How long requests under way may take to finish once the process is told to stop; every caller is answered by then.
 */
const DRAIN_MS = 15_000;
/** How soon a kept-alive connection is closed once its last request is answered. */
const CLOSE_IDLE_EVERY_MS = 50;

const log = createLogger('api');
const { databaseUrl, taskQueue, host, port, temporalUiUrl } = orExit(readSettings);
orExit(payloadEncryption);
const traces = await tracesOf('allot-api');
const tokens = readTokenSettings();
const { allowPrivate: allowPrivateWebhooks } = readDeliverySettings();
const limits = readLimitSettings();
const consoleSettings = readConsoleSettings(tokens);
const sql = connect(databaseUrl, { purpose: 'serving' });
const lookups = connectForLookups(databaseUrl);
const { client, renew } = lastingClient(await clientTraces());
const link = new TemporalLink(client, renew, log);
const store = createLedgerStore(sql, lookups);
const temporalUi = temporalUiUrl === null ? null : { url: temporalUiUrl, namespace: temporalNamespace() };
const server = createHttpServer(
  createApp({
    sql,
    lookups,
    store,
    client,
    taskQueue,
    log,
    tokens,
    allowPrivateWebhooks,
    limits,
    consoleSettings,
    temporalUi,
  }),
);
server.once('error', (error) => {
  log.fatal({ err: error }, 'cannot listen');
  process.exit(1);
});
server.listen(port, host, () => {
  const address = server.address();
  const listening = typeof address === 'object' && address !== null ? address.port : port;
  log.info({ host, port: listening }, 'listening');
  tellParent({ type: 'ready', port: listening });
});

let stopping = false;
// A request that comes on an open connection while this process stops is answered; the next one goes to another
// process.
server.prependListener('request', (_request, response) => {
  response.shouldKeepAlive &&= !stopping;
});
const stop = (why: string) => {
  if (stopping) return;
  stopping = true;
  log.info({ why }, 'draining');
  const timer = setTimeout(() => process.exit(0), DRAIN_MS);
  const closing = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS);
  server.close(async () => {
    clearInterval(closing);
    link.stop();
    await Promise.all([sql.end({ timeout: 5 }), lookups.end({ timeout: 5 })]);
    await client.connection.close();
    await traces?.stop();
    clearTimeout(timer);
    log.info('drained');
    process.exit(0);
  });
};
process.on('SIGTERM', () => stop('SIGTERM'));
process.on('SIGINT', () => stop('SIGINT'));
process.on('disconnect', () => stop('the parent process is gone'));
// It may have gone while this process started, before anybody listened.
if (process.connected === false) stop('the parent process is gone');
