import { setTimeout as sleep } from 'node:timers/promises';
import { memoryOf, readUsed, storedBytes, sumOf, type Used, usedBetween } from './measure.ts';
import type { Peer } from './peer.ts';
import type { PeerServers } from './servers.ts';

const YEAR_MS = 365 * 86_400_000;
const MINUTE_SECONDS = 60;
/** Allot's workflows write what nobody confirmed after half a minute: before that, quiet means nothing. */
const REST_MS = 60_000;
/** A peer is quiet when its processes take less than this in a look: the twentieth part of a core. */
const LOOK_MS = 10_000;
const QUIET_CPU_MS = LOOK_MS / 20;
/** A peer that is not quiet by then is busy by itself, and is measured as it is. */
const QUIET_WITHIN_MS = 900_000;

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
  const sizes = new Map<Peer, Size>();
  for (const peer of peers) {
    sizes.set(peer, await sizeOf(peer));
    await peer.makeTimed('bench-idle', terms);
    say(`idle: ${peer.name} has ${count} entitlements`);
  }
  const read = () => Promise.all(peers.map((peer) => readUsed(servers, peer, false)));
  await sleep(REST_MS);
  say(`idle: ${await untilQuiet(read)}`);
  const before = await read();
  await sleep(seconds * 1_000);
  const after = await read();
  const perMinute = MINUTE_SECONDS / seconds;
  const results: Idle[] = [];
  for (const [n, peer] of peers.entries()) {
    const [from, to] = [before[n], after[n]];
    if (from === undefined || to === undefined) continue;
    const { cpu, statements } = usedBetween(from, to);
    const size = await sizeOf(peer);
    results.push({
      peer: peer.name,
      entitlements: count,
      cpuPerMinute: Object.fromEntries(Object.entries(cpu).map(([what, ms]) => [what, ms * perMinute])),
      statementsPerMinute: statements * perMinute,
      memory: await memoryOf(peer),
      addedMemory: size.memory - (sizes.get(peer)?.memory ?? 0),
      addedBytes: size.bytes - (sizes.get(peer)?.bytes ?? 0),
    });
  }
  return results;
}

interface Size {
  /** Bytes of memory, of all its processes together. */
  readonly memory: number;
  /** Bytes of its files. */
  readonly bytes: number;
}

const sizeOf = async (peer: Peer): Promise<Size> => ({
  memory: sumOf(await memoryOf(peer)),
  bytes: await storedBytes(peer),
});

/** Waits until nothing is left to do of making them; says in words how long that took. */
async function untilQuiet(read: () => Promise<readonly Used[]>): Promise<string> {
  const begun = performance.now();
  const seconds = () => `${((performance.now() - begun + REST_MS) / 1_000).toFixed(0)} s after the last was made`;
  for (let before = await read(); performance.now() - begun < QUIET_WITHIN_MS; ) {
    await sleep(LOOK_MS);
    const after = await read();
    const isQuiet = (used: Used, n: number) => sumOf(usedBetween(before[n] ?? used, used).cpu) < QUIET_CPU_MS;
    if (after.every(isQuiet)) return `all are quiet ${seconds()}`;
    before = after;
  }
  return `not all are quiet ${seconds()}`;
}
