import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EntitlementView } from '../../api/entitlements/entitlement-view.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { holdTable } from '../../dev/held-table.ts';
import type { Finished } from '../../dev/run-program.ts';
import { clockWorkflowIdOf } from '../../workflows/clocks/clock-messages.ts';
import { attachCase } from '../../workflows/entitlements/case-messages.ts';
import { state, workflowIdOf } from '../../workflows/entitlements/messages.ts';
import { OwnStack } from '../support/own-stack.ts';
import { reconciled } from '../support/reconciled.ts';
import { aCase, anActive, must } from '../support/records.ts';
import { unique } from '../support/unique.ts';
import { until } from '../support/waiting.ts';

type Settled = EntitlementView & { readonly posted: string; readonly signalled: string };

interface Printed {
  readonly entitlements: number;
  /** After a repair. */
  readonly mended?: readonly { kind: string; id: string; what: string }[];
  readonly differences: readonly {
    entitlementId: string;
    what: string;
    values: Record<string, unknown>;
    advice: string;
  }[];
}

let stack: OwnStack;
beforeAll(async () => {
  stack = await OwnStack.start({ temporalInMemory: true });
});
afterAll(async () => {
  await stack.stop();
});

const CHANNELS = {
  totalTerm: 10,
  channels: [
    { channel: 'phone', totalTerm: 6 },
    { channel: 'web', totalTerm: 8 },
  ],
};

/** An entitlement with a posted and a signalled case, all of whose rows are written and known to be. */
async function settled(): Promise<Settled> {
  const entitlement = await anActive(stack, CHANNELS);
  const posted = await aCase(stack, entitlement, { channel: 'phone' });
  const signalled = unique('case');
  await attach(entitlement, signalled);
  await allWritten(entitlement.id);
  return { ...entitlement, posted, signalled };
}

async function attach({ id }: EntitlementView, caseId: string): Promise<void> {
  const handle = (await stack.client()).workflow.getHandle(workflowIdOf(id));
  await handle.signal(attachCase, { key: unique('key'), caseId, channel: 'web' });
}

async function allWritten(id: EntitlementView['id']): Promise<void> {
  const handle = (await stack.client()).workflow.getHandle(workflowIdOf(id));
  await until('all rows written', 60_000, async () => {
    const { unconfirmedRows, entitlement } = await handle.query(state);
    return unconfirmedRows === 0 && entitlement.openCases > 0 ? true : undefined;
  });
}

/** A case under an SLA of hours, whose clocks' workflow has taken its first turn. */
async function withClocks(): Promise<string> {
  const slaId = unique('sla');
  const promise = { firstResponseMinutes: 600, resolutionMinutes: 6_000, calendar: { kind: '24x7' } };
  await must(201, stack.ask('PUT', `/v1/slas/${slaId}`, { name: 'Hours', ...promise }));
  const caseId = await aCase(stack, await anActive(stack, { slaId }));
  await turnTaken(caseId);
  return caseId;
}

const turnTaken = (caseId: string): Promise<true> =>
  until('the clocks are recorded', 60_000, async () => {
    const recorded = await stack.sql`select from case_clocks where case_id = ${caseId}`;
    return recorded.length === 2 ? true : undefined;
  });

/** `npm run reconcile`, with what it wrote as JSON. */
async function reconcile(...options: string[]): Promise<Finished & { printed: Printed }> {
  const dir = await mkdtemp(join(tmpdir(), 'reconcile-'));
  const out = join(dir, 'out.json');
  const { code, stdout, stderr } = await stack.run('bin/reconcile/main.js', [...options, '--json', out]);
  const printed = JSON.parse(
    await readFile(out, 'utf8').catch(() => `{"stderr":${JSON.stringify(stderr)}}`),
  ) as Printed;
  await rm(dir, { recursive: true });
  return { code, stdout, stderr, printed };
}

/** As nobody but the database's owner can: the ledger is append-only. */
async function damage(work: (sql: Sql) => Promise<unknown>): Promise<void> {
  await stack.sql.begin(async (transaction) => {
    await transaction`alter table ledger disable trigger ledger_append_only`;
    await work(transaction as unknown as Sql);
    await transaction`alter table ledger enable trigger ledger_append_only`;
  });
}

const COUNTS_TWICE = 'a key that counts twice';

