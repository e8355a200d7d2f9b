import { EventEmitter, once } from 'node:events';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { createLedgerStore } from '../../../db/ledger/ledger.ts';
import { rewriteCase, rewriteSnapshot } from '../../../db/ledger/repair.ts';
import { connect } from '../../../db/postgres/connect.ts';
import type { Sql } from '../../../db/postgres/sql.ts';
import { inTransaction } from '../../../db/postgres/transaction.ts';
import { caseId, entitlementId } from '../../../domain/ids.ts';
import { EntitlementRun } from '../../../workflows/entitlements/entitlement-run.ts';
import type { LedgerBatch } from '../../../workflows/entitlements/ports.ts';
import { unique } from '../../support/unique.ts';
import { until } from '../../support/waiting.ts';
import { attach, DURING, detailsWith, STARTS_AT } from '../../unit/domain/samples.ts';

/** Those of a repair, and those of an API that goes on meanwhile. */
const [repairing, serving] = [connect(inject('databaseUrl'), { max: 2 }), connect(inject('databaseUrl'), { max: 2 })];
afterAll(async () => {
  await Promise.all([repairing.end(), serving.end()]);
});

/** An entitlement with one case, all written; the batch with its next row, and what it was before that. */
async function scene() {
  const run = new EntitlementRun(entitlementId(unique('ent')));
  const id = caseId(unique('case'));
  run.create({ by: 'test', key: null, details: detailsWith(), renewsId: null }, STARTS_AT);
  run.command({ kind: 'activate' }, { by: 'test', key: null, reason: null }, DURING);
  run.caseEvents([{ ...attach(id), key: unique('key') }], 'test', DURING, 'sender');
  await createLedgerStore(serving).write({ rows: run.memory.unconfirmed.unwritten(), snapshot: run.snapshot });
  const before = run.entitlement;
  const next = run.caseEvents([{ kind: 'cancel', caseId: id, key: unique('key') }], 'test', DURING, 'sender');
  return { run, id, before, next };
}

/** What `repair` answers if the batch is written, and not committed yet, when it begins. */
async function whileWritten<Answer>(batch: LedgerBatch, repair: (sql: Sql) => Promise<Answer>): Promise<Answer> {
  const [written, commit] = [new EventEmitter(), new EventEmitter()];
  const write = inTransaction(serving, async (tx) => {
    await createLedgerStore(tx).write(batch);
    const committing = once(commit, 'now');
    written.emit('now');
    await committing;
  });
  await Promise.race([once(written, 'now'), write]);
  const repaired = repair(repairing);
  try {
    await until('the repair waits for the writer', 20_000, async () => {
      const waiting = await repairing`
        select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
      return waiting.length > 0 ? true : undefined;
    });
  } finally {
    commit.emit('now');
  }
  await write;
  return await repaired;
}

describe.each([
  ['has the old record', false],
  ['has lost the record', true],
])('while a row is written and the database %s', (_what, isLost) => {
  test('a snapshot is not put back to the row before', async () => {
    const { run, before, next } = await scene();
    if (isLost) await serving`delete from entitlements where id = ${run.id}`;
    expect(await whileWritten(next, (sql) => rewriteSnapshot(sql, before))).toBe(false);
    const [stored] = await serving`select seq, state ->> 'seq' as state from entitlements where id = ${run.id}`;
    expect(stored).toEqual({ seq: before.seq + 1, state: String(before.seq + 1) });
  });

  test('a case is not put back to the row before', async () => {
    const { id, before, next } = await scene();
    if (isLost) await serving`delete from cases where id = ${id}`;
    await whileWritten(next, (sql) => rewriteCase(sql, id));
    const [stored] = await serving`select entitlement_seq, status from cases where id = ${id}`;
    expect(stored).toEqual({ entitlement_seq: before.seq + 1, status: 'canceled' });
  });
});

test('a damaged snapshot and a damaged case are made anew from the ledger', async () => {
  const { run, id, before } = await scene();
  await serving`update entitlements set seq = 99, remaining_term = 77 where id = ${run.id}`;
  await serving`update cases set status = 'resolved', entitlement_seq = 99 where id = ${id}`;
  expect(await rewriteSnapshot(repairing, before)).toBe(true);
  expect(await rewriteCase(repairing, id)).toBe(run.id);
  const [stored] = await serving`select seq from entitlements where id = ${run.id}`;
  expect(stored).toEqual({ seq: before.seq });
  const [storedCase] = await serving`select entitlement_seq, status from cases where id = ${id}`;
  expect(storedCase).toEqual({ entitlement_seq: before.seq, status: 'active' });
});
