import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import { connect } from '../../../db/postgres/connect.ts';
import type { Sql } from '../../../db/postgres/sql.ts';
import {
  aCustomer,
  anActive,
  attach,
  type CaseView,
  caseEvents,
  entitlement,
  onCase,
} from '../../support/api-client.ts';
import { stateOf, temporal, workflowOf } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';

const CASES = 10_000;
/** Attaches in one request, and as many resolves. */
const CASES_PER_REQUEST = 500;
const UNRESOLVED_PER_REQUEST = 10;
/** Requests under way at once: their order does not matter, as each has cases of its own. */
const PARALLEL = 2;
const RESOLVED = (CASES / CASES_PER_REQUEST) * (CASES_PER_REQUEST - UNRESOLVED_PER_REQUEST);
/** A run is given up at 4 MB of history, some 8,000 events in large batches, and its cases are forgotten then. */
const MAX_CASES_IN_MEMORY = 10_000;
/** What the server allows a run is 51,200 events; 2,000 and what one update adds is what a run of ours is to have. */
const MAX_HISTORY_EVENTS = 2_500;
const MAX_HISTORY_BYTES = 8_000_000;

let sql: Sql;
let active: EntitlementView;
let mostInMemory = 0;
const caseAt = (n: number): string => `${active.id}:${n}`;
const attachEvent = (n: number) => ({
  kind: 'attach',
  key: `attach:${caseAt(n)}`,
  caseId: caseAt(n),
  customerId: active.customerId,
  entitlementId: active.id,
});

async function play(request: number): Promise<void> {
  const numbers = Array.from({ length: CASES_PER_REQUEST }, (_, index) => request * CASES_PER_REQUEST + index);
  const attaches = await caseEvents(numbers.map(attachEvent));
  const resolves = await caseEvents(
    numbers
      .slice(UNRESOLVED_PER_REQUEST)
      .map((n) => ({ kind: 'resolve', key: `resolve:${caseAt(n)}`, caseId: caseAt(n) })),
  );
  const refused = [...attaches, ...resolves].filter(({ outcome, repeated }) => outcome === 'refused' || repeated);
  expect(refused).toEqual([]);
  mostInMemory = Math.max(mostInMemory, (await stateOf(active.id)).casesInMemory);
}

beforeAll(async () => {
  sql = connect(inject('databaseUrl'), { max: 2 });
  active = await anActive(await aCustomer(), { totalTerm: 2 * CASES, decreaseRemainingOn: 'resolution' });
  for (let from = 0; from < CASES / CASES_PER_REQUEST; from += PARALLEL)
    await Promise.all(Array.from({ length: PARALLEL }, (_, index) => play(from + index)));
});
afterAll(() => sql.end());

/** The run that continued as this one. */
async function runBefore(runId: string): Promise<string | undefined> {
  const { history } = await temporal.connection.workflowService.getWorkflowExecutionHistory({
    namespace: 'default',
    execution: { workflowId: workflowOf(active.id).workflowId, runId },
    maximumPageSize: 1,
  });
  const [started] = history?.events ?? [];
  return started?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId || undefined;
}

/** The runs of the entitlement's workflow, the newest first. */
async function runs(): Promise<{ historyLength: number; historySize: number | undefined }[]> {
  const found = [];
  let runId: string | undefined = (await workflowOf(active.id).describe()).runId;
  while (runId) {
    const { historyLength, historySize } = await workflowOf(active.id, runId).describe();
    found.push({ historyLength, historySize });
    runId = await runBefore(runId);
  }
  return found;
}

describe('10,000 cases through one entitlement', () => {
  test('leave its state bounded', () => {
    expect(mostInMemory).toBeGreaterThan(0);
    expect(mostInMemory).toBeLessThan(MAX_CASES_IN_MEMORY);
  });

  test('take several runs, each far below the limits of a history', async () => {
    const all = await runs();
    expect(all.length).toBeGreaterThan(2);
    for (const { historyLength, historySize } of all) {
      expect(historyLength).toBeLessThan(MAX_HISTORY_EVENTS);
      expect(historySize).toBeLessThan(MAX_HISTORY_BYTES);
    }
  });

  test('are all in the ledger, which has no gap and adds up to the remaining term', async () => {
    const expected = { remainingTerm: 2 * CASES - RESOLVED, openCases: CASES - RESOLVED };
    expect(await entitlement(active.id)).toMatchObject(expected);
    expect((await stateOf(active.id)).remainingTerm).toBe(expected.remainingTerm);
    const [sums] = await sql`
      select count(*)::int as rows, min(seq) as first, max(seq) as last, sum(change)::int as remaining,
        count(*) filter (where kind = 'attached')::int as attached,
        count(*) filter (where kind = 'resolved')::int as resolved
      from ledger where entitlement_id = ${active.id}`;
    const rows = 2 + CASES + RESOLVED;
    const remaining = expected.remainingTerm;
    expect(sums).toEqual({ rows, first: 1, last: rows, remaining, attached: CASES, resolved: RESOLVED });
    const [off] = await sql`
      select count(*)::int as rows from (
        select remaining_after, sum(change) over (order by seq) as sum from ledger where entitlement_id = ${active.id}
      ) as running where remaining_after <> sum`;
    expect(off?.rows).toBe(0);
  });
});

