import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../spread.ts';
import type { Peer, Term } from './peer.ts';

const SECOND_MS = 1_000;
const POLL_MS = 250;

/** How late the turns of one kind were committed, in milliseconds after their instants. */
export interface Lateness {
  readonly count: number;
  /** How many of them are not committed yet. */
  readonly missing: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/**
 * Reads when PostgreSQL committed the ledger's rows of the turns, against the instants of their entitlements: the
 * database's own record of each commit, the same for all peers.
 */
export async function readLateness(peer: Peer, customerId: string, kind: 'started' | 'expired'): Promise<Lateness> {
  const instant = kind === 'started' ? peer.sql`e.starts_at` : peer.sql`e.ends_at`;
  const rows = await peer.sql<{ ms: number | null }[]>`
    select (extract(epoch from pg_xact_commit_timestamp(l.xmin) - ${instant}) * 1000)::float8 as ms
    from entitlements e left join ledger l on l.entitlement_id = e.id and l.kind = ${kind}
    where e.customer_id = ${customerId}`;
  const late = rows.flatMap(({ ms }) => (ms === null ? [] : [ms])).sort((one, other) => one - other);
  return {
    count: rows.length,
    missing: rows.length - late.length,
    p50: quantile(late, 0.5),
    p99: quantile(late, 0.99),
    max: late.at(-1) ?? Number.NaN,
  };
}

/** As `readLateness`, once all are committed or `withinMs` are over. */
export async function awaitLateness(
  peer: Peer,
  customerId: string,
  kind: 'started' | 'expired',
  withinMs: number,
): Promise<Lateness> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const lateness = await readLateness(peer, customerId, kind);
    if (lateness.missing === 0 || Date.now() > deadline) return lateness;
    await sleep(POLL_MS);
  }
}

/** The first full second at least so far ahead: contracts begin and end on one. */
export const secondAhead = (ms: number): number => Math.ceil((Date.now() + ms) / SECOND_MS) * SECOND_MS;

export interface Herd {
  readonly peer: Peer['name'];
  readonly started: Lateness;
  readonly expired: Lateness;
}

export interface HerdPlan {
  /** How many start, and later end, at one instant. */
  readonly count: number;
  /** From the making of the first to the first instant: long enough to make them all, and for a rest. */
  readonly leadMs: number;
  /** 1: the times below; less for smaller herds. */
  readonly share: number;
}

/** How long a peer has the machine to itself for what is due at one instant. */
const TURN_MS: Readonly<Record<Peer['name'], number>> = {
  'plain SQL': 3_000,
  'pg-boss': 5_000,
  DBOS: 9_000,
  Allot: 14_000,
};
const WAIT_MS = 60_000;
const LEAD_TRIES = 3;
/** Of the time that making them took: the lead of the next try. */
const LEAD_SHARE = 1.4;

/** All start at one instant, and end at another; each peer has instants of its own, one after the other. */
export async function runHerds(
  peers: readonly Peer[],
  round: number,
  { count, leadMs, share }: HerdPlan,
  say: (line: string) => void,
): Promise<Herd[]> {
  const turnMs = (peer: Peer) => Math.ceil((TURN_MS[peer.name] * share) / SECOND_MS) * SECOND_MS;
  const wholeMs = peers.reduce((sum, peer) => sum + turnMs(peer), 0);
  let lead = leadMs;
  for (let tries = 1; ; tries++) {
    const customerId = `bench-herd-${round}-${tries}`;
    const begun = Date.now();
    const first = secondAhead(lead);
    let startsAt = first;
    for (const peer of peers) {
      const endsAt = startsAt + wholeMs;
      await peer.makeTimed(customerId, Array<Term>(count).fill({ startsAt, endsAt }));
      startsAt += turnMs(peer);
      say(`herd ${round}: ${count} of ${peer.name} wait`);
    }
    if (Date.now() < first - SECOND_MS) {
      await sleep(first + 2 * wholeMs - Date.now());
      return await readHerds(peers, customerId, round, say);
    }
    if (tries === LEAD_TRIES)
      throw new Error('This machine is too slow for this measurement: try it when it is quiet.');
    lead = LEAD_SHARE * (Date.now() - begun);
    say(`making them took longer than the lead: once more, with a lead of ${(lead / SECOND_MS).toFixed(0)} s`);
  }
}

async function readHerds(
  peers: readonly Peer[],
  customerId: string,
  round: number,
  say: (line: string) => void,
): Promise<Herd[]> {
  const herds: Herd[] = [];
  for (const peer of peers) {
    const started = await awaitLateness(peer, customerId, 'started', WAIT_MS);
    const expired = await awaitLateness(peer, customerId, 'expired', WAIT_MS);
    herds.push({ peer: peer.name, started, expired });
    say(`herd ${round}: ${peer.name} started ${inMs(started)}, expired ${inMs(expired)}`);
  }
  return herds;
}

const inMs = ({ p50, p99, missing }: Lateness): string =>
  `p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms${missing > 0 ? `, ${missing} missing` : ''}`;
