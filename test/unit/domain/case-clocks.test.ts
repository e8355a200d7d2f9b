import { describe, expect, test } from 'vitest';
import { type ClockFact, clocksOf } from '../../../domain/slas/case-clocks.ts';
import { CLOCK_STATUS_CODE, readingOf } from '../../../domain/slas/clock-reading.ts';
import {
  always,
  attached,
  clockAfter,
  fact,
  happened,
  held,
  OTHER,
  OWN,
  readingAfter,
  released,
  slaWith,
} from './clock-scenes.ts';
import { instant } from './samples.ts';

// Monday.
const START = '2026-06-01T08:00Z';

/** A fact about a case that has no entitlement. */
const alone = (kind: 'resolved' | 'reactivated', at: string): ClockFact => ({
  kind,
  at: instant(at),
  entitlementId: null,
});

describe('a clock', () => {
  test('counts service minutes, warns, and is breached at its very instant', () => {
    const facts = [attached(START, always({ warnAtPercent: [50, 75, 90] }))];
    expect(readingAfter(facts, START)).toMatchObject({
      status: 'in_progress',
      dueAt: instant('2026-06-01T16:00Z'),
      warnsAt: instant('2026-06-01T12:00Z'),
      wakesAt: instant('2026-06-01T12:00Z'),
      usedMinutes: 0,
    });
    expect(readingAfter(facts, '2026-06-01T12:00Z')).toMatchObject({
      status: 'nearing',
      usedMinutes: 240,
      warnsAt: instant('2026-06-01T14:00Z'),
    });
    const breached = readingAfter(facts, '2026-06-01T16:00Z');
    expect(breached).toMatchObject({ status: 'breached', breachedAt: instant('2026-06-01T16:00Z'), wakesAt: null });
    expect(happened(breached)).toEqual([
      ['nearing 50', '2026-06-01T12:00Z'],
      ['nearing 75', '2026-06-01T14:00Z'],
      ['nearing 90', '2026-06-01T15:12Z'],
      ['breached', '2026-06-01T16:00Z'],
    ]);
  });

  test('is met in time, also at the last instant', () => {
    const facts = [attached(START, always()), fact('resolved', '2026-06-01T16:00Z')];
    expect(readingAfter(facts, '2026-06-03T00:00Z')).toMatchObject({
      status: 'met',
      metAt: instant('2026-06-01T16:00Z'),
      breachedAt: null,
      usedMinutes: 480,
    });
  });

  test('that is met late stays breached, with the instant at which it was met', () => {
    const facts = [attached(START, always()), fact('resolved', '2026-06-01T17:00Z')];
    expect(readingAfter(facts, '2026-06-03T00:00Z')).toMatchObject({
      status: 'breached',
      breachedAt: instant('2026-06-01T16:00Z'),
      metAt: instant('2026-06-01T17:00Z'),
      usedMinutes: 540,
    });
    const again = [...facts, fact('reactivated', '2026-06-02T08:00Z')];
    expect(readingAfter(again, '2026-06-03T00:00Z')).toMatchObject({
      status: 'breached',
      metAt: instant('2026-06-01T17:00Z'),
      usedMinutes: 540,
    });
  });

  test('of the first response is met by the answer, and by resolving without one', () => {
    const answered = [attached(START, always()), fact('responded', '2026-06-01T08:30Z')];
    expect(readingAfter(answered, START, 'first_response').metAt).toBe(instant('2026-06-01T08:30Z'));
    expect(readingAfter(answered, START).metAt).toBeNull();
    const resolved = [attached(START, always()), fact('resolved', '2026-06-01T08:45Z')];
    expect(readingAfter(resolved, START, 'first_response')).toMatchObject({
      status: 'met',
      metAt: instant('2026-06-01T08:45Z'),
    });
    const later = [...answered, fact('responded', '2026-06-01T08:50Z'), fact('resolved', '2026-06-01T09:00Z')];
    expect(readingAfter(later, START, 'first_response').metAt).toBe(instant('2026-06-01T08:30Z'));
  });

  test('of a canceled case is canceled, never breached', () => {
    const before = [attached(START, always()), fact('canceled', '2026-06-01T09:00Z')];
    const after = [attached(START, always()), fact('canceled', '2026-06-01T18:00Z')];
    for (const facts of [before, after])
      for (const target of ['first_response', 'resolution'] as const)
        expect(readingAfter(facts, '2026-06-05T00:00Z', target)).toMatchObject({ status: 'canceled', wakesAt: null });
    expect(happened(readingAfter(before, '2026-06-05T00:00Z'))).toEqual([]);
  });

  test('exists only for what the SLA promises', () => {
    expect(clocksOf([attached(START, null)])).toEqual([]);
    const one = clocksOf([attached(START, always({ firstResponseMinutes: null }))]);
    expect(one.map(({ target }) => target)).toEqual(['resolution']);
  });

  test('has a number of Dataverse for each status', () => {
    expect(CLOCK_STATUS_CODE).toEqual({ in_progress: 0, breached: 1, nearing: 2, paused: 3, met: 4, canceled: 5 });
  });
});

