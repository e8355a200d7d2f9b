import { expect, test } from 'vitest';
import { entitlementId } from '../../../domain/ids.ts';
import type { PauseEnd } from '../../../domain/terms/pauses.ts';
import { renewalState, renewalWorkflowIdOf } from '../../../workflows/renewals/renewal-messages.ts';
import { aCustomer, anActive, ask, attach, entitlement, ledger } from '../../support/api-client.ts';
import { dayFromNow } from '../../support/days.ts';
import { Clock, temporal } from '../../support/temporal.ts';
import { soon } from '../../support/waiting.ts';
import { renewalsOf } from '../renewals/renewal-scenes.ts';

/**
 * Everything that a pause can overlap, on workflows whose clocks are moved. The days lie in a year to come, so that they
 * can be written down; each day that is looked at is a minute old.
 *
 * The contract: 1 July to 31 October in UTC, 10 cases a month, of which 3 roll over; notice 10 days before the end and
 * reminder 5 days before it. So without a pause it turns on 1 August, 1 September and 1 October, the notice comes on 22
 * October (10 days before 1 November, with whose beginning it is over) and the reminder on 27 October.
 */
const YEAR = dayFromNow(300).slice(0, 4);
const CONTRACT = {
  ...{ startDate: `${YEAR}-07-01`, endDate: `${YEAR}-10-31`, timeZone: 'UTC' },
  ...{ period: 'month', totalTerm: 10, rolloverCap: 3 },
  renewalPolicy: { noticeDays: 10, reminderDays: 5, escalationDays: 0 },
};

/** A month and a day, `08-05`. */
type Day = string;

/** How the entitlement stands: its status, since when it is paused, its last day, when its period turns, what is left. */
type State = readonly [status: string, pausedSince: Day | null, endDate: Day, turns: Day, left: number];

interface Line {
  readonly pauses: readonly (readonly [from: Day, until: Day])[];
  readonly end: PauseEnd;
  /** Cases that attach on 2 July. */
  readonly cases: number;
  readonly looks: readonly (readonly [on: Day, ...State])[];
  /** What time did by itself until the last look. */
  readonly rows: readonly (readonly [kind: string, on: Day])[];
  /** When the notice and the reminder come; null: it ends without a renewal. */
  readonly renewal: readonly [notice: Day, reminder: Day] | null;
}

/** What happens by itself in every contract that is not paused before October. */
const SUMMER = [
  ['started', '07-01'],
  ['period_started', '08-01'],
  ['period_started', '09-01'],
  ['period_started', '10-01'],
] as const;

