import { expect, test } from 'vitest';
import { clocksToLookAfter, clockWorkOf, tellClocksAgain } from '../../../db/clocks/clock-repair.ts';
import { holdingClocks } from '../../../db/clocks/clock-work.ts';
import type { Sql } from '../../../db/postgres/sql.ts';
import { withMigratedDatabase } from '../../support/a-database.ts';

interface Scene {
  /** Of its clock; absent: none is recorded. */
  readonly status?: string;
  readonly isResolved?: boolean;
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
  { status, isResolved = false, isMet = false, attachedSeq = 2, isTold = true }: Scene,
): Promise<void> {
  await sql`insert into cases (id, customer_id, status, minutes, decrement_entitlement_term, entitlement_id,
      entitlement_seq, attached_seq, reason, created_at, updated_at)
    values (${id}, 'contoso', ${isResolved ? 'resolved' : 'active'}, 0, true, 'ent', 9, ${attachedSeq}, 'named', now(), now())`;
  await sql`insert into case_clock_work (case_id, written, told) values (${id}, 3, ${isTold ? 3 : 2})`;
  if (status === undefined) return;
  await sql`insert into case_clocks (case_id, entitlement_id, attached_seq, target, customer_id, sla_id, sla_version,
      status, started_at, due_at, paused_minutes, used_minutes, met_at, announced, as_of)
    values (${id}, 'ent', 2, 'resolution', 'contoso', 'gold', 1, ${status}, now(), now(), 0, 0,
      ${isMet ? new Date() : null}, array[]::text[], now())`;
}

const SCENES: Readonly<Record<string, Scene>> = {
  'about to be told': { status: 'in_progress', isTold: false },
  'open, before the first turn': {},
  'open, met': { status: 'met', isMet: true },
  'resolved, breached and met late': { status: 'breached', isMet: true, isResolved: true },
  'resolved, breached elsewhere': { status: 'breached', attachedSeq: 7, isResolved: true },
  'resolved, canceled': { status: 'canceled', isResolved: true },
  'resolved, met': { status: 'met', isMet: true, isResolved: true },
  'resolved, recorded as breached': { status: 'breached', isResolved: true },
  'resolved, recorded as nearing': { status: 'nearing', isResolved: true },
  'resolved, recorded as paused': { status: 'paused', isResolved: true },
  'resolved, recorded as running': { status: 'in_progress', isResolved: true },
};

test('open cases and clocks that are recorded as going on may need a workflow; a case is told once more', async () => {
  await withMigratedDatabase(async ({ sql }) => {
    for (const [id, scene] of Object.entries(SCENES)) await aCase(sql, id, scene);
    const found = await clocksToLookAfter(sql);
    expect(new Set(found.map(({ caseId }) => caseId))).toEqual(
      new Set([
        'open, before the first turn',
        'open, met',
        'resolved, recorded as breached',
        'resolved, recorded as nearing',
        'resolved, recorded as paused',
        'resolved, recorded as running',
      ]),
    );
    const [first] = found;
    if (first === undefined) throw new Error('no clocks were found');
    const isTold = async () => (await clockWorkOf(sql, [first.caseId])).map((work) => work.isTold);
    expect(await isTold()).toEqual([true]);
    expect(await tellClocksAgain(sql, { ...first, run: first.run + 1 })).toBe(false);
    expect(await tellClocksAgain(sql, first)).toBe(true);
    expect(await tellClocksAgain(sql, first)).toBe(false);
    expect(await isTold()).toEqual([false]);
    expect(await clocksToLookAfter(sql)).toHaveLength(found.length - 1);
  });
});

test('only the run that looks after the clocks changes them', async () => {
  await withMigratedDatabase(async ({ sql }) => {
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

test('a workflow that was told while its case has no row makes the row, with its own run', async () => {
  await withMigratedDatabase(async ({ sql }) => {
    const take = (run: number, isOver: boolean) =>
      holdingClocks(sql, { caseId: 'case', run }, () => Promise.resolve({ isOver }));
    expect(await take(3, false)).toEqual({ isOver: false });
    expect(await clockWorkOf(sql, ['case'])).toEqual([{ caseId: 'case', run: 3, isTold: true }]);
    // All have ended, as far as the database knows: what comes back to the ledger goes to the next run.
    expect(await take(3, true)).toEqual({ isOver: true });
    expect(await clockWorkOf(sql, ['case'])).toEqual([{ caseId: 'case', run: 4, isTold: true }]);
  });
});