describe('a pause', () => {
  test('over a weekend moves a clock of weekdays by nothing', () => {
    const friday = '2026-06-05T13:00Z';
    const facts = [attached(friday, slaWith()), held('2026-06-05T15:00Z'), released('2026-06-08T07:00Z')];
    const still = [attached(friday, slaWith())];
    expect(readingAfter(facts, '2026-06-08T07:00Z')).toMatchObject({
      dueAt: readingAfter(still, friday).dueAt,
      pausedMinutes: 0,
    });
  });

  test('moves the due time by the service minutes in it', () => {
    const facts = [attached(START, slaWith()), held('2026-06-01T14:00Z'), released('2026-06-02T08:00Z')];
    expect(readingAfter(facts, '2026-06-02T08:00Z')).toMatchObject({
      // One hour of Monday and one of Tuesday.
      pausedMinutes: 120,
      usedMinutes: 360,
      dueAt: instant('2026-06-02T10:00Z'),
    });
  });

  test('lasts while any reason is left', () => {
    const facts = [
      attached(START, always()),
      held('2026-06-01T09:00Z', 'customer'),
      held('2026-06-01T10:00Z', 'supplier'),
      held('2026-06-01T10:30Z', 'supplier'),
      released('2026-06-01T11:00Z', 'customer'),
    ];
    const paused = readingAfter(facts, '2026-06-01T12:00Z');
    expect(paused).toMatchObject({
      status: 'paused',
      pausedSince: instant('2026-06-01T09:00Z'),
      pausedMinutes: 180,
      usedMinutes: 60,
      warnsAt: null,
      wakesAt: null,
      dueAt: instant('2026-06-01T16:00Z'),
    });
    const going = readingAfter([...facts, released('2026-06-01T12:00Z', 'supplier')], '2026-06-01T12:00Z');
    expect(going).toMatchObject({ status: 'in_progress', pausedSince: null, dueAt: instant('2026-06-01T19:00Z') });
    expect(happened(going)).toEqual([
      ['paused', '2026-06-01T09:00Z'],
      ['resumed', '2026-06-01T12:00Z'],
    ]);
  });

  test('of a reason that does not hold the case changes nothing when it ends', () => {
    const facts = [attached(START, always()), released('2026-06-01T09:00Z')];
    expect(readingAfter(facts, '2026-06-01T10:00Z')).toMatchObject({ status: 'in_progress', usedMinutes: 120 });
  });

  test('stops only the clocks that the SLA says', () => {
    const sla = always({ firstResponsePausedBy: [], resolutionPausedBy: ['customer'] });
    const facts = [attached(START, sla), held('2026-06-01T08:10Z'), held('2026-06-01T08:20Z', 'supplier')];
    expect(readingAfter(facts, '2026-06-01T08:30Z', 'first_response').status).toBe('in_progress');
    expect(readingAfter(facts, '2026-06-01T08:30Z').status).toBe('paused');
    const other = [attached(START, sla), held('2026-06-01T08:10Z', 'supplier')];
    expect(readingAfter(other, '2026-06-01T08:30Z').status).toBe('in_progress');
  });

  test('that comes before a warning takes it back: it comes at its new instant', () => {
    const facts = [attached(START, always()), held('2026-06-01T13:59Z'), released('2026-06-01T15:59Z')];
    expect(readingAfter(facts.slice(0, 2), '2026-06-01T15:00Z')).toMatchObject({ status: 'paused', warnsAt: null });
    expect(happened(readingAfter(facts, '2026-06-01T16:00Z'))).toEqual([
      ['paused', '2026-06-01T13:59Z'],
      ['resumed', '2026-06-01T15:59Z'],
      ['nearing 75', '2026-06-01T16:00Z'],
    ]);
  });

  test('that comes after a warning does not bring it again', () => {
    const facts = [attached(START, always()), held('2026-06-01T14:30Z'), released('2026-06-01T15:00Z')];
    const warned = happened(readingAfter(facts, '2026-06-01T16:00Z')).filter(([kind]) => kind === 'nearing 75');
    expect(warned).toEqual([['nearing 75', '2026-06-01T14:00Z']]);
    expect(readingAfter(facts, '2026-06-01T15:30Z').status).toBe('nearing');
  });

  test('holds a case from its creation on', () => {
    const facts = [held(START), attached(START, always()), released('2026-06-01T09:00Z')];
    expect(readingAfter(facts.slice(0, 2), '2026-06-02T00:00Z')).toMatchObject({
      status: 'paused',
      usedMinutes: 0,
      pausedSince: instant(START),
    });
    expect(readingAfter(facts, '2026-06-01T09:00Z').dueAt).toBe(instant('2026-06-01T17:00Z'));
  });

  test('of a breached clock lets nothing grow, and leaves it breached', () => {
    const facts = [attached(START, always()), held('2026-06-01T17:00Z')];
    expect(readingAfter(facts, '2026-06-09T00:00Z')).toMatchObject({ status: 'breached', usedMinutes: 540 });
  });

  test('ends with the case: a resolved case that was on hold is judged by what it used', () => {
    const facts = [attached(START, always()), held('2026-06-01T10:00Z'), fact('resolved', '2026-06-05T10:00Z')];
    expect(readingAfter(facts, '2026-06-09T00:00Z')).toMatchObject({
      status: 'met',
      usedMinutes: 120,
      pausedSince: null,
    });
  });
});

