import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import type { Sql } from '../../../db/postgres/sql.ts';

export const PEERS = ['plain SQL', 'pg-boss', 'DBOS', 'Allot'] as const;
export type PeerName = (typeof PEERS)[number];

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** When an entitlement starts and ends, in epoch milliseconds. */
export interface Term {
  readonly startsAt: number;
  readonly endsAt: number;
}

/** One way to build the same thing: its processes, its database, and a client. */
export interface Peer {
  readonly name: PeerName;
  readonly database: string;
  readonly sql: Sql;
  /** The processes that are its own, by what they are. PostgreSQL, which all share, is not among them. */
  pids(): Readonly<Record<string, number>>;
  /** The column of a table that says what remains of an entitlement. */
  readonly remainingColumn: 'remaining' | 'remaining_term';
  /** Sends a request, under a key if there is one. */
  send(method: 'GET' | 'PUT' | 'POST', path: string, body: object | null, key?: string): Promise<Answer>;
  /** Makes entitlements of ten cases each that turn by themselves: waiting when `startsAt` is ahead, else active. */
  makeTimed(customerId: string, terms: readonly Term[]): Promise<void>;
  /** Bytes that it keeps outside of PostgreSQL. */
  bytesElsewhere(): Promise<number>;
  /** Ends its processes at once, as a crash would, and resolves when they are gone. */
  kill(): Promise<void>;
  /** Starts its processes again, and resolves when they say that they are ready. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const HTTP_CONNECTIONS = 256;

export interface PeerClient {
  readonly send: Peer['send'];
  close(): Promise<void>;
}

/** The same client for all. */
export function peerClient(port: number, apiKey: string): PeerClient {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: HTTP_CONNECTIONS });
  const always = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  return {
    send: async (method, path, body, key) => {
      const headers = key === undefined ? always : { ...always, 'idempotency-key': key };
      const answer = await pool.request({ method, path, headers, body: body === null ? null : JSON.stringify(body) });
      return { status: answer.statusCode, body: JSON.parse(await answer.body.text()) as Answer['body'] };
    },
    close: () => pool.close(),
  };
}

const BUSY = 503;
const BUSY_TRIES = 20;
const BUSY_MS = 250;

/**
 * Sends a request that must get this status. A peer that is too busy may say so and is asked again, with the same key,
 * as a case system does.
 */
export async function must(
  peer: Pick<Peer, 'name' | 'send'>,
  status: number,
  method: 'GET' | 'PUT' | 'POST',
  path: string,
  body: object | null,
  key: string = randomUUID(),
): Promise<Answer['body']> {
  for (let tries = 1; ; tries++) {
    const answer = await peer.send(method, path, body, key);
    if (answer.status === status) return answer.body;
    if (answer.status !== BUSY || tries === BUSY_TRIES)
      throw new Error(`${peer.name}: ${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    await sleep(BUSY_MS);
  }
}

const DAY_MS = 86_400_000;
const day = (offset: number): string => new Date(Date.now() + offset * DAY_MS).toISOString().slice(0, 10);

/** An active entitlement of so many cases, on creation, restricted, with a customer of its own. */
export async function makeActive(
  peer: Pick<Peer, 'name' | 'send'>,
  name: string,
  totalTerm: number,
): Promise<{ id: string; customerId: string }> {
  const customerId = `bench-${name}`;
  await must(peer, 201, 'PUT', `/v1/customers/${customerId}`, { type: 'account', name });
  const id = await draft(peer, { name, customerId, totalTerm });
  await must(peer, 200, 'POST', `/v1/entitlements/${id}/activate`, {});
  return { id, customerId };
}

/** A draft of cases on creation, restricted, from yesterday for a year, and what `more` says instead. */
export async function draft(
  peer: Pick<Peer, 'name' | 'send'>,
  more: {
    readonly name: string;
    readonly customerId: string;
    readonly totalTerm: number;
    readonly startsAt?: string;
    readonly endsAt?: string;
  },
): Promise<string> {
  const kind = { allocationType: 'cases', decreaseRemainingOn: 'creation', restrict: true };
  const made = await must(peer, 201, 'POST', '/v1/entitlements', {
    startDate: day(-1),
    endDate: day(364),
    ...kind,
    ...more,
  });
  return String(made.id);
}