/** What can go wrong, and what must then be told about that entitlement. */
const DAMAGES: readonly {
  what: string;
  work(sql: Sql, entitlement: Settled): Promise<unknown>;
  told: Record<string, Record<string, unknown>>;
}[] = [
  {
    what: 'a changed column',
    work: (sql, { id }) => sql`update entitlements set remaining_term = 7, status = 'canceled',
      paused_since = '2026-01-01T00:00:00Z', grace_ends_at = '2027-01-01T00:00:00Z' where id = ${id}`,
    told: {
      'column paused_since': { columns: Date.UTC(2026, 0), snapshot: null },
      'column grace_ends_at': { columns: Date.UTC(2027, 0), snapshot: null },
      'column status': { columns: 'canceled', snapshot: 'active' },
      remaining: { ledger: 8, columns: 7, snapshot: 8, workflow: 8 },
    },
  },
  {
    what: 'a changed state',
    work: (sql, { id }) =>
      sql`update entitlements set state = state || '{"used": 1, "openCases": 5, "held": 1}' where id = ${id}`,
    told: {
      used: { snapshot: 1, ledger: 2 },
      openCases: { snapshot: 5, ledger: 2 },
      held: { snapshot: 1, ledger: 0 },
      remaining: { ledger: 8, columns: 8, snapshot: 9, workflow: 8 },
    },
  },
  {
    what: 'a lost row',
    work: (sql, { id }) => sql`delete from ledger where entitlement_id = ${id} and seq = 3`,
    told: {
      'row numbers, first at 4': { ledger: 'row 4', expected: 'row 3' },
      'remaining after a row, first at 4': { ledger: '8', expected: '9' },
      remaining: { ledger: 9, columns: 8, snapshot: 8, workflow: 8 },
    },
  },
  {
    what: 'a changed row',
    work: (sql, { id }) => sql`update ledger set change = -2 where entitlement_id = ${id} and seq = 3`,
    told: {
      'remaining after a row, first at 3 (and 1 more rows)': { ledger: '9', expected: '8' },
      'remaining of channel phone': { ledger: 4, snapshot: 5, workflow: 5 },
      remaining: { ledger: 7, columns: 8, snapshot: 8, workflow: 8 },
    },
  },
  {
    what: 'rows and snapshot of an older moment',
    work: async (sql, { id }) => {
      await sql`delete from ledger where entitlement_id = ${id} and seq = 4`;
      await sql`update entitlements set seq = 3, remaining_term = 9, state = state ||
        '{"seq": 3, "used": 1, "openCases": 1, "casesEver": 1, "usedByChannel": {"phone": 1}}' where id = ${id}`;
      await sql`update entitlements set state = state || jsonb_build_object('updatedAt',
        (select extract(epoch from at) * 1000 from ledger where entitlement_id = ${id} and seq = 3)) where id = ${id}`;
    },
    told: { seq: { workflow: 4, ledger: 3 } },
  },
  {
    what: 'no snapshot',
    work: (sql, { id }) => sql`delete from entitlements where id = ${id}`,
    told: { snapshot: { snapshot: null, ledger: 4 } },
  },
  {
    what: 'nothing in the database at all',
    work: async (sql, { id }) => {
      await sql`delete from entitlements where id = ${id}`;
      await sql`delete from ledger where entitlement_id = ${id}`;
    },
    told: { seq: { workflow: 4, ledger: 0 } },
  },
  {
    what: 'a successor that is not there',
    work: (sql, { id }) => sql`update entitlements set renewed_by_id = 'nobody' where id = ${id}`,
    told: { successor: { columns: 'nobody', snapshot: null } },
  },
  {
    what: 'a changed case',
    work: (sql, { posted }) => sql`update cases set status = 'resolved', entitlement_seq = 2 where id = ${posted}`,
    told: {
      'case POSTED, status': { case: 'resolved', ledger: 'active' },
      'case POSTED, ledger row': { case: 2, ledger: 3 },
    },
  },
  {
    what: 'a case that looks as if it had attached in a grace',
    work: (sql, { posted }) => sql`update cases set in_grace = true where id = ${posted}`,
    told: { 'case POSTED, in grace': { case: true, ledger: false } },
  },
  {
    what: 'a case without its link',
    work: (sql, { posted }) => sql`update cases set entitlement_id = null where id = ${posted}`,
    told: { 'case POSTED, entitlement': { case: 'no entitlement', ledger: 'ID' } },
  },
  {
    what: COUNTS_TWICE,
    work: (sql, { posted }) =>
      sql`
      insert into unattached_events (key, fingerprint, case_id, outcome, at)
      select 'twice:' || case_id, 'other', case_id, '{}', now() from ledger where case_id = ${posted} and seq = 3`.then(
        () => sql`update ledger set key = 'twice:' || case_id where case_id = ${posted} and seq = 3`,
      ),
    told: { 'key twice:POSTED counts in 2 places': { expected: 'ID row 3' } },
  },
  {
    what: 'a part of a case that has no such part',
    work: (sql, { id, posted }) => sql`
      update ledger set kind = 'spill_taken',
        case_after = jsonb_build_object('minutes', 30, 'part', jsonb_build_object('of', 'nobody', 'seq', 1))
      where entitlement_id = ${id} and case_id = ${posted}
        and seq = (select max(seq) from ledger where entitlement_id = ${id} and case_id = ${posted})`,
    told: { 'part of case POSTED, which nobody has': { ledger: '30 minutes', expected: 'none' } },
  },
  {
    what: 'a workflow that was terminated',
    work: async (_sql, { id }) => (await stack.client()).workflow.getHandle(workflowIdOf(id)).terminate(),
    told: { workflow: { workflow: 'terminated', ledger: 4 } },
  },
];

