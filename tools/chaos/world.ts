import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { connect } from '../../db/postgres/connect.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { dateAt, plusDays } from '../../domain/calendar.ts';
import { Seeded } from '../seeded.ts';
import type { Caller, HttpCall } from './caller.ts';
import { dayBefore, startTimedDraft, TIMED_SORTS, type TimedSort, wholeSecond } from './carried.ts';
import type { ChaosStack } from './stack.ts';

/** A customer whose cases the clients send, with its entitlements. */
export interface Customer {
  readonly id: string;
  readonly entitlements: readonly string[];
}

/** What is there before the clients begin. */
export interface World {
  /** Makes ids of this run unlike those of another. */
  readonly run: string;
  readonly customers: readonly Customer[];
  /** Customers of entitlements with something due at an instant of the run. */
  readonly timed: readonly Customer[];
  /** When the run should begin, in epoch ms: their instants are spread over the time from then on. */
  readonly beginAt: number;
  /** Contracts whose renewal is open, for the account managers to decide. */
  readonly deals: readonly string[];
}

const SETUP_WITHIN_MS = 20_000;
const SETUP_TRIES = 40;
const SETUP_AGAIN_MS = 500;
/** Between two instants at which something is due; each has one entitlement of every sort. */
const TIMED_EVERY_MS = { from: 5_000, to: 9_000 };
const TIMED_LEAD_MS = 3_000;
/** How often the timed entitlements are tried. */
const TIMED_ROUNDS = 4;
const DEALS = 6;
const WIDTH = 8;

const TODAY = dateAt(Date.now(), 'UTC');
const LONG = { startDate: plusDays(TODAY, -30), endDate: plusDays(TODAY, 335), renewalPolicy: null };

/** The contracts of each customer: small, so that refusals are as common as successes. */
const CONTRACTS: readonly (readonly Record<string, unknown>[])[] = [
  [
    {
      allocationType: 'cases',
      totalTerm: 60,
      channels: [
        { channel: 'web', totalTerm: 40 },
        { channel: 'phone', totalTerm: 30 },
      ],
    },
    { allocationType: 'hours', totalTerm: 4_000, decreaseRemainingOn: 'resolution', restrict: false },
    { allocationType: 'hours', totalTerm: 3_000, decreaseRemainingOn: 'creation' },
  ],
  [
    { allocationType: 'cases', totalTerm: 25 },
    { allocationType: 'cases', totalTerm: 30, decreaseRemainingOn: 'resolution' },
  ],
  [
    { allocationType: 'cases', totalTerm: 20 },
    { allocationType: 'unlimited', restrict: false },
  ],
  // What does not fit into the first is shared with the others.
  [
    { allocationType: 'hours', totalTerm: 300, decreaseRemainingOn: 'resolution' },
    { allocationType: 'hours', totalTerm: 300, decreaseRemainingOn: 'resolution' },
    { allocationType: 'hours', totalTerm: 200, decreaseRemainingOn: 'resolution' },
  ],
  [
    {
      allocationType: 'cases',
      totalTerm: 5,
      restrict: false,
      overage: 'charge',
      overagePrice: { unitPrice: '12.50', currency: 'EUR' },
    },
    { allocationType: 'cases', totalTerm: 15, decreaseRemainingOn: 'resolution', hold: true },
  ],
  [{ allocationType: 'cases', totalTerm: 400 }],
];

export type Asking = (call: Omit<HttpCall, 'api' | 'withinMs'>) => Promise<Readonly<Record<string, unknown>>>;

/** Asks while nothing is disturbed: again under the same key on a busy machine; throws on any answer but a success. */
export const askingBy =
  (caller: Caller): Asking =>
  async (call) => {
    for (let tries = 1; ; tries += 1) {
      const { status, body } = await caller.http({ ...call, api: tries, withinMs: SETUP_WITHIN_MS });
      if (status < 300) return body;
      if (status !== 503 || tries === SETUP_TRIES)
        throw new Error(`${call.method} ${call.path} answered ${status}: ${JSON.stringify(body)}`);
      await sleep(SETUP_AGAIN_MS);
    }
  };

interface WorldWish {
  readonly seed: string;
  readonly run: string;
  readonly stormMs: number;
}

