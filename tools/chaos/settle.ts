import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Sql } from '../../db/postgres/sql.ts';
import { Seeded } from '../seeded.ts';
import type { Clients } from './case-client.ts';
import type { AskedCase } from './journal.ts';
import { PROBE } from './judge-stuck.ts';
import { untilTold } from './sending.ts';
import type { ChaosStack } from './stack.ts';
import { askState, workUnderWay } from './workflows.ts';

/** How the system becomes whole and quiet again once nobody disturbs it, watched from outside. */

const READY_WITHIN_MS = 60_000;
/** An activity that a killed worker had in hand is tried again after five minutes at most. */
const QUIET_WITHIN_MS = 330_000;
const POLL_MS = 250;
const PROBES_AT_ONCE = 8;

/** Calls `check` until it answers nothing; then null, or after the time its last answer. */
async function until(withinMs: number, check: () => Promise<string | null>): Promise<string | null> {
  for (const deadline = performance.now() + withinMs; ; await sleep(POLL_MS)) {
    const missing = await check().catch((error: unknown) => String(error));
    if (missing === null || performance.now() > deadline) return missing;
  }
}

/** Null once every API is ready; else what is missing. */
export const untilReady = ({ apiUrls }: ChaosStack): Promise<string | null> =>
  until(READY_WITHIN_MS, async () => {
    for (const [index, url] of apiUrls.entries()) {
      const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) });
      const text = await answer.text();
      if (!answer.ok) return `api-${index + 1} is not ready: ${text}`;
    }
    return null;
  });

/** Asks every entitlement for one more decision, by a case that names it. */
export async function probeAll(clients: Clients, sql: Sql): Promise<void> {
  const entitlements = await sql<{ id: string; customerId: string }[]>`
    select id, customer_id as "customerId" from entitlements where not deleted order by id`;
  let next = 0;
  const lane = async () => {
    for (let n = next++; n < entitlements.length; n = next++) {
      const { id, customerId } = entitlements[n] ?? { id: '', customerId: '' };
      const caseId = `${PROBE}-${id}`;
      const content = { caseId, customerId, minutes: 1, to: id };
      const key = `${clients.world.run}-${PROBE}-${n}`;
      const asked: AskedCase = { client: PROBE, key, kind: 'attach', content, attempts: [] };
      clients.journal.cases.push(asked);
      // A generator that never goes away or asks twice at once: these must all get their answers.
      const random = new Seeded(`${PROBE} ${n}`);
      await untilTold(clients.sending, [asked], { random, way: 'route', isSteady: true });
    }
  };
  await Promise.all(Array.from({ length: PROBES_AT_ONCE }, lane));
}

/** Null once the workflows have done and recorded everything that was due, and all deliveries are made. */
export const untilQuiet = (sql: Sql, temporal: Client, redeliver: (id: string) => Promise<void>) => {
  const sentAgain = new Set<string>();
  return until(QUIET_WITHIN_MS, async () => {
    const behind = await unwritten(sql, temporal);
    if (behind !== null) return behind;
    const [underWay] = await workUnderWay(temporal);
    if (underWay !== undefined) return underWay;
    const waiting = await sql<{ id: string; due: boolean }[]>`
      select id, next_attempt_at is not null as due from deliveries where status = 'pending' order by id`;
    // One whose attempts failed meanwhile waits by its schedule, for minutes and more: it is sent now.
    for (const { id, due } of waiting)
      if (due && !sentAgain.has(id)) {
        sentAgain.add(id);
        await redeliver(id);
      }
    const [{ events = 0 } = {}] = await sql<{ events: number }[]>`
      select count(*)::int as events from events where dispatched_at is null`;
    return waiting.length + events === 0 ? null : `${waiting.length} deliveries and ${events} events wait`;
  });
};

async function unwritten(sql: Sql, temporal: Client): Promise<string | null> {
  const stored = await sql<{ id: string; seq: number }[]>`
    select id, seq from entitlements where not deleted and status in ('draft', 'waiting', 'active') order by id`;
  for (const { id, seq } of stored) {
    const state = await askState(temporal, `entitlement/${id}`);
    if (state.seq > seq) return `${id} has decided row ${state.seq}, and the database has ${seq}`;
  }
  return null;
}