describe('a reactivation', () => {
  test('lets the clock of the resolution go on where it stood', () => {
    const facts = [
      attached(START, always()),
      fact('responded', '2026-06-01T08:30Z'),
      fact('resolved', '2026-06-01T10:00Z'),
      fact('reactivated', '2026-06-03T10:00Z'),
    ];
    expect(readingAfter(facts, '2026-06-03T11:00Z')).toMatchObject({
      status: 'in_progress',
      usedMinutes: 180,
      metAt: null,
      dueAt: instant('2026-06-03T16:00Z'),
    });
    expect(readingAfter(facts, '2026-06-03T11:00Z', 'first_response').status).toBe('met');
  });

  test('finds the holds that are still open', () => {
    const facts = [
      attached(START, always()),
      held('2026-06-01T09:00Z'),
      fact('resolved', '2026-06-01T10:00Z'),
      fact('reactivated', '2026-06-02T10:00Z'),
    ];
    expect(readingAfter(facts, '2026-06-02T12:00Z')).toMatchObject({ status: 'paused', usedMinutes: 60 });
  });

  test('of a canceled case lets both clocks go on', () => {
    const facts = [
      attached(START, always()),
      fact('canceled', '2026-06-01T08:30Z'),
      fact('reactivated', '2026-06-01T10:00Z'),
    ];
    for (const target of ['first_response', 'resolution'] as const)
      expect(readingAfter(facts, '2026-06-01T10:10Z', target)).toMatchObject({
        status: 'in_progress',
        usedMinutes: 40,
      });
  });
});