const LINES: Readonly<Record<string, Line>> = {
  // Ten days before the term are no days of cover: nothing moves.
  'before the start, keep': {
    pauses: [['06-10', '06-20']],
    end: 'keep',
    cases: 0,
    looks: [
      ['06-15', 'waiting', '06-10', '10-31', '08-01', 10],
      ['07-02', 'active', null, '10-31', '08-01', 10],
    ],
    rows: [
      ['paused', '06-10'],
      ['resumed', '06-20'],
      ['started', '07-01'],
    ],
    renewal: ['10-22', '10-27'],
  },
  'before the start, shift': {
    pauses: [['06-10', '06-20']],
    end: 'shift',
    cases: 0,
    looks: [
      ['06-15', 'waiting', '06-10', '10-31', '08-01', 10],
      ['07-02', 'active', null, '10-31', '08-01', 10],
    ],
    rows: [
      ['paused', '06-10'],
      ['resumed', '06-20'],
      ['started', '07-01'],
    ],
    renewal: ['10-22', '10-27'],
  },
  // It is active at its start and stays paused. Of 21 days of pause 10 lie in the term, 1 to 10 July.
  'over the start, keep': {
    pauses: [['06-20', '07-11']],
    end: 'keep',
    cases: 0,
    looks: [
      ['07-02', 'active', '06-20', '10-31', '08-01', 10],
      ['07-12', 'active', null, '10-31', '08-01', 10],
    ],
    rows: [
      ['paused', '06-20'],
      ['started', '07-01'],
      ['resumed', '07-11'],
    ],
    renewal: ['10-22', '10-27'],
  },
  // 31 October and 10 days: 10 November; 1 August and 10 days: 11 August; 11 November less 10 and 5 days.
  'over the start, shift': {
    pauses: [['06-20', '07-11']],
    end: 'shift',
    cases: 0,
    looks: [
      ['07-02', 'active', '06-20', '10-31', '08-01', 10],
      ['07-12', 'active', null, '11-10', '08-11', 10],
    ],
    rows: [
      ['paused', '06-20'],
      ['started', '07-01'],
      ['resumed', '07-11'],
    ],
    renewal: ['11-01', '11-06'],
  },
  // August begins when it goes on, and turns as planned. 10 less 2 cases are 8; 3 of them and 10 are 13.
  'over a turn, keep': {
    pauses: [['07-25', '08-05']],
    end: 'keep',
    cases: 2,
    looks: [
      ['08-02', 'active', '07-25', '10-31', '08-01', 8],
      ['08-06', 'active', null, '10-31', '09-01', 13],
    ],
    rows: [
      ['started', '07-01'],
      ['paused', '07-25'],
      ['resumed', '08-05'],
      ['period_started', '08-05'],
    ],
    renewal: ['10-22', '10-27'],
  },
  // 11 days: the turns come on 12 August and 12 September, the end on 11 November; 12 November less 10 and 5 days.
  'over a turn, shift': {
    pauses: [['07-25', '08-05']],
    end: 'shift',
    cases: 2,
    looks: [
      ['08-02', 'active', '07-25', '10-31', '08-01', 8],
      ['08-06', 'active', null, '11-11', '08-12', 8],
      ['08-13', 'active', null, '11-11', '09-12', 13],
    ],
    rows: [
      ['started', '07-01'],
      ['paused', '07-25'],
      ['resumed', '08-05'],
      ['period_started', '08-12'],
    ],
    renewal: ['11-02', '11-07'],
  },
  // 13 are left in August, so 3 and 10 in September and October too. It ends while it is paused; no notice came.
  'over the end, keep': {
    pauses: [['10-20', '11-10']],
    end: 'keep',
    cases: 2,
    looks: [
      ['10-25', 'active', '10-20', '10-31', '11-01', 13],
      ['11-02', 'expired', null, '10-31', '11-01', 13],
    ],
    rows: [...SUMMER, ['paused', '10-20'], ['expired', '11-01']],
    renewal: null,
  },
  // 21 days: 31 October becomes 21 November, and so does the turn after it; 22 November less 10 and 5 days.
  'over the end, shift': {
    pauses: [['10-20', '11-10']],
    end: 'shift',
    cases: 2,
    looks: [
      ['11-02', 'active', '10-20', '10-31', '11-01', 13],
      ['11-11', 'active', null, '11-21', '11-22', 13],
    ],
    rows: [...SUMMER, ['paused', '10-20'], ['resumed', '11-10']],
    renewal: ['11-12', '11-17'],
  },
  // The notice of 22 October is late: it comes when the entitlement goes on. The reminder is in time.
  'over a notice, keep': {
    pauses: [['10-15', '10-25']],
    end: 'keep',
    cases: 2,
    looks: [
      ['10-23', 'active', '10-15', '10-31', '11-01', 13],
      ['10-25', 'active', null, '10-31', '11-01', 13],
    ],
    rows: [...SUMMER, ['paused', '10-15'], ['resumed', '10-25']],
    renewal: ['10-25', '10-27'],
  },
  // 10 days: the end is 10 November, and 11 November less 10 and 5 days are the notice and the reminder.
  'over a notice, shift': {
    pauses: [['10-15', '10-25']],
    end: 'shift',
    cases: 2,
    looks: [
      ['10-23', 'active', '10-15', '10-31', '11-01', 13],
      ['10-26', 'active', null, '11-10', '11-11', 13],
    ],
    rows: [...SUMMER, ['paused', '10-15'], ['resumed', '10-25']],
    renewal: ['11-01', '11-06'],
  },
  // August has 3 and 10 from its first day; September begins when the second pause is over, with 3 and 10 again.
  'two pauses, keep': {
    pauses: [
      ['07-10', '07-20'],
      ['08-25', '09-05'],
    ],
    end: 'keep',
    cases: 2,
    looks: [
      ['07-15', 'active', '07-10', '10-31', '08-01', 8],
      ['07-21', 'active', null, '10-31', '08-01', 8],
      ['08-26', 'active', '08-25', '10-31', '09-01', 13],
      ['09-06', 'active', null, '10-31', '10-01', 13],
    ],
    rows: [
      ['started', '07-01'],
      ['paused', '07-10'],
      ['resumed', '07-20'],
      ['period_started', '08-01'],
      ['paused', '08-25'],
      ['resumed', '09-05'],
      ['period_started', '09-05'],
    ],
    renewal: ['10-22', '10-27'],
  },
  // 10 days, then 11 more: 10 and 21 November; 11 August, 11 and 22 September; 22 November less 10 and 5 days.
  'two pauses, shift': {
    pauses: [
      ['07-10', '07-20'],
      ['08-25', '09-05'],
    ],
    end: 'shift',
    cases: 2,
    looks: [
      ['07-15', 'active', '07-10', '10-31', '08-01', 8],
      ['07-21', 'active', null, '11-10', '08-11', 8],
      ['08-26', 'active', '08-25', '11-10', '09-11', 13],
      ['09-06', 'active', null, '11-21', '09-22', 13],
    ],
    rows: [
      ['started', '07-01'],
      ['paused', '07-10'],
      ['resumed', '07-20'],
      ['period_started', '08-11'],
      ['paused', '08-25'],
      ['resumed', '09-05'],
    ],
    renewal: ['11-12', '11-17'],
  },
  // August lies in both together and in neither alone: it grants nothing. Of the 8 of July 3 go to September.
  'two pauses that meet, keep': {
    pauses: [
      ['07-25', '08-10'],
      ['08-10', '09-05'],
    ],
    end: 'keep',
    cases: 2,
    looks: [
      ['08-09', 'active', '07-25', '10-31', '08-01', 8],
      ['08-20', 'active', '08-10', '10-31', '08-01', 8],
      ['09-06', 'active', null, '10-31', '10-01', 13],
    ],
    rows: [
      ['started', '07-01'],
      ['paused', '07-25'],
      ['resumed', '08-10'],
      ['paused', '08-10'],
      ['resumed', '09-05'],
      ['period_started', '09-05'],
    ],
    renewal: ['10-22', '10-27'],
  },
  // 16 days, then 26 more: 31 October is 16 November, then 12 December; 1 August is 17 August, then 12 September.
  'two pauses that meet, shift': {
    pauses: [
      ['07-25', '08-10'],
      ['08-10', '09-05'],
    ],
    end: 'shift',
    cases: 2,
    looks: [
      ['08-09', 'active', '07-25', '10-31', '08-01', 8],
      ['08-20', 'active', '08-10', '11-16', '08-17', 8],
      ['09-06', 'active', null, '12-12', '09-12', 8],
    ],
    rows: [
      ['started', '07-01'],
      ['paused', '07-25'],
      ['resumed', '08-10'],
      ['paused', '08-10'],
      ['resumed', '09-05'],
    ],
    renewal: ['12-03', '12-08'],
  },
};

