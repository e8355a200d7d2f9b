import { setTimeout as sleep } from 'node:timers/promises';
import { memoryOf, readUsed, storedBytes, sumOf, usedBetween } from './measure.ts';
import type { Peer } from './peer.ts';
import type { PeerServers } from './servers.ts';

const YEAR_MS = 365 * 86_400_000;
const MINUTE_SECONDS = 60;
/** What making them left to do is over by then: Allot's workflows write what nobody confirmed after half a minute. */
const REST_MS = 60_000;

export interface Idle {
  readonly peer: Peer['name'];
  readonly entitlements: number;
  /** CPU milliseconds a minute by process; PostgreSQL's is that of the peer's own connections. */
  readonly cpuPerMinute: Readonly<Record<string, number>>;
  readonly statementsPerMinute: number;
  /** Bytes of memory by process, PostgreSQL's aside. */
  readonly memory: Readonly<Record<string, number>>;
  /** Bytes that these entitlements added to its memory and to its files. */
  readonly addedMemory: number;
  readonly addedBytes: number;
}

/** Makes active entitlements that nobody asks for, and reads what they cost while nothing happens. */
export async function runIdle(
  servers: PeerServers,
  peers: readonly Peer[],
  { count, seconds }: { readonly count: number; readonly seconds: number },
  say: (line: string) => void,
): Promise<Idle[]> {
  const now = Date.now();
  const terms = Array.from({ length: count }, () => ({ startsAt: now - YEAR_MS, endsAt: now + YEAR_MS }));
  const added = new Map<Peer, { memory: number; bytes: number }>();
  for (const peer of peers) {
    const [memory, bytes] = [sumOf(await memoryOf(peer)), await storedBytes(peer)];
    await peer.makeTimed('bench-idle', terms);
    added.set(peer, { memory: sumOf(await memoryOf(peer)) - memory, bytes: (await storedBytes(peer)) - bytes });
    say(`idle: ${peer.name} has ${count} entitlements`);
  }
  await sleep(REST_MS);
  const read = () => Promise.all(peers.map((peer) => readUsed(servers, peer, false)));
  const before = await read();
  await sleep(seconds * 1_000);
  const after = await read();
  const perMinute = MINUTE_SECONDS / seconds;
  const results: Idle[] = [];
  for (const [n, peer] of peers.entries()) {
    const [from, to] = [before[n], after[n]];
    if (from === undefined || to === undefined) continue;
    const { cpu, statements } = usedBetween(from, to);
    results.push({
      peer: peer.name,
      entitlements: count,
      cpuPerMinute: Object.fromEntries(Object.entries(cpu).map(([what, ms]) => [what, ms * perMinute])),
      statementsPerMinute: statements * perMinute,
      memory: await memoryOf(peer),
      addedMemory: added.get(peer)?.memory ?? 0,
      addedBytes: added.get(peer)?.bytes ?? 0,
    });
  }
  return results;
}