describe('a case that was forgotten long ago', () => {
  const rowsOf = async (caseId: string) =>
    await sql`select kind, change from ledger where entitlement_id = ${active.id} and case_id = ${caseId} order by seq`;
  const WHOLE = [
    { kind: 'attached', change: 0 },
    { kind: 'resolved', change: -1 },
    { kind: 'reactivated', change: 1 },
  ];
  const resolved = (n: number) => caseAt(UNRESOLVED_PER_REQUEST + n);

  test('comes back by HTTP and gives back exactly once', async () => {
    const caseId = resolved(0);
    const key = unique('key');
    const { remainingTerm } = await entitlement(active.id);
    const answers = await Promise.all([1, 2, 3].map(() => onCase(caseId, 'reactivate', {}, { key })));
    expect(answers.map(({ status, body }) => [status, body.change])).toEqual(Array(3).fill([200, 1]));
    expect((await onCase(caseId, 'reactivate')).body.code).toBe('wrong_state');
    expect((await rowsOf(caseId)).slice(0, 3)).toEqual(WHOLE);
    expect((await entitlement(active.id)).remainingTerm).toBe((remainingTerm ?? 0) + 1);
  });

  test('comes back by signal and gives back exactly once', async () => {
    const caseId = resolved(1);
    const key = unique('key');
    for (let n = 0; n < 3; n++) await workflowOf(active.id).signal('reactivateCase', { key, caseId });
    await soon(async () => expect(await rowsOf(caseId)).toEqual(WHOLE));
    await workflowOf(active.id).signal('resolveCase', { key: unique('key'), caseId });
    await soon(async () => expect(await rowsOf(caseId)).toEqual([...WHOLE, { kind: 'resolved', change: -1 }]));
  });

  test('comes back by signal and HTTP at once and gives back exactly once', async () => {
    const caseId = resolved(2);
    const key = unique('key');
    await Promise.all([
      workflowOf(active.id).signal('reactivateCase', { key, caseId }),
      onCase(caseId, 'reactivate', {}, { key }),
      workflowOf(active.id).signal('reactivateCase', { key, caseId }),
      onCase(caseId, 'reactivate', {}, { key }),
    ]);
    await onCase(caseId, 'cancel');
    expect(await rowsOf(caseId)).toEqual([...WHOLE, { kind: 'case_canceled', change: 0 }]);
  });

  test('gets the first answer when its attach is repeated under its key, by HTTP and by update', async () => {
    const [first] = await caseEvents([attachEvent(50)]);
    expect(first).toMatchObject({ outcome: 'accepted', repeated: true, change: 0, seq: expect.any(Number) });
    const { entitlementId: _ofApi, ...event } = attachEvent(50);
    const update = await workflowOf(active.id).executeUpdate('applyCaseEvents', { args: [{ events: [event] }] });
    expect(update).toMatchObject({ results: [{ outcome: 'accepted', repeated: true, seq: first?.seq }] });
    const again = await attach(active, { id: caseAt(50), title: 'Another' }, { key: `attach:${caseAt(50)}` });
    expect(again.body.code).toBe('idempotency_conflict');
    expect(await rowsOf(caseAt(50))).toHaveLength(2);
  });

  test('does not change when its attach is repeated by signal; with other content the signal is refused', async () => {
    const caseId = caseAt(51);
    const key = `attach:${caseId}`;
    const { seq } = await stateOf(active.id).then((state) => state.entitlement);
    await workflowOf(active.id).signal('attachCase', { key, caseId });
    await workflowOf(active.id).signal('attachCase', { key, caseId, title: 'Another' });
    await soon(async () =>
      expect(await rowsOf(caseId)).toEqual([
        { kind: 'attached', change: 0 },
        { kind: 'resolved', change: -1 },
        { kind: 'refused', change: 0 },
      ]),
    );
    expect((await stateOf(active.id)).entitlement.seq).toBe(seq + 1);
  });

  test('takes nothing more when it is posted again', async () => {
    const before = await stateOf(active.id);
    const { status, body } = await attach(active, { id: caseAt(52) });
    expect<[number, Partial<CaseView>]>([status, body]).toMatchObject([201, { change: 0, status: 'resolved' }]);
    expect((await stateOf(active.id)).entitlement.openCases).toBe(before.entitlement.openCases);
  });
});