const dayOf = (day: Day): string => `${YEAR}-${day}`;
const midnight = (day: Day): string => `${dayOf(day)}T00:00:00.000Z`;
/** The month and the day of an instant; more of it where it is no midnight of that year. */
const shown = (instant: string): Day =>
  instant.startsWith(`${YEAR}-`) ? instant.slice(5).replace('T00:00:00.000Z', '') : instant;

async function stateOf(id: string): Promise<State> {
  const { status, pausedSince, endDate, currentPeriod, remainingTerm } = await entitlement(id);
  const [since, turns] = [pausedSince, currentPeriod?.endsAt ?? ''];
  return [status, since === null ? null : shown(since), shown(endDate), shown(turns), remainingTerm ?? -1];
}

const BY_ITSELF = ['started', 'period_started', 'paused', 'resumed', 'expired'];
const rowsOf = async (id: string) =>
  (await ledger(id)).flatMap(({ kind, when }) => (BY_ITSELF.includes(kind) ? [[kind, shown(when)]] : []));

const stepsOf = async (id: string) =>
  (await renewalsOf(id)).flatMap(({ steps }) => steps.map(({ step, at }) => [step, shown(at)]));

test.each(Object.entries(LINES))('%s', async (_overlap, { pauses, end, cases, looks, rows, renewal }) => {
  const waiting = await anActive(await aCustomer(), CONTRACT);
  const { id } = waiting;
  for (const [from, until] of pauses) {
    const pause = { from: dayOf(from), until: dayOf(until), end, reason: 'The site is closed' };
    expect((await ask('POST', `/v1/entitlements/${id}/pause`, pause)).status).toBe(200);
  }
  const clock = new Clock(id);
  if (cases > 0) await clock.goPast(midnight('07-02'));
  for (let n = 0; n < cases; n++) expect((await attach(waiting)).status).toBe(201);

  const [notice, reminder] = renewal ?? [null, null];
  // A renewal that runs holds the clock of its entitlement, so nothing is looked at after the notice.
  const goTo = (day: Day) => (day === notice ? clock.goToAlone(midnight(day)) : clock.goPast(midnight(day)));
  for (const [on, ...state] of looks) {
    await goTo(on);
    await soon(async () => expect([on, ...(await stateOf(id))]).toEqual([on, ...state]));
    const [status, pausedSince] = state;
    if (status === 'active' && pausedSince !== null)
      expect((await attach(waiting)).body).toMatchObject({ code: 'paused' });
  }
  expect(await rowsOf(id)).toEqual(rows);

  if (notice === null || reminder === null) return expect(await stepsOf(id)).toEqual([]);
  if (looks.at(-1)?.[0] !== notice) {
    expect(await stepsOf(id)).toEqual([]);
    expect((await attach(waiting)).status).toBe(201);
    await goTo(notice);
  }
  await soon(async () => expect(await stepsOf(id)).toEqual([['notice', notice]]));
  await new Clock(id, { renewal: 1, aheadMs: clock.aheadMs }).goPast(midnight(reminder));
  await soon(async () =>
    expect(await stepsOf(id)).toEqual([
      ['notice', notice],
      ['reminder', reminder],
    ]),
  );
});

