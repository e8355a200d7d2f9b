import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { LedgerRow } from '../../../../tools/chaos/evidence.ts';
import type { AskedCase, AskedCommand, Attempt, Told } from '../../../../tools/chaos/journal.ts';
import { judge } from '../../../../tools/chaos/judge.ts';
import type { RunRecord, Verdict } from '../../../../tools/chaos/judge-record.ts';

/**
 * A run that `npm run chaos` recorded and in which nothing was found. Each test does to it what a fault of the product
 * would do, and the judge must find it.
 */
const RECORDED = readFileSync(new URL('recorded-run.json.gz', import.meta.url));

type Writable<Value> = { -readonly [Field in keyof Value]: Writable<Value[Field]> };
type Run = Writable<RunRecord>;

const recorded = (): Run => JSON.parse(gunzipSync(RECORDED).toString('utf8'));

/** The first of these; a recorded run without one proves nothing. */
function first<Item>(items: readonly Item[], which: (item: Item) => boolean = () => true): Item {
  const found = items.find(which);
  if (found === undefined) throw new Error('The recorded run has nothing of the kind.');
  return found;
}

const toldOf = (asked: { readonly attempts: readonly Writable<Attempt>[] }, which: (told: Told) => boolean) =>
  asked.attempts.find(({ told }) => told !== null && which(told))?.told ?? undefined;
const decided = ({ outcome, seq }: Told): boolean => outcome === 'accepted' && seq !== null;
const isDecided = (asked: Writable<AskedCase>): boolean => toldOf(asked, decided) !== undefined;

const rowsOf = (run: Run, key: string): Writable<LedgerRow>[] => run.stored.ledger.filter((row) => row.key === key);

/** A case event that was accepted, with its row. */
function acknowledged(run: Run, which: (asked: Writable<AskedCase>, row: Writable<LedgerRow>) => boolean = () => true) {
  const asked = first(run.journal.cases, (one) => {
    const [row] = rowsOf(run, one.key);
    return isDecided(one) && row !== undefined && which(one, row);
  });
  return { asked, row: first(rowsOf(run, asked.key)), told: first([toldOf(asked, decided)]) as Writable<Told> };
}

const command = (run: Run, kind: AskedCommand['kind']) =>
  first(
    run.journal.commands,
    (asked) => asked.kind === kind && toldOf(asked, (told) => told.outcome === 'accepted') !== undefined,
  );

const timed = (run: Run, sort: string): string => first(run.timed, (id) => id.endsWith(`_${sort}`));

/** What is done to the run, and what must be found of it. */
type Violation = readonly [what: string, verdict: Verdict, found: RegExp, doIt: (run: Run) => void];

