import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clockWorkflows } from '../../bin/reconcile/reconcile-clocks.ts';
import { tellClocksAgain } from '../../db/clocks/clock-repair.ts';
import { fastForward } from '../../dev/fast-forward.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import { caseChanged, clockState, clockWorkflowIdOf } from '../../workflows/clocks/clock-messages.ts';
import { workflowIdOf } from '../../workflows/entitlements/messages.ts';
import { MINUTE_MS } from '../support/days.ts';
import { HttpReceiver } from '../support/http-receiver.ts';
import { ownStackOfFile } from '../support/own-stack-of-file.ts';
import { aCase, anActive, must } from '../support/records.ts';
import { unique } from '../support/unique.ts';
import { until } from '../support/waiting.ts';
import type { ClocksView } from '../system/clocks/clock-scenes.ts';

/** An attempt that hangs with the database is given up after 30 s, and the next one comes at most 30 s later. */
const RECOVERS_WITHIN_MS = 180_000;
/**
 * The server fires a timer some 10 to 100 ms after its instant; a busy machine takes longer. A clock that slept until
 * another instant is later by more.
 */
const TIMER_LATENESS_MS = MINUTE_MS;

const stack = ownStackOfFile({ env: { ALLOT_WEBHOOK_ALLOW_PRIVATE: 'true' } });
let receiver: HttpReceiver;
beforeAll(async () => {
  receiver = await HttpReceiver.start();
  // Events are recorded for webhooks alone.
  const types = ['sla.nearing', 'sla.breached', 'sla.met'];
  await must(201, stack().ask('POST', '/v1/webhooks', { url: receiver.url, types }));
});
afterAll(async () => {
  await receiver.stop();
});

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const AROUND_THE_CLOCK = { kind: '24x7' };
/** Two hours a day: ten hours of service take five days. */
const IN_KATHMANDU = {
  kind: 'business_hours',
  timeZone: 'Asia/Kathmandu',
  hours: Object.fromEntries(DAYS.map((day) => [day, [{ from: '10:00', to: '12:00' }]])),
  holidays: [],
};

/** A case with one clock, and what was promised when it attached. */
interface Watched {
  readonly caseId: string;
  readonly entitlementId: EntitlementId;
  readonly warnsAt: string;
  readonly dueAt: string;
  readonly workflow: WorkflowHandle;
}

/** A case whose first response is due after ten hours of service. Temporal wakes its clock shortly before the warning. */
async function watched(calendar: object): Promise<Watched> {
  const slaId = unique('sla');
  const sla = { name: slaId, firstResponseMinutes: 600, warnAtPercent: [75], calendar, mailTo: ['lead@example.com'] };
  await must(201, stack().ask('PUT', `/v1/slas/${slaId}`, sla));
  const active = await anActive(stack(), { slaId });
  const caseId = await aCase(stack(), active);
  const workflow = (await stack().client()).workflow.getHandle(clockWorkflowIdOf(caseId, 1));
  await until('the workflow of the clock runs', RECOVERS_WITHIN_MS, async () =>
    (await workflow.describe()).status.name === 'RUNNING' ? true : undefined,
  );
  const { warnsAt, dueAt } = await clockOf(caseId);
  return { caseId, entitlementId: active.id, warnsAt: warnsAt ?? '', dueAt, workflow };
}

/** The same, with a workflow that was woken and sleeps until the warning by its own timer. */
async function awake(calendar: object): Promise<Watched> {
  const watching = await watched(calendar);
  await until('it is told again', RECOVERS_WITHIN_MS, async () =>
    (await tellClocksAgain(stack().sql, { caseId: watching.caseId, run: 1 })) ? true : undefined,
  );
  await until(
    'the clock is looked at',
    RECOVERS_WITHIN_MS,
    async () => (await watching.workflow.query(clockState)) ?? undefined,
  );
  return watching;
}

async function clockOf(caseId: string): Promise<ClocksView['clocks'][number]> {
  const { clocks } = await must(200, stack().ask<ClocksView>('GET', `/v1/cases/${caseId}/clocks`));
  const [clock, ...others] = clocks;
  if (clock === undefined || others.length > 0) throw new Error(`${caseId} has ${clocks.length} clocks`);
  return clock;
}

/** Answers the case, twice under one key. Gives the instant that the ledger has. */
async function answered({ caseId }: Watched): Promise<string> {
  const [path, key] = [`/v1/cases/${caseId}/respond`, unique('respond')];
  const first = await must(200, stack().ask('POST', path, {}, key));
  expect(await must(200, stack().ask('POST', path, {}, key))).toEqual(first);
  const [row, ...others] = await stack().sql<{ at: Date }[]>`
    select at from ledger where case_id = ${caseId} and kind = 'responded'`;
  if (row === undefined || others.length > 0) throw new Error(`${caseId} was answered ${others.length + 1} times`);
  return row.at.toISOString();
}