/** The damages that a ledger or a history disproves. */
const MENDED = [
  'a changed column',
  'a changed state',
  'a lost row',
  'rows and snapshot of an older moment',
  'no snapshot',
  'nothing in the database at all',
  'a changed case',
  'a case that looks as if it had attached in a grace',
  'a case without its link',
  'a workflow that was terminated',
];

test('finds nothing in an undamaged system, even while a row is being written', async () => {
  const entitlement = await settled();
  // Nobody can write meanwhile: the workflow has decided, and its row cannot be written.
  const ledger = await holdTable(stack.sql, 'ledger', 'share');
  await attach(entitlement, unique('case'));
  await until('the worker waits for the ledger', 60_000, async () => {
    const waiting = await stack.sql`select from pg_stat_activity where wait_event_type = 'Lock'`;
    return waiting.length > 0 ? true : undefined;
  });
  let hasDiffered = false;
  const { differences } = await reconciled(stack, (line) => {
    if (!line.startsWith('1 entitlements differ')) return;
    hasDiffered = true;
    ledger.release();
  });
  expect(hasDiffered).toBe(true);
  expect(await ledger.ended).toBeUndefined();
  expect(differences).toEqual([]);
});

/** One report and one repair for everything: each start of the program costs more than all its comparisons. */
describe('a system with every kind of damage', () => {
  const damaged = new Map<string, Settled>();
  let [healthy, twice, tooLate]: Settled[] = [];
  let [lost, early, behind, stray, fine]: string[] = [];
  let report: Awaited<ReturnType<typeof reconcile>>;

  const clocks = async (caseId = '', run = 1) =>
    (await stack.client()).workflow.getHandle(clockWorkflowIdOf(caseId, run));
  const found = (id = '') => report.printed.differences.filter(({ entitlementId }) => entitlementId === id);

  beforeAll(async () => {
    const { sql } = stack;
    [healthy, twice, tooLate] = await Promise.all([settled(), settled(), settled()]);
    [lost, early, behind, stray, fine] = await Promise.all(Array.from({ length: 5 }, () => withClocks()));
    const withDamages = await Promise.all(DAMAGES.map(async (each) => ({ ...each, entitlement: await settled() })));
    await sql`create table entitlements_before as table entitlements`;
    await sql`create table ledger_before as table ledger`;

    const [of, on] = [twice?.posted ?? '', healthy?.posted ?? ''];
    await damage((transaction) => transaction`update ledger set case_id = ${on} where case_id = ${of}`);
    await sql`delete from cases where id = ${of}`;
    // A case that another entitlement has: the one that comes too late gives it up by itself.
    if (tooLate !== undefined) await attach(tooLate, healthy?.signalled ?? '');
    for (const { what, entitlement, work } of withDamages) {
      damaged.set(what, entitlement);
      await damage((transaction) => work(transaction, entitlement));
    }
    for (const caseId of [lost, early]) await (await clocks(caseId)).terminate();
    // As if its workflow had been told, and lost before its first turn.
    await sql`delete from case_clocks where case_id = ${early ?? ''}`;
    // A hold that the workflow was not told about.
    await sql`insert into unattached_events (key, fingerprint, case_id, outcome, at)
      values (${unique('hold')}, 'hold', ${behind ?? ''}, '{"kind": "hold", "reason": "customer"}', now())`;
    await sql`update case_clock_work set run = 2 where case_id = ${stray ?? ''}`;

    report = await reconcile();
  }, 300_000);

  test('is reported with the values of both sides, and nothing else is', () => {
    expect(report.code).toBe(1);
    expect(found(healthy?.id)).toEqual([]);
    expect(found(tooLate?.id)).toEqual([]);
    expect(found(twice?.id).map(({ what, values }) => [what, values])).toEqual([
      [`case ${healthy?.posted} is on two entitlements`, { case: healthy?.id, ledger: twice?.id }],
    ]);
    for (const { what, told } of DAMAGES) {
      const entitlement = damaged.get(what);
      const differences = Object.fromEntries(found(entitlement?.id).map((each) => [each.what, each.values]));
      const filled = JSON.stringify(told)
        .replaceAll('POSTED', entitlement?.posted ?? '')
        .replaceAll(/"ID\b/g, `"${entitlement?.id}`);
      expect(differences, what).toMatchObject(JSON.parse(filled));
      expect(report.stdout, what).toContain(`${entitlement?.id}: `);
    }
    // Every line says what to do.
    expect(report.printed.differences.every(({ advice }) => advice.length > 20)).toBe(true);
  });

  test('has clocks that no workflow looks after, and workflows of clocks that are behind, and both are named', () => {
    const waits = expect.stringMatching(/^waits until 20/);
    const named = (id = '') => found(id).map(({ what, values }) => [what, values.workflow]);
    expect(named(lost)).toEqual([['service-level clocks, run 1', 'not running']]);
    expect(named(early)).toEqual([['service-level clocks, run 1', 'not running']]);
    expect(named(behind)).toEqual([['service-level clocks, run 1', waits]]);
    expect(named(stray).toSorted()).toEqual([
      ['service-level clocks, run 1', waits],
      ['service-level clocks, run 2', 'not running'],
    ]);
    expect(report.stdout).not.toContain(fine);
  });

  test('is mended as far as a ledger, a record or a history proves what is right, each thing once', async () => {
    const { sql } = stack;
    // What only a person can judge is put right by hand, except one: for it the program goes through everything again.
    const byHand = DAMAGES.filter(({ what }) => !MENDED.includes(what) && what !== COUNTS_TWICE);
    const ids = [twice, ...byHand.map(({ what }) => damaged.get(what))].map((each) => each?.id ?? '');
    await damage(async (transaction) => {
      await transaction`delete from ledger where entitlement_id = any(${ids})`;
      await transaction`insert into ledger select * from ledger_before where entitlement_id = any(${ids})`;
      await transaction`
        update entitlements set renewed_by_id = before.renewed_by_id from entitlements_before as before
        where entitlements.id = before.id and before.id = any(${ids})`;
    });

    const repaired = await reconcile('--repair');
    const left = repaired.printed.differences.map(({ what }) => what);
    expect(left, repaired.stdout).toEqual([`key twice:${damaged.get(COUNTS_TWICE)?.posted} counts in 2 places`]);
    expect(repaired.code).toBe(1);
    for (const what of MENDED) expect(repaired.stdout, what).toContain(`mended ${damaged.get(what)?.id}: `);
    expect(repaired.stdout).toContain(
      `mended ${damaged.get('a lost row')?.id}: wrote row 3 from its workflow's history`,
    );
    for (const caseId of [lost, early, behind, stray]) expect(repaired.stdout).toContain(`mended ${caseId}: `);
    expect(repaired.stderr).toContain('repairing once more');
    const mended = repaired.printed.mended?.map((each) => JSON.stringify(each));
    expect(mended).toEqual([...new Set(mended)]);

    const statuses = await sql<{ status: string }[]>`select status from case_clocks where case_id = ${behind ?? ''}`;
    expect(statuses.map(({ status }) => status)).toEqual(['paused', 'paused']);
    await turnTaken(early ?? '');
    await until('the run that no longer looks after the clocks ends', 60_000, async () =>
      (await (await clocks(stray)).describe()).status.name === 'COMPLETED' ? true : undefined,
    );
    expect((await (await clocks(stray, 2)).describe()).status.name).toBe('RUNNING');
    expect((await reconciled(stack)).differences.map(({ what }) => what)).toEqual(left);
  }, 300_000);
});

test('refuses to repair when no worker can tell what workflows hold', async () => {
  const { code, stderr } = await stack.run('bin/reconcile/main.js', ['--repair'], { ALLOT_TASK_QUEUE: 'nobody' });
  expect(stderr).toContain('No worker runs');
  expect(code).toBe(2);
});

test('fails when Temporal does not answer, and does not report agreement', async () => {
  await must(200, stack.ask('GET', '/readyz'));
  const { code, stderr } = await stack.run('bin/reconcile/main.js', [], { TEMPORAL_ADDRESS: '127.0.0.1:1' });
  expect(stderr).toMatch(/Temporal does not answer/);
  expect(code).toBe(2);
});