test('a renewal that runs reminds nobody while its entitlement is paused, and does so once it goes on', async () => {
  const waiting = await anActive(await aCustomer(), CONTRACT);
  const clock = new Clock(waiting.id);
  await clock.goPast(midnight('10-02'));
  await clock.goToAlone(midnight('10-22'));
  await soon(async () => expect(await stepsOf(waiting.id)).toEqual([['notice', '10-22']]));
  const command = (name: string, body: object) => ask('POST', `/v1/entitlements/${waiting.id}/${name}`, body);
  const paused = await command('pause', { from: 'now', end: 'keep', reason: 'The invoice is disputed' });
  expect(paused.status).toBe(200);
  const run = temporal.workflow.getHandle(renewalWorkflowIdOf(entitlementId(waiting.id), 1));
  await soon(async () => expect((await run.query(renewalState)).renewal).toMatchObject({ isPaused: true }));
  await new Clock(waiting.id, { renewal: 1, aheadMs: clock.aheadMs }).goPast(midnight('10-28'));
  expect(await stepsOf(waiting.id)).toEqual([['notice', '10-22']]);
  expect((await command('resume', {})).status).toBe(200);
  await soon(async () =>
    expect(await stepsOf(waiting.id)).toEqual([
      ['notice', '10-22'],
      ['reminder', '10-27'],
    ]),
  );
});
