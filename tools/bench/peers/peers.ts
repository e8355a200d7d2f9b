import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAllotPeer } from './allot-peer.ts';
import { type Crash, runCrash } from './crash.ts';
import { type Idle, runIdle } from './idle.ts';
import { LOADS, type Round, runLoad } from './loads.ts';
import type { Peer } from './peer.ts';
import { probe } from './recount.ts';
import { type PeerServers, startPeerServers } from './servers.ts';
import { startSqlPeer } from './sql-peer.ts';
import { printedTable } from './table.ts';
import { type Herd, runHerds } from './timers.ts';

export interface PeersOptions {
  /** Rounds of each load, and the seconds of each. */
  readonly rounds: number;
  readonly seconds: number;
  readonly parts: readonly Part[];
  /** Prints the table in Markdown. */
  readonly markdown: boolean;
  /** A file that gets all measurements. */
  readonly json: string | undefined;
}

interface Measured {
  readonly rounds: Round[];
  readonly herds: Herd[];
  readonly idle: Idle[];
  readonly crashes: Crash[];
}

export const PARTS = ['loads', 'crash', 'timers', 'idle'] as const;
export type Part = (typeof PARTS)[number];

/** A full run, with one herd for each five rounds. One of fewer rounds is a trial of everything, with fewer entitlements. */
const FULL_ROUNDS = 5;
const FULL = {
  entitlements: 200,
  crash: { entitlements: 50, timers: 300 },
  herd: { count: 2_000, leadMs: 75_000, share: 1 },
  idle: { count: 10_000, seconds: 30 },
};
const TRIAL = {
  entitlements: 20,
  crash: { entitlements: 10, timers: 60 },
  herd: { count: 100, leadMs: 15_000, share: 0.25 },
  idle: { count: 200, seconds: 10 },
};

/**
 * Measures Allot beside what one would build instead of its workflows: plain SQL with a sweep, plain SQL with pg-boss,
 * and DBOS; see docs/performance.md. Prints one table. When a peer's ledger is wrong, or a peer fails, the run ends with
 * exit status 1.
 */
export async function comparePeers(options: PeersOptions, say: (line: string) => void): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'allot-peers-'));
  const servers = await startPeerServers(dir, say);
  const peers: Peer[] = [];
  const result: Measured = { rounds: [], herds: [], idle: [], crashes: [] };
  try {
    for (const name of ['plain SQL', 'pg-boss', 'DBOS'] as const)
      peers.push(await startSqlPeer(name, await servers.newDatabase(`peer_${peers.length}`), say));
    peers.push(await startAllotPeer(servers, say));
    say('all peers are up');
    await measureAll(servers, peers, options, result, say);
  } catch (error) {
    say(`failed: ${error instanceof Error ? error.stack : String(error)}`);
    process.exitCode = 1;
  } finally {
    await Promise.all(peers.map((peer) => peer.stop()));
    await servers.stop();
    await rm(dir, { recursive: true, force: true });
  }
  // After a failure, too: what was measured before it still says something.
  console.log(printedTable(result, options.markdown));
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`);
}

/** Adds to `measured` as it goes. Throws when a peer is wrong. */
async function measureAll(
  servers: PeerServers,
  peers: readonly Peer[],
  options: PeersOptions,
  measured: Measured,
  say: (line: string) => void,
): Promise<void> {
  const { parts, rounds, seconds } = options;
  const { entitlements, crash, herd, idle } = rounds < FULL_ROUNDS ? TRIAL : FULL;
  for (const peer of peers) {
    const wrong = await probe(peer, 'probe');
    if (wrong.length > 0) throw new Error(`${peer.name} is wrong: ${wrong.join('; ')}`);
  }
  if (parts.includes('loads'))
    for (const load of LOADS)
      measured.rounds.push(...(await runLoad(servers, peers, load, { entitlements, rounds, seconds }, say)));
  if (parts.includes('crash')) for (const peer of peers) measured.crashes.push(await runCrash(peer, crash, say));
  if (parts.includes('timers'))
    for (let round = 1; round <= Math.max(1, rounds / FULL_ROUNDS); round++)
      measured.herds.push(...(await runHerds(peers, round, herd, say)));
  if (parts.includes('idle')) measured.idle.push(...(await runIdle(servers, peers, idle, say)));
}
