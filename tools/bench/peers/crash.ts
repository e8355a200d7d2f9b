import { setTimeout as sleep } from 'node:timers/promises';
import { each } from '../load.ts';
import { makeActive, type Peer } from './peer.ts';
import { attachesUnder, recount } from './recount.ts';
import { awaitLateness, type Lateness, secondAhead } from './timers.ts';

const TERM = 10_000_000;
const CLIENTS = 32;
/** The kill, in milliseconds after the load begins; then how long the peer stays down, and how long the load goes on. */
const KILL_AFTER_MS = 2_500;
const DOWN_MS = 2_000;
const GO_ON_MS = 3_000;
/** The timers are due evenly from before the kill until after the restart. */
const DUE_BEFORE_MS = 1_000;
const DUE_AFTER_MS = 4_000;
const RETRY_MS = 50;
const TIMERS_WITHIN_MS = 90_000;
const YEAR_MS = 365 * 86_400_000;

export interface Crash {
  readonly peer: Peer['name'];
  /** Attaches that were acknowledged, of these requests that were sent again because the first answer was lost. */
  readonly acknowledged: number;
  readonly sentAgain: number;
  /** Acknowledged attaches that the ledger does not have, and those that it has besides. */
  readonly lost: number;
  readonly twice: number;
  /** What the recount found. */
  readonly wrong: readonly string[];
  /** From the kill to the first answer, the time down included. */
  readonly outageMs: number;
  readonly downMs: number;
  readonly timers: Lateness;
}

/**
 * Kills a peer's processes under load, starts them again, and sends every request until it is answered, as a case
 * system does. Then it counts what was lost or done twice, and how late the timers were that were due meanwhile.
 */
export async function runCrash(
  peer: Peer,
  { entitlements: count, timers: many }: { readonly entitlements: number; readonly timers: number },
  say: (line: string) => void,
): Promise<Crash> {
  const entitlements: { id: string; customerId: string }[] = [];
  await each(
    Array.from({ length: count }, (_, n) => n),
    16,
    async (n) => {
      entitlements.push(await makeActive(peer, `crash-${n}`, TERM));
    },
  );
  const begins = secondAhead(5_000);
  const killAt = begins + KILL_AFTER_MS;
  const span = DUE_BEFORE_MS + DUE_AFTER_MS;
  const terms = Array.from({ length: many }, (_, n) => ({
    startsAt: Math.round(killAt - DUE_BEFORE_MS + (span * n) / many),
    endsAt: killAt + YEAR_MS,
  }));
  await peer.makeTimed('bench-crash', terms);
  await sleep(begins - Date.now());

  let sent = 0;
  let sentAgain = 0;
  const acknowledged = new Set<string>();
  const answeredAt: number[] = [];
  const ends = killAt + DOWN_MS + GO_ON_MS;
  const client = async () => {
    while (Date.now() < ends) {
      const n = sent++;
      const key = `crash-${n}`;
      const its = entitlements[n % entitlements.length];
      const body = { id: `case-${key}`, customerId: its?.customerId, entitlementId: its?.id, channel: 'phone' };
      for (let tries = 1; ; tries++) {
        const answer = await peer.send('POST', '/v1/cases', body, key).catch(() => undefined);
        if (tries === 2) sentAgain += 1;
        if (answer?.status === 201) break;
        if (answer !== undefined && answer.status < 500)
          throw new Error(`${peer.name} answered ${answer.status} to ${key}: ${JSON.stringify(answer.body)}`);
        await sleep(RETRY_MS);
      }
      acknowledged.add(key);
      answeredAt.push(Date.now());
    }
  };
  const killing = async () => {
    await sleep(killAt - Date.now());
    await peer.kill();
    await sleep(DOWN_MS);
    await peer.restart();
  };
  await Promise.all([killing(), ...Array.from({ length: CLIENTS }, client)]);

  const firstAfter = Math.min(...answeredAt.filter((at) => at > killAt + DOWN_MS));
  const timers = await awaitLateness(peer, 'bench-crash', 'started', TIMERS_WITHIN_MS);
  const rows = await attachesUnder(peer, 'crash-');
  const [kept] = await peer.sql<{ count: number }[]>`
    select count(distinct key)::int as count from ledger
    where kind = 'attached' and key = any(${[...acknowledged]}::text[])`;
  const crash: Crash = {
    peer: peer.name,
    acknowledged: acknowledged.size,
    sentAgain,
    lost: acknowledged.size - (kept?.count ?? 0),
    twice: rows - (kept?.count ?? 0),
    wrong: await recount(peer),
    outageMs: firstAfter - killAt,
    downMs: DOWN_MS,
    timers,
  };
  say(
    `crash: ${peer.name}: ${crash.acknowledged} acknowledged, ${sentAgain} sent again, ${crash.lost} lost, ${crash.twice} twice, answers after ${crash.outageMs} ms, timers at most ${timers.max.toFixed(0)} ms late, ${timers.missing} missing`,
  );
  return crash;
}