describe('a move', () => {
  const move = '2026-06-01T08:40Z';
  const facts = [attached(START, always()), held('2026-06-01T08:20Z'), attached(move, always({ version: 4 }), OTHER)];

  test('starts the clocks of the other entitlement, with the open holds', () => {
    const clock = clockAfter(facts);
    expect(clock).toMatchObject({ entitlementId: OTHER, sla: { version: 4 }, startedAt: instant(move) });
    expect(readingOf(clock, instant('2026-06-01T09:00Z'))).toMatchObject({ status: 'paused', usedMinutes: 0 });
    const [first] = clocksOf(facts);
    if (first === undefined) throw new Error('the old clock is gone');
    expect(readingOf(first, instant('2026-06-05T00:00Z'))).toMatchObject({ status: 'canceled', wakesAt: null });
  });

  test('owes no first response that was given before', () => {
    const answered = [
      attached(START, always()),
      fact('responded', '2026-06-01T08:30Z'),
      attached(move, always(), OTHER),
    ];
    expect(clocksOf(answered).map(({ target, entitlementId }) => [target, entitlementId])).toEqual([
      ['first_response', OWN],
      ['resolution', OWN],
      ['resolution', OTHER],
    ]);
  });

  test('is not undone by what the old entitlement records later', () => {
    const late = [...facts, fact('detached', '2026-06-01T08:41Z'), fact('canceled', '2026-06-01T08:42Z')];
    expect(readingAfter(late, '2026-06-01T09:00Z').status).toBe('paused');
    const off = [...facts, fact('detached', '2026-06-01T08:50Z', OTHER)];
    expect(readingAfter(off, '2026-06-05T09:00Z').status).toBe('canceled');
  });
});

describe('a resolved case that another entitlement takes over', () => {
  const move = '2026-06-03T10:00Z';
  const taken = [
    attached(START, always()),
    fact('resolved', '2026-06-01T10:00Z'),
    attached(move, always({ version: 4 }), OTHER),
    fact('resolved', move, OTHER),
    fact('detached', '2026-06-03T10:01Z'),
  ];
  const named = (facts: readonly ClockFact[]) =>
    clocksOf(facts).map(({ target, entitlementId }) => [target, entitlementId]);

  test('starts no clock there', () => {
    const own = [
      ['first_response', OWN],
      ['resolution', OWN],
    ];
    expect(named(taken)).toEqual(own);
    expect(named([...taken, fact('canceled', '2026-06-04T08:00Z', OTHER)])).toEqual(own);
    expect(readingAfter(taken, '2026-06-09T00:00Z')).toMatchObject({ status: 'met' });
  });

  test('starts its clock of the resolution there when it is reactivated, with the open holds', () => {
    const back = '2026-06-05T10:00Z';
    const active = [...taken, fact('reactivated', back, OTHER)];
    expect(clockAfter(active)).toMatchObject({
      entitlementId: OTHER,
      sla: { version: 4 },
      startedAt: instant(back),
      occurrences: [],
    });
    expect(readingAfter(active, '2026-06-05T11:00Z')).toMatchObject({ status: 'in_progress', usedMinutes: 60 });
    const onHold = [attached(START, always()), held('2026-06-01T09:00Z'), ...active.slice(1)];
    expect(readingAfter(onHold, '2026-06-05T11:00Z')).toMatchObject({ status: 'paused', usedMinutes: 0 });
    const twice = [
      ...active,
      fact('resolved', '2026-06-05T11:00Z', OTHER),
      fact('reactivated', '2026-06-06T10:00Z', OTHER),
    ];
    expect(clocksOf(twice)).toHaveLength(3);
    expect(readingAfter(twice, '2026-06-06T10:30Z')).toMatchObject({ status: 'in_progress', usedMinutes: 90 });
  });

  test('starts none by a reactivation after it has left', () => {
    const gone = [...taken, fact('detached', '2026-06-04T08:00Z', OTHER)];
    expect(clocksOf([...gone, alone('reactivated', '2026-06-05T08:00Z')])).toHaveLength(2);
  });
});

test('a case that was resolved without an entitlement owes no first response later, only its resolution', () => {
  const facts = [
    alone('resolved', '2026-06-01T06:00Z'),
    alone('reactivated', '2026-06-01T07:00Z'),
    attached(START, always()),
  ];
  expect(clocksOf(facts).map(({ target }) => target)).toEqual(['resolution']);
});

test('an announced breach stands, even if the clock is counted otherwise by now', () => {
  const clock = clockAfter([attached(START, always()), fact('resolved', '2026-06-01T10:00Z')]);
  const reading = readingOf(clock, instant('2026-06-02T00:00Z'), instant('2026-06-01T16:00Z'));
  expect(reading).toMatchObject({ status: 'breached', metAt: instant('2026-06-01T10:00Z') });
});
