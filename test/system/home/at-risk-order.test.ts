import { afterAll, beforeAll, expect, test } from 'vitest';
import { listAtRisk } from '../../../db/home/service-levels-at-risk.ts';
import type { Sql } from '../../../db/postgres/sql.ts';
import { aDatabase } from '../../support/a-database.ts';
import { MINUTE_MS } from '../../support/days.ts';

/** The work list of service levels at risk, to the minute, in a database of its own. */

const NOW = Date.parse('2027-03-01T12:00:00Z');
const at = (minutes: number | undefined) => (minutes === undefined ? null : new Date(NOW + minutes * MINUTE_MS));

interface Clock {
  readonly id: string;
  readonly status: string;
  /** Minutes from now, as all its times. */
  readonly due: number;
  readonly breached?: number;
  readonly pausedSince?: number;
  readonly met?: number;
  readonly target?: string;
  /** The row that attached the case when this clock started; the case is there since row 5. */
  readonly attachedSeq?: number;
  readonly caseStatus?: string;
}

let sql: Sql;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await aDatabase({ max: 1, isMigrated: true });
  ({ sql, drop } = database);
});
afterAll(async () => {
  await drop();
});

async function has(clocks: readonly Clock[]): Promise<void> {
  await sql`truncate cases, case_clocks`;
  for (const { id, status, due, breached, pausedSince, met, target = 'resolution', ...of } of clocks) {
    await sql`
      insert into cases (id, customer_id, status, minutes, decrement_entitlement_term, entitlement_id, reason,
        created_at, updated_at, attached_seq)
      values (${id}, 'customer', ${of.caseStatus ?? 'active'}, 0, true, 'ent', 'named', now(), now(), 5)
      on conflict do nothing`;
    await sql`
      insert into case_clocks (case_id, entitlement_id, attached_seq, target, customer_id, sla_id, sla_version, status,
        started_at, due_at, paused_since, paused_minutes, used_minutes, met_at, breached_at, announced, as_of)
      values (${id}, 'ent', ${of.attachedSeq ?? 5}, ${target}, 'customer', 'sla', 1, ${status}, ${at(-600)}, ${at(due)},
        ${at(pausedSince)}, 0, 0, ${at(met)}, ${at(breached)}, '{}', ${at(-1)})`;
  }
}

const listed = async (limit = 10) => {
  const { total, rows } = await listAtRisk(sql, 'all', { now: NOW, limit });
  return { total, ids: rows.map(({ caseId }) => caseId) };
};

test('breached ones come first, the longest ago first, then those that are due first', async () => {
  await has([
    { id: 'due-soon', status: 'in_progress', due: 30 },
    { id: 'nearing', status: 'nearing', due: 300 },
    { id: 'breached', status: 'breached', due: -20, breached: -20 },
    { id: 'breached-before', status: 'breached', due: -200, breached: -200 },
    { id: 'past-due-and-not-looked-at', status: 'in_progress', due: -100 },
    // It is said to be breached although it got time back later, so it stays breached since then.
    { id: 'said-to-be-breached', status: 'breached', due: 50, breached: -150 },
  ]);
  const ids = [
    'breached-before',
    'said-to-be-breached',
    'past-due-and-not-looked-at',
    'breached',
    'due-soon',
    'nearing',
  ];
  expect(await listed()).toEqual({ total: 6, ids });
  expect(await listed(2)).toEqual({ total: 6, ids: ids.slice(0, 2) });
});

test('a clock is due soon an hour before its due time, and not a minute earlier', async () => {
  await has([
    { id: 'within', status: 'in_progress', due: 60 },
    { id: 'later', status: 'in_progress', due: 61 },
  ]);
  expect(await listed()).toEqual({ total: 1, ids: ['within'] });
});

test('clocks that are paused, met, canceled, of a case that is over or of an earlier stay are not at risk', async () => {
  await has([
    { id: 'paused', status: 'paused', due: 10, pausedSince: -5 },
    { id: 'breached-and-held', status: 'breached', due: -10, breached: -10, pausedSince: -5 },
    { id: 'met', status: 'met', due: 10, met: -5 },
    { id: 'met-late', status: 'breached', due: -10, breached: -10, met: -5 },
    { id: 'canceled', status: 'canceled', due: 10 },
    { id: 'resolved', status: 'nearing', due: 10, caseStatus: 'resolved' },
    { id: 'back', status: 'breached', due: -10, breached: -10, attachedSeq: 3 },
  ]);
  expect(await listed()).toEqual({ total: 0, ids: [] });
});

test('each promise of a case has a row of its own', async () => {
  await has([
    { id: 'both', status: 'nearing', due: 200 },
    { id: 'both', status: 'breached', due: -10, breached: -10, target: 'first_response' },
  ]);
  const { rows } = await listAtRisk(sql, 'all', { now: NOW, limit: 10 });
  expect(rows.map(({ caseId, target }) => [caseId, target])).toEqual([
    ['both', 'first_response'],
    ['both', 'resolution'],
  ]);
});
