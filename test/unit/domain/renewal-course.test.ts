import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plusDays } from '../../../domain/calendar.ts';
import { isRefused } from '../../../domain/refusals.ts';
import { audienceOf } from '../../../domain/renewals/audience.ts';
import {
  decideBy,
  followed,
  isOver,
  LATE_DAYS,
  nextStep,
  opened,
  type Renewal,
  type RenewalNews,
  type RenewalStep,
  stepped,
} from '../../../domain/renewals/renewal-course.ts';
import { decideRenewal, type RenewalDecision } from '../../../domain/renewals/renewal-decision.ts';
import type { RenewalPolicy } from '../../../domain/terms/renewal-policy.ts';
import { detailsWith, ENDS_AT, ID, instant } from './samples.ts';

const DAY_MS = 86_400_000;
const POLICY: RenewalPolicy = {
  noticeDays: 60,
  reminderDays: 30,
  escalationDays: 14,
  accountManager: null,
  escalateTo: null,
  propose: 'by_use',
};
/** From 1 January 2026 to 31 December in UTC. */
const DETAILS = detailsWith({ renewalPolicy: POLICY });
const beforeEnd = (days: number) => ENDS_AT - days * DAY_MS;
const START = { details: DETAILS, endsAt: ENDS_AT, entitlementId: ID, n: 1 };
const open = (at = beforeEnd(60), changes: Partial<RenewalPolicy> = {}) =>
  opened({ ...START, details: detailsWith({ renewalPolicy: { ...POLICY, ...changes } }) }, at);
const ACTIVE: RenewalNews = {
  status: 'active',
  endsAt: ENDS_AT,
  renewedById: null,
  deleted: false,
  details: DETAILS,
  n: 1,
};
const ACCEPT: RenewalDecision = { kind: 'accept', by: 'ann', reason: null };
const DECLINE: RenewalDecision = { kind: 'decline', by: 'ann', reason: 'Too dear' };
const snooze = (until: string): RenewalDecision => ({ kind: 'snooze', by: 'ann', until, reason: null });

/** Takes what is due up to `now`. */
function passTo(renewal: Renewal, now: number): { renewal: Renewal; steps: [RenewalStep, number][] } {
  const steps: [RenewalStep, number][] = [];
  let kept = renewal;
  for (let next = nextStep(kept); next !== null && next.at <= now; next = nextStep(kept)) {
    steps.push([next.step, next.at]);
    kept = stepped(kept, next.step);
  }
  return { renewal: kept, steps };
}

function decided(renewal: Renewal, decision: RenewalDecision, now: number): Renewal {
  const outcome = decideRenewal(renewal, decision, now);
  if (isRefused(outcome)) throw new Error(outcome.refused.detail);
  return outcome;
}

describe('the steps of the calendar', () => {
  test('are notice, reminder, escalation, the lapse at the very end, and the closing 30 days later', () => {
    expect(passTo(open(), Number.MAX_SAFE_INTEGER).steps).toEqual([
      ['notice', beforeEnd(60)],
      ['reminder', beforeEnd(30)],
      ['escalation', beforeEnd(14)],
      ['lapsed', ENDS_AT],
      ['closed', ENDS_AT + LATE_DAYS * DAY_MS],
    ]);
  });

  test.each([
    ['after the reminder', beforeEnd(20), {}, ['notice', 'escalation', 'lapsed', 'closed']],
    ['on the day of the reminder', beforeEnd(30), {}, ['notice', 'escalation', 'lapsed', 'closed']],
    ['on the last day', ENDS_AT - 1, {}, ['notice', 'lapsed', 'closed']],
    ['without a reminder', beforeEnd(60), { reminderDays: 0, escalationDays: 0 }, ['notice', 'lapsed', 'closed']],
    ['without an escalation', beforeEnd(60), { escalationDays: 0 }, ['notice', 'reminder', 'lapsed', 'closed']],
  ])('leave out what was past when the renewal opened %s', (_when, at, changes, expected) => {
    const { steps } = passTo(open(at, changes), Number.MAX_SAFE_INTEGER);
    expect(steps.map(([step]) => step)).toEqual(expected);
  });

  test("come on days of the entitlement's zone, also across a change of the clocks", () => {
    const details = detailsWith({ timeZone: 'America/New_York', endDate: '2026-11-10', renewalPolicy: POLICY });
    const endsAt = instant('2026-11-11T05:00Z');
    const { steps } = passTo(opened({ ...START, details, endsAt }, instant('2026-09-12T04:00Z')), endsAt);
    expect(steps.map(([, at]) => new Date(at).toISOString())).toEqual([
      '2026-09-12T04:00:00.000Z',
      '2026-10-12T04:00:00.000Z',
      '2026-10-28T04:00:00.000Z',
      '2026-11-11T05:00:00.000Z',
    ]);
  });
});

