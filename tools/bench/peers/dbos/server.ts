import { DBOS } from '@dbos-inc/dbos-sdk';
import { createPeerApp } from '../common/app.ts';
import { createTables, openPool, POOL } from '../common/database.ts';
import { peerSettings, servePeer } from '../common/process.ts';
import { registerWorkflows } from './workflows.ts';

/** DBOS: each decision a durable workflow with a transactional step, each entitlement's timers durable sleeps. */
const { databaseUrl, apiKey } = peerSettings();
const sql = openPool(databaseUrl);
await createTables(sql);
DBOS.setConfig({
  name: 'peer',
  systemDatabaseUrl: databaseUrl,
  systemDatabasePoolSize: POOL,
  // Fixed, so that a process that starts again goes on with the workflows of the one before.
  applicationVersion: 'peer',
  logLevel: 'warn',
});
const decider = registerWorkflows(sql);
await DBOS.launch();
servePeer(createPeerApp(sql, decider, apiKey), async () => {
  await DBOS.shutdown();
  await sql.end();
});