/** What was announced about a case: the events with their instants, then the mails by their first words. */
async function announced({ caseId }: Watched): Promise<string[]> {
  const events = await stack().sql<{ type: string; at: Date }[]>`
    select type, at from events where record_id = ${caseId} and type like 'sla.%' order by at`;
  const mails = await stack().sql<{ subject: string }[]>`
    select email ->> 'subject' as subject from deliveries where about = ${caseId} and kind = 'email' order by number`;
  return [
    ...events.map(({ type, at }) => `${type} ${at.toISOString()}`),
    ...mails.map(({ subject }) => `mail: ${subject.split(':')[0]}`),
  ];
}

const met = (at: string) => [`sla.met ${at}`];
const warned = ({ warnsAt }: Watched) => [`sla.nearing ${warnsAt}`, 'mail: Nearing'];
const breached = ({ warnsAt, dueAt }: Watched, answeredAt?: string) => [
  ...[`sla.nearing ${warnsAt}`, `sla.breached ${dueAt}`],
  ...(answeredAt === undefined ? [] : met(answeredAt)),
  ...['mail: Nearing', 'mail: Breached'],
];

const becomes = (watching: Watched, wanted: readonly string[]) =>
  until(`announced: ${wanted}`, RECOVERS_WITHIN_MS, async () => {
    const found = await announced(watching);
    if (String(found) !== String(wanted)) throw new Error(`announced: ${found}`);
    return true;
  });

/** The clock as lists and reports have it, and when it was looked at last. */
async function recorded({ caseId }: Watched) {
  const [row] = await stack().sql<{ status: string; breachedAt: Date | null; metAt: Date | null; asOf: Date }[]>`
    select status, breached_at as "breachedAt", met_at as "metAt", as_of as "asOf"
    from case_clocks where case_id = ${caseId}`;
  if (row === undefined) throw new Error(`no clock of ${caseId} is recorded`);
  const iso = (at: Date | null) => at?.toISOString() ?? null;
  return { clock: { status: row.status, breachedAt: iso(row.breachedAt), metAt: iso(row.metAt) }, asOf: row.asOf };
}

const NEARING = { status: 'nearing', breachedAt: null, metAt: null };

interface Happened {
  readonly at: number;
  readonly isTimer: boolean;
  readonly isTurn: boolean;
}

/** What has happened in a workflow, by its own time. */
async function historyOf({ workflowId }: Pick<WorkflowHandle, 'workflowId'>): Promise<Happened[]> {
  const { events } = await (await stack().client()).workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).map(({ eventTime, timerFiredEventAttributes, activityTaskCompletedEventAttributes }) => ({
    at: Number(eventTime?.seconds ?? 0) * 1_000 + Math.floor((eventTime?.nanos ?? 0) / 1_000_000),
    isTimer: timerFiredEventAttributes != null,
    isTurn: activityTaskCompletedEventAttributes != null,
  }));
}

/**
 * Moves a workflow's time to a minute past an instant. A part that is away holds it at the first instant at which
 * something happens; `arrived` resolves once the workflow is there, or has ended.
 */
async function movedPast(workflowId: string, instant: string): Promise<{ readonly arrived: Promise<void> }> {
  const now = Math.max(Date.now(), ...(await historyOf({ workflowId })).map(({ at }) => at));
  const ms = Date.parse(instant) + MINUTE_MS - now;
  return { arrived: fastForward(await stack().connection(), 'default', workflowId, ms).catch(() => undefined) };
}

/** Waits until the instant has come for the clock, whether or not anybody could do anything about it. */
const comesTo = ({ workflow }: Watched, instant: string) =>
  until(`${workflow.workflowId} comes to ${instant}`, RECOVERS_WITHIN_MS, async () => {
    const isThere = ({ at, isTimer }: Happened) => isTimer && at >= Date.parse(instant);
    return (await historyOf(workflow)).some(isThere) ? true : undefined;
  });

/** Has the clock looked at once more. */
async function lookedAtAgain({ workflow }: Watched): Promise<void> {
  const turns = async () => (await historyOf(workflow)).filter(({ isTurn }) => isTurn).length;
  const before = await turns();
  for (let n = 0; n < 3; n += 1) await workflow.signal(caseChanged);
  await until('another turn', RECOVERS_WITHIN_MS, async () => ((await turns()) > before ? true : undefined));
}

/** Has the workflow that follows the ended one look at the clock, which ends it too. */
async function lookedAtAfterItsEnd({ caseId }: Watched): Promise<void> {
  const [work] = await stack().sql<{ run: number }[]>`select run from case_clock_work where case_id = ${caseId}`;
  const run = work?.run ?? 0;
  await until('it is told again', RECOVERS_WITHIN_MS, async () =>
    (await tellClocksAgain(stack().sql, { caseId, run })) ? true : undefined,
  );
  const next = (await stack().client()).workflow.getHandle(clockWorkflowIdOf(caseId, run));
  await until('another workflow looked at it', RECOVERS_WITHIN_MS, async () =>
    (await next.describe()).status.name === 'COMPLETED' ? true : undefined,
  );
}

