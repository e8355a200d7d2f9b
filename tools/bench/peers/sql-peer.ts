import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { connect } from '../../../db/postgres/connect.ts';
import { freePort } from '../../../dev/free-port.ts';
import { startProcess } from '../../../dev/stack.ts';
import { distDir } from '../../../runtime/project-dir.ts';
import { each } from '../load.ts';
import { draft, must, type Peer, type PeerName, peerClient } from './peer.ts';

const FOLDERS = { 'plain SQL': 'plain-sql', 'pg-boss': 'pg-boss', DBOS: 'dbos' } as const;
const WIDTH = 32;
/** DBOS names every workflow that sleeps when it ends, in one line. */
const SHOWN = 200;

/** Starts a peer that is one process on a database of its own. */
export async function startSqlPeer(
  name: Exclude<PeerName, 'Allot'>,
  databaseUrl: string,
  say: (line: string) => void,
): Promise<Peer> {
  const apiKey = randomBytes(24).toString('hex');
  const port = await freePort();
  const env = { DATABASE_URL: databaseUrl, PEER_API_KEY: apiKey, PORT: String(port) };
  const program = join(distDir, 'tools', 'bench', 'peers', FOLDERS[name], 'server.js');
  const start = () =>
    startProcess('api', env, { program, onWarning: (line) => say(`${name}: ${line.slice(0, SHOWN)}`) });
  let process = await start();
  const client = peerClient(port, apiKey);
  const sql = connect(databaseUrl, { max: 2 });
  const peer: Peer = {
    name,
    database: new URL(databaseUrl).pathname.slice(1),
    sql,
    remainingColumn: 'remaining',
    pids: () => ({ server: process.pid }),
    send: client.send,
    makeTimed: async (customerId, terms) => {
      await must(peer, 201, 'PUT', `/v1/customers/${customerId}`, { type: 'account', name: customerId });
      await each(terms, WIDTH, async ({ startsAt, endsAt }, n) => {
        const instants = { startsAt: new Date(startsAt).toISOString(), endsAt: new Date(endsAt).toISOString() };
        const id = await draft(peer, { name: `${customerId}-${n}`, customerId, totalTerm: 10, ...instants });
        await must(peer, 200, 'POST', `/v1/entitlements/${id}/activate`, {});
      });
    },
    bytesElsewhere: async () => 0,
    kill: async () => {
      process.kill('SIGKILL');
      await process.exited;
    },
    restart: async () => {
      process = await start();
    },
    stop: async () => {
      await client.close();
      await sql.end();
      await process.stop();
    },
  };
  return peer;
}
