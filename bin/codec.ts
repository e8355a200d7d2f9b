// `node dist/bin/codec.js`: the codec endpoint, by which the Temporal UI shows encrypted payloads; see docs/encryption.md.
import { KnownKeys } from '../api/access/known-keys.ts';
import { readTokenSettings } from '../api/access/token-settings.ts';
import { createCodecApp } from '../api/codec/codec-app.ts';
import { readCodecSettings } from '../api/codec/codec-settings.ts';
import { createHttpServer } from '../api/http/http-server.ts';
import { readLimitSettings } from '../api/http/limit-settings.ts';
import { findApiKey } from '../db/access/api-keys.ts';
import { connect } from '../db/postgres/connect.ts';
import { createLogger } from '../runtime/logger.ts';
import { orExit } from '../runtime/or-exit.ts';
import { readSettings } from '../runtime/settings.ts';
import { tellParent } from '../runtime/tell-parent.ts';
import { payloadEncryption } from '../temporal/encryption/payload-encryption.ts';

/** A page of the Temporal UI asks a few times at once. */
const CONNECTIONS = 2;
const DRAIN_MS = 5_000;

const log = createLogger('codec');
const { databaseUrl } = orExit(readSettings);
const settings = orExit(readCodecSettings);
const tokens = orExit(readTokenSettings);
const limits = orExit(readLimitSettings);
const encryption = orExit(payloadEncryption);
if (!encryption.hasKeys) log.warn('ALLOT_PAYLOAD_KEYS is not set: there is nothing to decrypt');
const sql = connect(databaseUrl, { max: CONNECTIONS });
const keys = new KnownKeys((key) => findApiKey(sql, key));
const server = createHttpServer(createCodecApp({ encryption, settings, keys, tokens, limits, log }));
server.once('error', (error) => {
  log.fatal({ err: error }, 'cannot listen');
  process.exit(1);
});
server.listen(settings.port, settings.host, () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : settings.port;
  log.info({ host: settings.host, port, origins: settings.origins }, 'listening');
  tellParent({ type: 'ready', port });
});

const stop = () => {
  setTimeout(() => process.exit(0), DRAIN_MS).unref();
  server.close(async () => {
    await sql.end({ timeout: 1 });
    process.exit(0);
  });
  server.closeIdleConnections();
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
process.once('disconnect', stop);