/** Answers one case in time, and lets the clock of another run out. */
async function runsOut(late: Watched, prompt: Watched): Promise<string> {
  await (await movedPast(workflowIdOf(prompt.entitlementId), new Date(Date.now() + 60 * MINUTE_MS).toISOString()))
    .arrived;
  const promptAt = await answered(prompt);
  await becomes(prompt, met(promptAt));
  expect((await recorded(prompt)).clock).toEqual({ status: 'met', breachedAt: null, metAt: promptAt });

  for (const [instant, wanted, clock] of [
    [late.warnsAt, warned(late), NEARING],
    [late.dueAt, breached(late), { status: 'breached', breachedAt: late.dueAt, metAt: null }],
  ] as const) {
    await (await movedPast(late.workflow.workflowId, instant)).arrived;
    await becomes(late, wanted);
    const now = await recorded(late);
    expect(now.clock).toEqual(clock);
    const latenessMs = now.asOf.getTime() - Date.parse(instant);
    expect(latenessMs).toBeGreaterThanOrEqual(0);
    expect(latenessMs).toBeLessThan(TIMER_LATENESS_MS);
  }
  return promptAt;
}

test('around the clock and in the hours of another zone, a clock warns and is breached or met at its instant, each once', async () => {
  const pairs = [];
  for (const calendar of [AROUND_THE_CLOCK, IN_KATHMANDU]) {
    const [late, prompt] = [await watched(calendar), await watched(calendar)];
    pairs.push({ late, prompt, promptAt: await runsOut(late, prompt) });
  }

  await stack().kill('worker');
  await stack().begin('worker');
  for (const { late, prompt, promptAt } of pairs) {
    await lookedAtAgain(late);
    await lookedAtAfterItsEnd(prompt);
    expect(await announced(late)).toEqual(breached(late));
    expect(await announced(prompt)).toEqual(met(promptAt));

    await (await movedPast(workflowIdOf(late.entitlementId), late.dueAt)).arrived;
    const lateAt = await answered(late);
    await becomes(late, breached(late, lateAt));
    expect(await clockOf(late.caseId)).toMatchObject({ status: 'breached', breachedAt: late.dueAt, metAt: lateAt });
  }
});

type Away = readonly ('worker' | 'postgres')[];
/** What is away when the warning comes, and then when the clock is breached. */
const AWAY: readonly (readonly [warning: Away, breach: Away])[] = [
  [['worker'], ['postgres']],
  [['postgres'], ['worker']],
  [
    ['worker', 'postgres'],
    ['worker', 'postgres'],
  ],
];
/** What is not in the first is in `npm run test:long` alone. */
const SHOWN = process.env.ALLOT_LONG === undefined ? AWAY.slice(0, 1) : AWAY;

test.each(SHOWN)(
  'a warning while %j is away and a breach while %j is away count as of their instants, and are announced once',
  async (atWarning, atBreach) => {
    const late = [await awake(AROUND_THE_CLOCK), await awake(IN_KATHMANDU)];
    const prompt = await watched(AROUND_THE_CLOCK);
    const promptAt = await answered(prompt);

    const passing = async (parts: Away, instantOf: (each: Watched) => string, cases: readonly Watched[]) => {
      for (const part of parts) await stack().kill(part);
      const moves = await Promise.all(cases.map((each) => movedPast(each.workflow.workflowId, instantOf(each))));
      for (const each of late) await comesTo(each, instantOf(each));
      for (const part of parts.toReversed()) await stack().begin(part);
      return async () => {
        for (const { arrived } of moves) await arrived;
      };
    };

    const afterWarning = await passing(atWarning, ({ warnsAt }) => warnsAt, [...late, prompt]);
    for (const each of late) {
      await becomes(each, warned(each));
      expect((await recorded(each)).clock).toEqual(NEARING);
    }
    await becomes(prompt, met(promptAt));
    expect((await recorded(prompt)).clock).toEqual({ status: 'met', breachedAt: null, metAt: promptAt });
    await afterWarning();

    const afterBreach = await passing(atBreach, ({ dueAt }) => dueAt, late);
    for (const each of late) {
      await becomes(each, breached(each));
      const clock = { status: 'breached', breachedAt: each.dueAt, metAt: null };
      expect((await recorded(each)).clock).toEqual(clock);
      expect(await clockOf(each.caseId)).toMatchObject({ ...clock, dueAt: each.dueAt });
    }
    await afterBreach();

    for (const each of late) {
      await lookedAtAgain(each);
      expect(await announced(each)).toEqual(breached(each));
    }
    await lookedAtAfterItsEnd(prompt);
    expect(await announced(prompt)).toEqual(met(promptAt));
  },
);

test('for reconcile, a workflow that sleeps says what it waits for, and one that was woken and does not answer is silent', async () => {
  const [asleep, woken] = [await watched(AROUND_THE_CLOCK), await awake(AROUND_THE_CLOCK)];
  // It has nothing left to do: a query is answered after all that came before.
  await lookedAtAgain(woken);
  await woken.workflow.query(clockState);
  await stack().kill('worker');
  const answers = await clockWorkflows(await stack().client()).running();
  expect(answers.get(asleep.workflow.workflowId)).toEqual({ wakesAt: Date.parse(asleep.warnsAt), isOver: false });
  expect(answers.get(woken.workflow.workflowId)).toBe('no answer');
});
