import { createPeerApp } from '../common/app.ts';
import { createTables, openPool } from '../common/database.ts';
import { activateEntitlement } from '../common/decisions.ts';
import { peerSettings, servePeer } from '../common/process.ts';
import { sqlDecider } from '../common/sql-decider.ts';
import { startTimers } from './timers.ts';

/** The decisions of plain SQL, and a pg-boss job for each start and each end, sent in the transaction that activates. */
const { databaseUrl, apiKey } = peerSettings();
const sql = openPool(databaseUrl);
await createTables(sql);
const timers = await startTimers(sql, databaseUrl);
const app = createPeerApp(
  sql,
  {
    ...sqlDecider(sql),
    activate: (id) =>
      sql.begin(async (transaction) => {
        const activated = await activateEntitlement(transaction, id);
        if (activated !== undefined) await timers.set(transaction, id, activated);
        return activated;
      }),
  },
  apiKey,
);
servePeer(app, async () => {
  await timers.stop();
  await sql.end();
});
