import { expect, test } from 'vitest';
import { recordOf, rowFromRecord } from '../../../db/ledger/ledger-columns.ts';
import type { LedgerRow } from '../../../domain/ledger/ledger-row.ts';
import { EntitlementRun } from '../../../workflows/entitlements/entitlement-run.ts';
import { attach, DURING, detailsWith, ID, STARTS_AT } from '../domain/samples.ts';

/** Every field has a value of its own, so a field in the wrong column shows. */
const rowOfDistinctValues = (): LedgerRow => {
  const run = new EntitlementRun(ID);
  run.create({ by: 'tester', key: null, details: detailsWith(), renewsId: null }, STARTS_AT);
  run.command({ kind: 'activate' }, { by: 'tester', key: null, reason: null }, DURING);
  const [row] = run.caseEvents([{ ...attach('case-1'), key: 'key-1' }], 'tester', DURING, 'sender').rows;
  if (row === undefined) throw new Error('The attach left no row.');
  return {
    ...row,
    seq: 11,
    fingerprint: 'fingerprint',
    reason: 'reason',
    channel: 'phone',
    change: -12,
    useChange: 13,
    heldChange: 14,
    openChange: 1,
    overage: 15,
    charge: { quantity: 1, unitPrice: '2', currency: 'EUR', amount: '2.00' },
    remainingAfter: 16,
    refusal: 'exhausted',
    detail: 'detail',
    facts: { beforeStart: true },
  };
};

test('what is written to the ledger is read back as the same row', () => {
  const row = rowOfDistinctValues();
  expect(rowFromRecord(recordOf(ID, row, undefined))).toEqual(row);
});

test('the database gives instants as dates, and they are read as the same instants', () => {
  const row = rowOfDistinctValues();
  expect(rowFromRecord({ ...recordOf(ID, row, undefined), at: new Date(row.at) })).toEqual(row);
});

test('only a row whose case has an SLA keeps what the SLA promises', () => {
  const row = rowOfDistinctValues();
  const columns = {
    attached_seq: row.seq,
    sla_id: undefined,
    first_response_due_at: undefined,
    resolution_due_at: undefined,
  };
  expect(recordOf(ID, row, columns)).not.toHaveProperty('sla');
});
