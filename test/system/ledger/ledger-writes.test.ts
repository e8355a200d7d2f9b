import { afterAll, expect, inject, test } from 'vitest';
import { createLedgerStore } from '../../../db/ledger/ledger.ts';
import { LedgerConflictError } from '../../../db/ledger/ledger-conflict.ts';
import { connect } from '../../../db/postgres/connect.ts';
import { caseId, entitlementId } from '../../../domain/ids.ts';
import { isRefused } from '../../../domain/refusals.ts';
import { EntitlementRun } from '../../../workflows/entitlements/entitlement-run.ts';
import type { LedgerBatch } from '../../../workflows/entitlements/ports.ts';
import { unique } from '../../support/unique.ts';
import { attach, DURING, detailsWith, ENDS_AT, STARTS_AT } from '../../unit/domain/samples.ts';

/** Two writers with connections of their own, as a worker and an API are. */
const [one, other] = [connect(inject('databaseUrl'), { max: 2 }), connect(inject('databaseUrl'), { max: 2 })];
const writers = [createLedgerStore(one), createLedgerStore(other)];
afterAll(async () => {
  await Promise.all([one.end(), other.end()]);
});

function anActiveRun(): EntitlementRun {
  const run = new EntitlementRun(entitlementId(unique('ent')));
  const created = run.create({ by: 'test', key: null, details: detailsWith(), renewsId: null }, STARTS_AT);
  expect(isRefused(created)).toBe(false);
  run.command({ kind: 'activate' }, { by: 'test', key: null, reason: null }, DURING);
  return run;
}

const batchOf = (run: EntitlementRun): LedgerBatch => ({
  rows: run.memory.unconfirmed.unwritten(),
  snapshot: run.snapshot,
});

test('when worker and API write the same rows at once, neither fails and each row is there once, also in the audit', async () => {
  for (let round = 0; round < 200; round++) {
    const run = anActiveRun();
    const events = ['a', 'b', 'c'].map((name) => ({ ...attach(unique(name)), key: unique('key') }));
    run.caseEvents(events, 'test', DURING, 'sender');
    await Promise.all(writers.map((writer) => writer.write(batchOf(run))));
    const [count] = await one`select count(*)::int as rows from ledger where entitlement_id = ${run.id}`;
    expect(count).toEqual({ rows: run.entitlement.seq });
    const audited = await one`select action from audit where record_id = ${run.id} order by id`;
    expect(audited.map(({ action }) => action)).toEqual(['created', 'activated']);
  }
});

test('two different histories of one entitlement are never both written', async () => {
  const run = anActiveRun();
  const [writer] = writers;
  await writer?.write(batchOf(run));
  const key = unique('key');
  const [first, second] = [
    { ...attach(unique('case')), key },
    { ...attach(unique('case')), key: unique('key') },
  ];
  const decided = run.caseEvents([first], 'test', DURING, 'sender');
  await writer?.write({ rows: decided.rows, snapshot: decided.snapshot });
  const [row] = decided.rows;
  if (row === undefined) throw new Error('the attach left no row');

  const otherContent = { ...row, key: second.key, caseId: second.caseId };
  await expect(writer?.write({ ...decided, rows: [otherContent] })).rejects.toThrow(LedgerConflictError);
  const otherNumber = { ...row, seq: row.seq + 1 };
  await expect(writer?.write({ ...decided, rows: [otherNumber] })).rejects.toThrow(LedgerConflictError);
});

test('what an entitlement does by itself, and what its cases do, is not in the audit', async () => {
  const run = anActiveRun();
  run.caseEvents([{ ...attach(unique('case')), key: unique('key') }], 'test', DURING, 'sender');
  run.passTime(ENDS_AT);
  await writers[0]?.write(batchOf(run));
  const kinds = await one`select kind from ledger where entitlement_id = ${run.id} order by seq`;
  expect(kinds.map(({ kind }) => kind)).toEqual(['created', 'activated', 'attached', 'expired']);
  const audited = await one`select action from audit where record_id = ${run.id} order by id`;
  expect(audited.map(({ action }) => action)).toEqual(['created', 'activated']);
});

test.each([
  ['written before', true],
  ['written with it', false],
])('a case that its entitlement gives back is not lost where its attach was %s', async (_when, isWritten) => {
  const run = anActiveRun();
  const case1 = unique('case');
  run.caseEvents([{ ...attach(case1), key: unique('key') }], 'test', DURING, 'sender');
  if (isWritten) expect(await writers[0]?.write(batchOf(run))).toEqual({ lost: [] });
  run.caseEvents([{ kind: 'detach', key: unique('key'), caseId: caseId(case1) }], 'test', DURING, 'sender');
  const batch = batchOf(run);
  expect(batch.rows.map(({ kind }) => kind)).toEqual(['created', 'activated', 'attached', 'detached']);
  expect(await writers[1]?.write(batch)).toEqual({ lost: [] });
  const [stored] = await one`select entitlement_id, reason from cases where id = ${case1}`;
  expect(stored ?? { entitlement_id: null }).toMatchObject({ entitlement_id: null });
});
