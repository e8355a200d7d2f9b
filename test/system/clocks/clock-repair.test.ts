import { expect, test } from 'vitest';
import { clocksGoingOn, tellClocksAgain } from '../../../db/clocks/clock-repair.ts';
import { holdingClocks } from '../../../db/clocks/clock-work.ts';
import { migrate } from '../../../db/postgres/migrate.ts';
import type { Sql } from '../../../db/postgres/sql.ts';
import { withDatabase } from '../../support/a-database.ts';

interface Scene {
  readonly status: string;
  readonly isMet?: boolean;
  /** The row that attached the case the last time; the clock belongs to row 2. */
  readonly attachedSeq?: number;
  /** Whether the dispatcher has told the workflow all that is on record. */
  readonly isTold?: boolean;
}

/** A case on the entitlement `ent` with one clock. */
async function aCase(
  sql: Sql,
  id: string,
  { status, isMet = false, attachedSeq = 2, isTold = true }: Scene,
): Promise<void> {
  await sql`insert into cases (id, customer_id, status, minutes, decrement_entitlement_term, entitlement_id,
      entitlement_seq, attached_seq, reason, created_at, updated_at)
    values (${id}, 'contoso', 'active', 0, true, 'ent', 9, ${attachedSeq}, 'named', now(), now())`;
  await sql`insert into case_clocks (case_id, entitlement_id, attached_seq, target, customer_id, sla_id, sla_version,
      status, started_at, due_at, paused_minutes, used_minutes, met_at, announced, as_of)
    values (${id}, 'ent', 2, 'resolution', 'contoso', 'gold', 1, ${status}, now(), now(), 0, 0,
      ${isMet ? new Date() : null}, array[]::text[], now())`;
  await sql`insert into case_clock_work (case_id, written, told) values (${id}, 3, ${isTold ? 3 : 2})`;
}

const SCENES: Readonly<Record<string, Scene>> = {
  running: { status: 'in_progress' },
  nearing: { status: 'nearing' },
  paused: { status: 'paused' },
  breached: { status: 'breached' },
  'breached, met late': { status: 'breached', isMet: true },
  'breached, then gone': { status: 'breached', attachedSeq: 7 },
  met: { status: 'met', isMet: true },
  canceled: { status: 'canceled' },
  'about to be told': { status: 'in_progress', isTold: false },
};

test('clocks that go on must have a workflow, and are told once more; those that ended are not', async () => {
  await withDatabase(async ({ url, sql }) => {
    await migrate(url);
    for (const [id, scene] of Object.entries(SCENES)) await aCase(sql, id, scene);
    const found = await clocksGoingOn(sql);
    expect(found.map(({ caseId }) => caseId)).toEqual(['breached', 'nearing', 'paused', 'running']);
    const [first] = found;
    if (first === undefined) throw new Error('no clocks were found');
    expect(await tellClocksAgain(sql, { ...first, run: first.run + 1 })).toBe(false);
    expect(await tellClocksAgain(sql, first)).toBe(true);
    expect(await tellClocksAgain(sql, first)).toBe(false);
    expect((await clocksGoingOn(sql)).map(({ caseId }) => caseId)).toEqual(['nearing', 'paused', 'running']);
  });
});

test('only the run that looks after the clocks changes them', async () => {
  await withDatabase(async ({ url, sql }) => {
    await migrate(url);
    const changed: number[] = [];
    const take = (run: number, isOver: boolean) =>
      holdingClocks(sql, { caseId: 'case', run }, async () => {
        changed.push(run);
        return { isOver };
      });
    expect(await take(1, true)).toEqual({ isOver: true });
    expect(await take(1, true)).toBeUndefined();
    expect(await take(2, false)).toEqual({ isOver: false });
    expect(changed).toEqual([1, 2]);
    const [work] = await sql`select run from case_clock_work`;
    expect(work).toEqual({ run: 2 });
  });
});
