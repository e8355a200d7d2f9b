import { randomUUID } from 'node:crypto';
import { Connection } from '@temporalio/client';
import { newAdministratorKey } from '../../../db/access/new-key.ts';
import { connect } from '../../../db/postgres/connect.ts';
import { migrate } from '../../../db/postgres/migrate.ts';
import { freePort } from '../../../dev/free-port.ts';
import { startProcess } from '../../../dev/stack.ts';
import type { Entitlement } from '../../../domain/entitlements/entitlement.ts';
import { createEntitlement, record } from '../../../domain/entitlements/evolve.ts';
import { entitlementId } from '../../../domain/ids.ts';
import { type LedgerRow, lifeRow } from '../../../domain/ledger/ledger-row.ts';
import { clientOn } from '../../../temporal/connection.ts';
import { startCarried } from '../due-together.ts';
import { each } from '../load.ts';
import { benchDetails, benchOrigin } from '../records.ts';
import { type Peer, peerClient } from './peer.ts';
import type { PeerServers } from './servers.ts';

const WIDTH = 16;
const CASES = 10;

/** Starts Allot as `npm start` runs it: a worker and an API, on the Temporal of the servers. */
export async function startAllotPeer(servers: PeerServers, say: (line: string) => void): Promise<Peer> {
  const { databaseUrl, temporalAddress } = servers;
  await migrate(databaseUrl);
  const sql = connect(databaseUrl, { max: 4 });
  const port = await freePort();
  const env = {
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: temporalAddress,
    LOG_LEVEL: 'warn',
    PORT: String(port),
    ALLOT_METRICS_ADDRESS: `127.0.0.1:${await freePort()}`,
  };
  const onWarning = (line: string) => say(`Allot: ${line}`);
  const start = async () => {
    const [worker, api] = await Promise.all([
      startProcess('worker', env, { onWarning }),
      startProcess('api', env, { onWarning }),
    ]);
    return { worker, api };
  };
  let processes = await start();
  const connection = await Connection.connect({ address: temporalAddress });
  const temporal = clientOn(connection);
  const client = peerClient(port, await newAdministratorKey(sql, 'bench'));
  return {
    name: 'Allot',
    database: new URL(databaseUrl).pathname.slice(1),
    sql,
    remainingColumn: 'remaining_term',
    pids: () => ({ API: processes.api.pid, worker: processes.worker.pid, Temporal: servers.pids.temporal }),
    send: client.send,
    // Dates begin at midnight. To have them turn now, their workflows are handed the instants.
    makeTimed: (customerId, terms) =>
      each(terms, WIDTH, async ({ startsAt, endsAt }) => {
        const { entitlement, rows } = timed(`ent_${randomUUID()}`, customerId, startsAt, endsAt);
        await startCarried({ sql, temporal }, entitlement, rows);
      }),
    bytesElsewhere: servers.temporalBytes,
    kill: async () => {
      const { worker, api } = processes;
      for (const process of [worker, api]) process.kill('SIGKILL');
      await Promise.all([worker.exited, api.exited]);
    },
    restart: async () => {
      processes = await start();
    },
    stop: async () => {
      await client.close();
      await connection.close();
      await sql.end();
      await processes.api.stop();
      await processes.worker.stop();
    },
  };
}

function timed(
  id: string,
  customerId: string,
  startsAt: number,
  endsAt: number,
): { entitlement: Entitlement; rows: LedgerRow[] } {
  const origin = benchOrigin();
  const details = benchDetails(id, customerId);
  const draft = createEntitlement(entitlementId(id), lifeRow(origin, 'created', { details }, CASES));
  const status = startsAt <= Date.now() ? 'active' : 'waiting';
  const activated = record(draft.entitlement, lifeRow(origin, 'activated', { status, startsAt, endsAt }));
  return { entitlement: activated.entitlement, rows: [draft.row, activated.row] };
}