test('the day by which to decide is the last day, and the last one for late decisions once it has lapsed', () => {
  const endDate = '2026-12-31';
  expect(decideBy({ stage: 'open', endDate }, false)).toBe(endDate);
  expect(decideBy({ stage: 'snoozed', endDate }, false)).toBe(endDate);
  expect(decideBy({ stage: 'lapsed', endDate }, false)).toBe('2027-01-30');
  expect(decideBy({ stage: 'lapsed', endDate }, true)).toBeNull();
  expect(decideBy({ stage: 'accepted', endDate }, true)).toBeNull();
});

describe('news of the entitlement', () => {
  test.each([
    ['canceled', { status: 'canceled' as const }],
    ['deleted', { status: 'draft' as const, deleted: true }],
    ['renewed by hand', { renewedById: ID }],
    ['given another end', { endsAt: ENDS_AT + DAY_MS }],
    ['without a policy any more', { details: detailsWith() }],
    ['with a later renewal for the same end', { n: 2 }],
  ])('withdraw the renewal if the entitlement is %s', (_what, news) => {
    const { stage, reason } = followed(open(), { ...ACTIVE, ...news });
    expect([stage, reason]).toEqual(['withdrawn', expect.any(String)]);
  });

  test('pause the renewal while the entitlement is a draft; active again, it continues by the new policy', () => {
    const { renewal } = passTo(open(), beforeEnd(60));
    const paused = followed(renewal, { ...ACTIVE, status: 'draft', endsAt: null, details: detailsWith() });
    expect(nextStep(paused)).toBeNull();
    expect(decideRenewal(paused, ACCEPT, beforeEnd(50))).toMatchObject({ refused: { code: 'wrong_state' } });
    const details = detailsWith({ renewalPolicy: { ...POLICY, reminderDays: 20 } });
    expect(nextStep(followed(paused, { ...ACTIVE, details }))).toEqual({ step: 'reminder', at: beforeEnd(20) });
  });

  test('leave a lapsed renewal to be accepted for 30 days after the end', () => {
    const { renewal } = passTo(open(), ENDS_AT);
    expect(followed(renewal, { ...ACTIVE, status: 'expired' })).toMatchObject({ stage: 'lapsed' });
    expect(decided(renewal, ACCEPT, ENDS_AT + DAY_MS).stage).toBe('accepted');
    const { renewal: closed } = passTo(renewal, ENDS_AT + LATE_DAYS * DAY_MS);
    expect(decideRenewal(closed, ACCEPT, ENDS_AT + LATE_DAYS * DAY_MS)).toMatchObject({
      refused: { code: 'wrong_state' },
    });
  });
});

