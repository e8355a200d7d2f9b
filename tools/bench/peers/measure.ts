import { readFile } from 'node:fs/promises';
import { cpuMs } from '../cpu.ts';
import type { Peer } from './peer.ts';
import type { PeerServers } from './servers.ts';

/** What has been used so far. */
export interface Used {
  /** CPU milliseconds of each of the peer's own processes. */
  readonly cpu: Readonly<Record<string, number>>;
  /** CPU milliseconds of each PostgreSQL process that works for the peer, by its id. */
  readonly postgres: ReadonlyMap<number, number>;
  readonly walBytes: number;
  readonly statements: number;
  readonly bytesElsewhere: number;
}

/** What was used between two moments. */
export interface Use {
  /** CPU milliseconds by process, PostgreSQL included. */
  readonly cpu: Readonly<Record<string, number>>;
  readonly walBytes: number;
  readonly statements: number;
  readonly bytesElsewhere: number;
}

/**
 * Reads what a peer has used. PostgreSQL's share is that of the peer's own connections and, `withBackground`, of the
 * server's processes that write for everybody: right while one peer alone is under load.
 */
export async function readUsed({ sql }: PeerServers, peer: Peer, withBackground: boolean): Promise<Used> {
  const backends = await sql<{ pid: number }[]>`
    select pid from pg_stat_activity
    where datname = ${peer.database} or (${withBackground} and backend_type not in ('client backend', 'autovacuum worker'))`;
  const [counted] = await sql<{ wal: number; statements: number }[]>`
    select (pg_current_wal_insert_lsn() - '0/0')::float8 as wal,
      (select coalesce(sum(calls), 0)::float8 from pg_stat_statements s join pg_database d on d.oid = s.dbid
       where d.datname = ${peer.database}) as statements`;
  const cpu: Record<string, number> = {};
  for (const [what, pid] of Object.entries(peer.pids())) cpu[what] = (await cpuMs(pid)) ?? 0;
  const postgres = new Map<number, number>();
  for (const { pid } of backends) postgres.set(pid, (await cpuMs(pid)) ?? 0);
  return {
    cpu,
    postgres,
    walBytes: counted?.wal ?? 0,
    statements: counted?.statements ?? 0,
    bytesElsewhere: await peer.bytesElsewhere(),
  };
}

/** What was used in between. A PostgreSQL process that came meanwhile counts from its start. */
export function usedBetween(before: Used, after: Used): Use {
  const cpu = Object.fromEntries(Object.entries(after.cpu).map(([what, ms]) => [what, ms - (before.cpu[what] ?? 0)]));
  let postgres = 0;
  for (const [pid, ms] of after.postgres) postgres += ms - (before.postgres.get(pid) ?? 0);
  return {
    cpu: { ...cpu, PostgreSQL: postgres },
    walBytes: after.walBytes - before.walBytes,
    statements: after.statements - before.statements,
    bytesElsewhere: after.bytesElsewhere - before.bytesElsewhere,
  };
}

export const sumOf = (parts: Readonly<Record<string, number>>): number =>
  Object.values(parts).reduce((sum, part) => sum + part, 0);

const BYTES_PER_KIB = 1_024;

/** Bytes of memory that each of the peer's own processes holds. */
export async function memoryOf(peer: Peer): Promise<Record<string, number>> {
  const memory: Record<string, number> = {};
  for (const [what, pid] of Object.entries(peer.pids())) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    memory[what] = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * BYTES_PER_KIB;
  }
  return memory;
}

/** Bytes of the peer's database, and of what it keeps elsewhere. */
export async function storedBytes(peer: Peer): Promise<number> {
  const [row] = await peer.sql<{ bytes: number }[]>`select pg_database_size(current_database())::float8 as bytes`;
  return (row?.bytes ?? 0) + (await peer.bytesElsewhere());
}