export async function buildWorld(stack: ChaosStack, caller: Caller, wish: WorldWish): Promise<World> {
  const { run } = wish;
  const begun = Date.now();
  const ask = askingBy(caller);
  await ask({ method: 'PUT', path: '/v1/settings', body: { spill: true, matching: true } });
  const customers: Customer[] = [];
  for (const [n, contracts] of CONTRACTS.entries()) {
    const id = `chaos-${run}-${n}`;
    await customer(ask, id);
    const made = contracts.map((contract, which) => active(ask, id, `${id}-${which}`, { ...LONG, ...contract }));
    customers.push({ id, entitlements: await Promise.all(made) });
  }
  // One customer has a default; the others' cases are matched.
  const [byDefault = ''] = customers[1]?.entitlements ?? [];
  await ask({ method: 'POST', path: `/v1/entitlements/${byDefault}/set-default`, key: `${run}-default` });
  const deals = await inLanes(DEALS, async (n) => {
    const id = `chaos-${run}-deal-${n}`;
    await customer(ask, id);
    const policy = { noticeDays: 30, reminderDays: 10, escalationDays: 5, accountManager: MANAGER };
    const ends = { endDate: plusDays(TODAY, 20), renewalPolicy: policy };
    return await active(ask, id, id, { ...LONG, allocationType: 'cases', totalTerm: 10, ...ends });
  });
  // About as many contracts have been made by now as four instants have.
  const firstPaceMs = (Date.now() - begun) / 3;
  return { run, customers, deals, ...(await timedCustomers(stack, ask, { ...wish, firstPaceMs })) };
}

const MANAGER = { name: 'Renewals desk', email: 'renewals@chaos.example' };

const customer = (ask: Asking, id: string) =>
  ask({ method: 'PUT', path: `/v1/customers/${id}`, body: { type: 'account', name: id } });

async function active(ask: Asking, customerId: string, key: string, terms: Record<string, unknown>): Promise<string> {
  const usual = { name: key, customerId, timeZone: 'UTC', totalTerm: null, decreaseRemainingOn: 'creation' };
  const restrict = terms.restrict === undefined && terms.overage === undefined ? { restrict: true } : {};
  const body = { ...usual, ...restrict, ...terms };
  const { id } = await ask({ method: 'POST', path: '/v1/entitlements', body, key: `${key}-create` });
  await ask({ method: 'POST', path: `/v1/entitlements/${String(id)}/activate`, key: `${key}-activate` });
  return String(id);
}

/**
 * Customers of entitlements with something due at an instant of the run, and when the first of these instants is near.
 * All must be there before: on a machine that is slower than it was a moment ago they are made once more, for later.
 */
async function timedCustomers(
  stack: ChaosStack,
  ask: Asking,
  { seed, run, stormMs, firstPaceMs }: WorldWish & { readonly firstPaceMs: number },
): Promise<Pick<World, 'timed' | 'beginAt'>> {
  const random = new Seeded(`${seed} timed`);
  const offsets: number[] = [];
  for (let at = TIMED_LEAD_MS; at < stormMs; at += random.between(TIMED_EVERY_MS.from, TIMED_EVERY_MS.to))
    offsets.push(at);
  const sql = connect(stack.databaseUrl, { max: 4 });
  const connection = await Connection.connect({ address: stack.temporalAddress });
  const temporal = new Client({ connection, namespace: stack.namespace });
  try {
    for (let round = 1, paceMs = firstPaceMs; ; round += 1) {
      const begun = Date.now();
      const beginAt = begun + offsets.length * paceMs;
      const timed = await inLanes(offsets.length, async (n) => {
        const id = `chaos-${run}-timed-${round}-${n}`;
        await customer(ask, id);
        const at = wholeSecond(beginAt + (offsets[n] ?? 0));
        const made = TIMED_SORTS.map((sort) =>
          timedEntitlement({ sql, temporal, ask }, `ent_${run}_${round}_${n}`, id, { sort, at }),
        );
        return { id, entitlements: await Promise.all(made) };
      });
      if (Date.now() < beginAt) return { timed, beginAt };
      paceMs = (2 * (Date.now() - begun)) / offsets.length;
      if (round === TIMED_ROUNDS) throw new Error('This machine is too busy to prepare what is due during the run.');
    }
  } finally {
    await connection.close();
    await sql.end({ timeout: 2 });
  }
}

interface Doors {
  readonly sql: Sql;
  readonly temporal: Client;
  readonly ask: Asking;
}

async function timedEntitlement(
  { sql, temporal, ask }: Doors,
  prefix: string,
  customerId: string,
  { sort, at }: { readonly sort: TimedSort; readonly at: number },
): Promise<string> {
  const id = `${prefix}_${sort}`;
  await startTimedDraft(sql, temporal, { id, customer: customerId, sort, at, totalTerm: 12 });
  try {
    await ask({ method: 'POST', path: `/v1/entitlements/${id}/activate`, key: `${id}-activate` });
    const topUp = { amount: 4, expiresOn: dayBefore(at) };
    if (sort === 'tops')
      await ask({ method: 'POST', path: `/v1/entitlements/${id}/top-ups`, body: topUp, key: `${id}-top-up` });
  } catch (error) {
    // It comes too late, and is made once more.
    if (Date.now() < at) throw error;
  }
  return id;
}

/** Makes `count` things, some at a time, in their order. */
async function inLanes<Made>(count: number, make: (n: number) => Promise<Made>): Promise<Made[]> {
  const made: Made[] = [];
  let next = 0;
  const lane = async () => {
    for (let n = next++; n < count; n = next++) made[n] = await make(n);
  };
  await Promise.all(Array.from({ length: Math.min(WIDTH, count) }, lane));
  return made;
}
