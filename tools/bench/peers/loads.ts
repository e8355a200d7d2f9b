import { each, load } from '../load.ts';
import { readUsed, type Use, usedBetween } from './measure.ts';
import { makeActive, must, type Peer } from './peer.ts';
import { attachesUnder, recount } from './recount.ts';
import type { PeerServers } from './servers.ts';

export const LOADS = ['uniform', 'hot', 'match'] as const;
export type LoadName = (typeof LOADS)[number];

const TERM = 10_000_000;
const CLIENTS: Readonly<Record<LoadName, number>> = { uniform: 32, hot: 256, match: 32 };
/** Of so many requests of the load `match`, one attaches and the others only ask. */
const ATTACH_EVERY = 20;
const WARM_UP_SECONDS = 2;

/** One round of one load on one peer. */
export interface Round {
  readonly peer: Peer['name'];
  readonly load: LoadName;
  readonly operations: number;
  readonly perSecond: number;
  readonly medianMs: number;
  readonly use: Use;
}

type Active = Awaited<ReturnType<typeof makeActive>>;

/** A peer's own state of a load: what it attaches to, and how many attaches were acknowledged. */
interface Loaded {
  readonly peer: Peer;
  readonly entitlements: readonly Active[];
  sent: number;
  acknowledged: number;
}

/**
 * Runs one load on all peers in turn, round by round, so that whatever else the machine does meets all alike. Then it
 * counts every peer's ledger anew; throws when a peer is wrong.
 */
export async function runLoad(
  servers: PeerServers,
  peers: readonly Peer[],
  name: LoadName,
  {
    entitlements,
    rounds,
    seconds,
  }: { readonly entitlements: number; readonly rounds: number; readonly seconds: number },
  say: (line: string) => void,
): Promise<Round[]> {
  const loaded: Loaded[] = [];
  for (const peer of peers) loaded.push(await prepare(peer, name, name === 'hot' ? 1 : entitlements));
  for (const each of loaded)
    await load({ clients: CLIENTS[name], seconds: Math.min(WARM_UP_SECONDS, seconds) }, requests(each, name));
  const results: Round[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (const each of loaded) {
      const { peer } = each;
      const before = await readUsed(servers, peer, true);
      const rate = await load({ clients: CLIENTS[name], seconds }, requests(each, name));
      const use = usedBetween(before, await readUsed(servers, peer, true));
      const { done: operations, perSecond, medianMs } = rate;
      results.push({ peer: peer.name, load: name, operations, perSecond, medianMs, use });
    }
    const rates = results.slice(-loaded.length).map(({ peer, perSecond }) => `${peer} ${perSecond.toFixed(0)}/s`);
    say(`${name}, round ${round}: ${rates.join(', ')}`);
  }
  for (const { peer, acknowledged } of loaded) {
    const rows = await attachesUnder(peer, `${name}-`);
    const wrong = await recount(peer);
    if (rows !== acknowledged) wrong.push(`${acknowledged} attaches were answered, and the ledger has ${rows}`);
    if (wrong.length > 0) throw new Error(`${peer.name} is wrong after ${name}: ${wrong.join('; ')}`);
    say(`${name}: ${peer.name} is right, ${rows} attaches`);
  }
  return results;
}

async function prepare(peer: Peer, name: LoadName, count: number): Promise<Loaded> {
  const entitlements = new Array<Active>(count);
  await each([...entitlements.keys()], 16, async (n) => {
    entitlements[n] = await makeActive(peer, `${name}-${n}`, TERM);
  });
  return { peer, entitlements, sent: 0, acknowledged: 0 };
}

function requests(loaded: Loaded, name: LoadName): (n: number) => Promise<number> {
  const { peer, entitlements } = loaded;
  const attach = async () => {
    const key = `${name}-${loaded.sent++}`;
    const { id, customerId } = entitlementOf(entitlements, loaded.sent);
    const body = { id: `case-${key}`, customerId, entitlementId: id, channel: 'phone' };
    await must(peer, 201, 'POST', '/v1/cases', body, key);
    loaded.acknowledged += 1;
  };
  const ask = async (n: number) => {
    const { customerId } = entitlementOf(entitlements, n);
    const { candidates } = await must(peer, 200, 'POST', '/v1/cases/match', { customerId, channel: 'phone' });
    if (!Array.isArray(candidates) || candidates.length !== 1)
      throw new Error(`${peer.name} does not offer the one entitlement: ${JSON.stringify(candidates)}`);
  };
  return async (n) => {
    await (name === 'match' && n % ATTACH_EVERY !== 0 ? ask(n) : attach());
    return 1;
  };
}

function entitlementOf(entitlements: readonly Active[], n: number): Active {
  const its = entitlements[n % entitlements.length];
  if (its === undefined) throw new Error('There are no entitlements.');
  return its;
}