describe('decisions', () => {
  test('a snooze puts off every step, ends with a reminder, and can pass the escalation', () => {
    const snoozed = decided(passTo(open(), beforeEnd(60)).renewal, snooze('2026-12-25'), beforeEnd(50));
    expect(audienceOf({ step: 'reminder', seq: 2 }, snoozed, [])).toBe('nobody');
    expect(passTo(snoozed, ENDS_AT).steps).toEqual([
      ['reminder', instant('2026-12-25T00:00Z')],
      ['escalation', instant('2026-12-25T00:00Z')],
      ['lapsed', ENDS_AT],
    ]);
  });

  test.each(['2026-11-02', '2026-11-31', '2020-01-01'])(
    'a snooze until %s is refused, because that is no future day',
    (until) => {
      expect(decideRenewal(open(), snooze(until), beforeEnd(60))).toMatchObject({
        refused: { code: 'validation_failed', field: 'until' },
      });
    },
  );

  test('a decision stays, whatever news of the entitlement comes', () => {
    for (const decision of [ACCEPT, DECLINE]) {
      const over = decided(open(), decision, beforeEnd(50));
      expect(followed(over, { ...ACTIVE, status: 'canceled' })).toBe(over);
      expect(nextStep(over)).toBeNull();
      for (const again of [ACCEPT, DECLINE, snooze('2026-12-01')])
        expect(decideRenewal(over, again, beforeEnd(40))).toMatchObject({ refused: { code: 'wrong_state' } });
    }
  });
});

test('in whatever order time, news and decisions come, each step comes once, in its time, and none after the end', () => {
  const anyNews = fc.record({
    status: fc.constantFrom('active' as const, 'active' as const, 'draft' as const, 'canceled' as const),
    endsAt: fc.constantFrom(ENDS_AT, ENDS_AT, ENDS_AT, null, ENDS_AT + DAY_MS),
    reminderDays: fc.integer({ min: 0, max: 60 }),
  });
  const anyDecision = fc.oneof(
    fc.integer({ min: 1, max: 40 }).map((days) => ({ days })),
    fc.constantFrom(ACCEPT, DECLINE),
  );
  const anyEvent = fc.record({
    afterDays: fc.double({ min: 0, max: 20, noNaN: true }),
    what: fc.oneof(
      { weight: 4, arbitrary: fc.constant(null) },
      { weight: 2, arbitrary: anyNews },
      { weight: 2, arbitrary: anyDecision },
    ),
  });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60 }), fc.array(anyEvent, { maxLength: 12 }), (days, events) => {
      const openedAt = Math.min(beforeEnd(days), ENDS_AT - 1);
      let now = openedAt;
      let snoozes = 0;
      let kept = open(openedAt);
      const taken: [RenewalStep, number][] = [];
      const pass = () => {
        const passed = passTo(kept, now);
        if (isOver(kept)) expect(passed.steps).toEqual([]);
        for (const [, at] of passed.steps) expect(at).toBeGreaterThanOrEqual(openedAt);
        kept = passed.renewal;
        taken.push(...passed.steps);
      };
      for (const { afterDays, what } of events) {
        now += Math.round(afterDays * DAY_MS);
        pass();
        if (what === null) continue;
        if ('status' in what) {
          const details = detailsWith({ renewalPolicy: { ...POLICY, reminderDays: what.reminderDays } });
          kept = followed(kept, { ...ACTIVE, status: what.status, endsAt: what.endsAt, details });
          continue;
        }
        const today = new Date(now).toISOString().slice(0, 10);
        const decision = 'days' in what ? snooze(plusDays(today, what.days)) : what;
        const outcome = decideRenewal(kept, decision, now);
        if (isRefused(outcome)) continue;
        if (decision.kind === 'snooze') snoozes += 1;
        kept = outcome;
      }
      now = ENDS_AT + 100 * DAY_MS;
      pass();
      const count = (step: RenewalStep) => taken.filter(([one]) => one === step).length;
      for (const step of ['notice', 'escalation', 'lapsed', 'closed'] as const)
        expect(count(step)).toBeLessThanOrEqual(1);
      expect(count('reminder')).toBeLessThanOrEqual(1 + snoozes);
      // A renewal that nobody decides, and that no edit pauses, ends.
      expect(isOver(kept) || kept.isPaused).toBe(true);
      for (const [step, at] of taken)
        if (step === 'reminder' || step === 'escalation') expect(at).toBeLessThan(ENDS_AT);
    }),
    { numRuns: 500 },
  );
});
