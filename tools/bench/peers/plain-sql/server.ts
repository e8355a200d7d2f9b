import { createPeerApp } from '../common/app.ts';
import { createTables, openPool } from '../common/database.ts';
import { peerSettings, servePeer } from '../common/process.ts';
import { sqlDecider } from '../common/sql-decider.ts';
import { sweepEverySecond } from './sweep.ts';

/** Plain SQL: conditional updates, and a sweep that starts and expires what is due. */
const { databaseUrl, apiKey } = peerSettings();
const sql = openPool(databaseUrl);
await createTables(sql);
const sweep = sweepEverySecond(sql);
servePeer(createPeerApp(sql, sqlDecider(sql), apiKey), async () => {
  await sweep.stop();
  await sql.end();
});