const VIOLATIONS: readonly Violation[] = [
  [
    'the row of an acknowledged event is gone',
    'lost',
    /acknowledged and is not on record/,
    (run) => {
      const { row } = acknowledged(run);
      run.stored.ledger = run.stored.ledger.filter((each) => each !== row);
    },
  ],
  [
    'the row of a signal is gone',
    'lost',
    /acknowledged and is not on record/,
    (run) => {
      const asked = first(
        run.journal.cases,
        (one) =>
          rowsOf(run, one.key).length > 0 && one.attempts.length === 1 && one.attempts[0]?.told?.outcome === 'told',
      );
      run.stored.ledger = run.stored.ledger.filter(({ key }) => key !== asked.key);
    },
  ],
  [
    'the row of an acknowledged command is gone',
    'lost',
    /acknowledged and is not on record/,
    (run) => {
      const { key } = command(run, 'top-up');
      run.stored.ledger = run.stored.ledger.filter((row) => row.key !== key);
    },
  ],
  [
    'an acknowledged case has no record',
    'lost',
    /has no record/,
    (run) => {
      const { asked } = acknowledged(run, ({ kind }) => kind === 'attach');
      run.stored.cases = run.stored.cases.filter(({ id }) => id !== asked.content.caseId);
    },
  ],
  [
    'a key stands in two ledgers',
    'twice',
    /stands in 2 places/,
    (run) => {
      const { row } = acknowledged(run);
      const other = first(run.stored.entitlements, ({ id }) => id !== row.entitlementId);
      run.stored.ledger.push({ ...row, entitlementId: other.id, seq: other.seq + 1 });
    },
  ],
  [
    'a key of which nobody knows stands in a ledger and among the cases without one',
    'twice',
    /stands in 2 places/,
    (run) => {
      const { asked } = acknowledged(run);
      for (const attempt of asked.attempts) attempt.told = null;
      asked.isAbandoned = true;
      run.stored.unattached.push({ key: asked.key, caseId: asked.content.caseId });
    },
  ],
  [
    'a refused event was decided',
    'inconsistent',
    /refused and yet decided/,
    (run) => {
      const { asked } = acknowledged(run, ({ attempts }) => attempts.length === 1);
      asked.attempts = asked.attempts.map((attempt) => ({
        ...attempt,
        told: { outcome: 'refused', status: 404, code: 'not_found', seq: null },
      }));
    },
  ],
  ...(['seq', 'change', 'remainingTerm'] as const).map(
    (field): Violation => [
      `an answer has another ${field} than its row`,
      'inconsistent',
      /differs from its row/,
      (run) => {
        const { told } = acknowledged(run, (_asked, row) => row.remainingAfter !== null);
        Object.assign(told, { [field]: Number(told[field]) + 1 });
      },
    ],
  ),
  [
    'an answer shows the case otherwise than its row',
    'inconsistent',
    /differs from its row: status/,
    (run) => {
      const { told } = acknowledged(
        run,
        (asked, row) => toldOf(asked, (one) => one.body !== undefined) !== undefined && row.after?.isDetached === false,
      );
      told.body = { ...told.body, status: 'lost' };
    },
  ],
  [
    'a repeated answer is another one',
    'inconsistent',
    /a repeated answer/,
    (run) => {
      const { asked, told } = acknowledged(run, (one) => one.kind !== 'move');
      asked.attempts.push({ way: 'list', sentAt: 1e9, endedAt: 1e9, told: { ...told, change: 77 }, isRepeat: true });
    },
  ],
  [
    'a repeated answer differs in its body alone',
    'inconsistent',
    /is not the first one/,
    (run) => {
      const { asked, told } = acknowledged(run, (one) => toldOf(one, (each) => each.body !== undefined) !== undefined);
      const body = { ...told.body, entitlementExplanation: 'for another reason' };
      asked.attempts.push({ way: 'route', sentAt: 1e9, endedAt: 1e9, told: { ...told, body }, isRepeat: true });
    },
  ],
  [
    'one key is called a conflict',
    'inconsistent',
    /409 idempotency_conflict/,
    (run) => {
      const { asked } = acknowledged(run);
      const told = { outcome: 'refused', status: 409, code: 'idempotency_conflict', seq: null } as const;
      asked.attempts.push({ way: 'route', sentAt: 1e9, endedAt: 1e9, told });
    },
  ],
  [
    'an API answered 500',
    'inconsistent',
    /answered with 500/,
    (run) => {
      const { asked } = acknowledged(run);
      asked.attempts.push({ way: 'route', sentAt: 1e9, endedAt: 1e9, told: null, trouble: '500 ' });
    },
  ],
  [
    'a command was answered with a remaining that its version never had',
    'inconsistent',
    /differs from the ledger/,
    (run) => {
      const told = first(command(run, 'top-up').attempts, (attempt) => attempt.told !== null).told;
      if (told !== null) told.body = { ...told.body, remainingTerm: 12_345 };
    },
  ],
  [
    'the ledger turns the order of two events around',
    'inconsistent',
    /has the lower number/,
    (run) => {
      const { asked } = acknowledged(run, (_asked, row) => {
        const last = Math.max(
          ...run.stored.ledger.filter((each) => each.entitlementId === row.entitlementId).map(({ seq }) => seq),
        );
        return row.seq < last - 3;
      });
      asked.attempts = asked.attempts.map((attempt) => ({ ...attempt, sentAt: 1e9, endedAt: 1e9 + 1 }));
    },
  ],
  [
    'a reader sees an old version',
    'inconsistent',
    /a reader did not see/,
    (run) => {
      const { row } = acknowledged(run, (_asked, each) => each.seq > 2);
      const old = first(
        run.stored.ledger,
        (each) => each.entitlementId === row.entitlementId && each.seq === row.seq - 1,
      );
      run.journal.readings.push({
        entitlementId: row.entitlementId,
        sentAt: 1e9,
        version: old.seq,
        status: 'active',
        remainingTerm: old.remainingAfter,
      });
    },
  ],
  [
    'a reader sees another remaining',
    'inconsistent',
    /another remaining/,
    (run) => {
      const row = first(run.stored.ledger, ({ seq, remainingAfter }) => seq === 1 && remainingAfter !== null);
      run.journal.readings.push({
        entitlementId: row.entitlementId,
        sentAt: 0,
        version: 1,
        status: 'draft',
        remainingTerm: Number(row.remainingAfter) + 1,
      });
    },
  ],
  [
    'the ledger has a gap',
    'inconsistent',
    /the ledger has \d+ where/,
    (run) => {
      const row = first(run.stored.ledger, ({ kind }) => kind === 'activated');
      run.stored.ledger = run.stored.ledger.filter((each) => each !== row);
    },
  ],
  [
    'a change does not add up',
    'inconsistent',
    /the changes add up to/,
    (run) => {
      const row = first(run.stored.ledger, ({ remainingAfter, kind }) => remainingAfter !== null && kind === 'created');
      row.remainingAfter = Number(row.remainingAfter) + 1;
    },
  ],
  [
    'the read model has another remaining',
    'inconsistent',
    /the read model has/,
    (run) => {
      const entitlement = first(run.stored.entitlements, ({ remainingTerm }) => remainingTerm !== null);
      entitlement.remainingTerm = Number(entitlement.remainingTerm) + 1;
    },
  ],
  [
    'the workflow has another remaining',
    'inconsistent',
    /workflow and read model differ/,
    (run) => {
      const { state } = first(
        run.workflows,
        (workflow) => workflow.state !== undefined && workflow.state.remainingTerm !== null,
      );
      if (state !== undefined) state.remainingTerm = Number(state.remainingTerm) - 1;
    },
  ],
  [
    'a restricted entitlement takes what is not there',
    'inconsistent',
    /where nothing was left/,
    (run) => {
      const { row } = acknowledged(run, (_asked, each) => {
        const of = run.stored.entitlements.find(({ id }) => id === each.entitlementId);
        return each.kind === 'attached' && each.change < 0 && !each.overrode && of?.restrict === true;
      });
      row.remainingAfter = row.change;
    },
  ],
  [
    'a case is on two entitlements',
    'inconsistent',
    /by the ledger, and on/,
    (run) => {
      const { row } = acknowledged(run, (_asked, each) => each.kind === 'attached');
      const other = first(run.stored.entitlements, ({ id, isDeleted }) => id !== row.entitlementId && !isDeleted);
      run.stored.ledger.push({ ...row, key: null, entitlementId: other.id, seq: other.seq + 1 });
    },
  ],
  [
    'a case takes twice what it should',
    'inconsistent',
    /where the rules say/,
    (run) => {
      const { row } = acknowledged(run, (asked, each) => {
        const of = run.stored.entitlements.find(({ id }) => id === each.entitlementId);
        const isPlain = of?.allocationType === 'cases' && !of.hasPrice && !of.hasPeriods;
        return asked.kind === 'attach' && isPlain && each.kind === 'attached' && each.change === -1;
      });
      row.change = -2;
    },
  ],
  [
    'a contract has two open renewals',
    'twice',
    /has 2 open renewals/,
    (run) => {
      const renewal = first(run.stored.renewals, ({ isOver }) => !isOver);
      run.stored.renewals.push({ ...renewal, id: `${renewal.id}-again`, n: renewal.n + 1 });
    },
  ],
  [
    'a notice was given twice',
    'twice',
    /2 steps "notice"/,
    (run) => void first(run.stored.renewals).steps.push('notice'),
  ],
  [
    'a renewal has no notice',
    'lost',
    /has no notice/,
    (run) => {
      first(run.stored.renewals).steps = [];
    },
  ],
  [
    'an acknowledged decision is not on record',
    'lost',
    /and the renewal is/,
    (run) => {
      const { target } = first(
        run.journal.commands,
        ({ kind, attempts }) =>
          (kind === 'accept' || kind === 'decline') && attempts.some(({ told }) => told?.outcome === 'accepted'),
      );
      first(run.stored.renewals, ({ id }) => id === target).stage = 'open';
    },
  ],
  [
    'an acknowledged snooze is not on record',
    'lost',
    /snoozes were acknowledged/,
    (run) => {
      const { target } = command(run, 'snooze');
      first(run.stored.renewals, ({ id }) => id === target).snoozes = 0;
    },
  ],
  [
    'an end did not come',
    'lost',
    /0 rows "expired"/,
    (run) => {
      const id = timed(run, 'ends');
      run.stored.ledger = run.stored.ledger.filter((row) => row.entitlementId !== id || row.kind !== 'expired');
    },
  ],
  [
    'a period turned twice',
    'twice',
    /2 rows "period_started"/,
    (run) => {
      const id = timed(run, 'turns');
      const row = first(
        run.stored.ledger,
        ({ entitlementId, kind }) => entitlementId === id && kind === 'period_started',
      );
      run.stored.ledger.push({ ...row, seq: row.seq + 100 });
    },
  ],
  [
    'a webhook did not come',
    'lost',
    /a webhook did not come/,
    (run) => {
      const { key } = first(run.stored.deliveries, ({ kind }) => kind === 'webhook');
      run.received = run.received.filter(({ body }) => JSON.parse(body).key !== key);
    },
  ],
  [
    'a webhook came again with another id',
    'inconsistent',
    /came again as another/,
    (run) => void run.received.push({ ...first(run.received), id: 'evt_other' }),
  ],
  [
    'a mail did not come',
    'lost',
    /a email did not come/,
    (run) => {
      run.mails = [];
    },
  ],
  [
    'a delivery is never done',
    'stuck',
    /came, and is pending/,
    (run) => {
      first(run.stored.deliveries, ({ kind }) => kind === 'webhook').status = 'pending';
    },
  ],
  [
    'a caller never got an answer',
    'stuck',
    /never got an answer/,
    (run) => {
      for (const attempt of acknowledged(run).asked.attempts) attempt.told = null;
    },
  ],
  [
    'an entitlement decides nothing any more',
    'stuck',
    /no longer decided/,
    (run) => {
      const asked = first(run.journal.cases, ({ client }) => client === 'probe');
      for (const attempt of asked.attempts)
        attempt.told = { outcome: 'refused', status: 404, code: 'not_found', seq: null };
    },
  ],
  [
    'no workflow runs for an active entitlement',
    'stuck',
    /no workflow runs for it/,
    (run) => {
      const { id } = first(run.stored.entitlements, ({ status, isDeleted }) => status === 'active' && !isDeleted);
      run.workflows = run.workflows.filter((workflow) => workflow.id !== `entitlement/${id}`);
    },
  ],
  [
    'a workflow failed',
    'stuck',
    /is FAILED/,
    (run) => {
      first(run.workflows).status = 'FAILED';
    },
  ],
  [
    'an update has no outcome',
    'stuck',
    /updates have no outcome/,
    (run) => void first(run.workflows).troubles.push('1 updates have no outcome'),
  ],
  [
    'a process ended by itself',
    'stuck',
    /ended by itself/,
    (run) => void run.badEnds.push({ part: 'worker-1', how: 'ended by itself: exit code 1', at: 0 }),
  ],
  ['an API does not become ready', 'stuck', /not ready/, (run) => void run.notWhole.push('api-1 is not ready')],
  [
    'reconcile finds a difference',
    'differences',
    /remaining/,
    (run) => {
      run.reconcile = { code: 1, lines: ['ent_1: remaining'] };
    },
  ],
];

describe('the judge of a chaos run', () => {
  test('finds nothing in a run in which all went well', () => {
    expect(judge(recorded())).toEqual([]);
  });

  test.each(VIOLATIONS)('finds that %s', (_what, verdict, found, doIt) => {
    const run = recorded();
    doIt(run);
    const findings = judge(run);
    expect(findings).toContainEqual(expect.objectContaining({ verdict, what: expect.stringMatching(found) }));
  });
});
