import { describe, expect, test } from 'vitest';
import type { EpochMs } from '../../../domain/calendar.ts';
import { dateAt } from '../../../domain/calendar.ts';
import { nextInstant } from '../../../domain/entitlements/passing-of-time.ts';
import type { PauseCommand } from '../../../domain/entitlements/pausing.ts';
import { entitlementId } from '../../../domain/ids.ts';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import { MAX_PAUSES } from '../../../domain/terms/pauses.ts';
import { activeBook, Book } from './book.ts';
import { attach, cancel, DURING, detailsWith, ENDS_AT, instant, resolve, STARTS_AT } from './samples.ts';

const POLICY = {
  noticeDays: 60,
  reminderDays: 0,
  escalationDays: 0,
  accountManager: null,
  escalateTo: null,
  propose: 'same_terms',
} as const;

const pause = (book: Book, command: Partial<PauseCommand> = {}) =>
  book.command({ kind: 'pause', from: null, until: null, end: 'keep', ...command });
const resume = (book: Book, n: number | null = null) => book.command({ kind: 'resume', n });
const kinds = (book: Book) => book.rows.map(({ kind }) => kind);
const at = (book: Book, kind: string) => book.rows.filter((row) => row.kind === kind).map((row) => row.at);

/** Waiting a month before its start, or active in the middle of its term. */
function bookAt(now: EpochMs, changes: Partial<EntitlementDetails> = {}): Book {
  const book = new Book(detailsWith(changes), now);
  book.command({ kind: 'activate' });
  return book;
}

describe('while an entitlement is paused', () => {
  test('it stays active, takes no new case, and cases that were attached go on and settle', () => {
    const book = activeBook({ decreaseRemainingOn: 'resolution' }).story(attach('c1'), attach('c2'));
    expect(pause(book)).toBeUndefined();
    expect(book.entitlement).toMatchObject({ status: 'active', pausedSince: DURING });
    expect(book.happens(attach('c3'))).toMatchObject({ code: 'paused' });
    book.story(resolve('c1'), cancel('c2'));
    expect([book.remaining, book.entitlement.openCases]).toEqual([9, 0]);
    expect(resume(book)).toBeUndefined();
    expect(book.entitlement.pausedSince).toBeUndefined();
    expect(book.happens(attach('c3'))).toBeUndefined();
  });

  test('an override does not let a case in', () => {
    const book = activeBook();
    pause(book);
    expect(book.happens(attach('c1', { overrides: true }))).toMatchObject({ code: 'paused' });
  });

  test('a late timer lets no case in: from the first instant of a planned pause the dates refuse, and not after it', () => {
    const book = activeBook();
    pause(book, { from: '2026-06-10', until: '2026-06-20' });
    for (const [now, code] of [
      ['2026-06-09T23:59:59.999Z', undefined],
      ['2026-06-10T00:00Z', 'paused'],
      ['2026-06-19T23:59:59.999Z', 'paused'],
      ['2026-06-20T00:00Z', undefined],
    ] as const) {
      const copy = Book.copyOf(book);
      copy.now = instant(now);
      expect([now, copy.happens(attach('c1'))?.code]).toEqual([now, code]);
    }
  });

  test('its renewal does not start; once it goes on the renewal counts from the end that it then has', () => {
    for (const [end, starts] of [
      ['keep', '2026-11-20T00:00Z'],
      ['shift', '2026-11-22T00:00Z'],
    ] as const) {
      const book = bookAt(instant('2026-11-01T00:00Z'), { renewalPolicy: { ...POLICY, noticeDays: 59 } });
      pause(book, { until: '2026-11-20', end });
      expect([end, at(book.passTo(instant('2026-11-19T23:59Z')), 'renewal_started')]).toEqual([end, []]);
      const notBefore = Math.max(instant('2026-11-20T00:00Z'), instant(starts));
      book.passTo(instant('2026-12-30T00:00Z'));
      expect([end, at(book, 'renewal_started')]).toEqual([end, [notBefore]]);
    }
  });

  test('it can be canceled, and its pauses end with it', () => {
    const book = activeBook();
    pause(book);
    expect(book.command({ kind: 'cancel' })).toBeUndefined();
    expect(book.entitlement).not.toHaveProperty('pauses');
    expect(book.entitlement).not.toHaveProperty('pausedSince');
  });

  test('it is not deactivated, which would change what the pause counts from', () => {
    const book = activeBook();
    pause(book, { from: '2026-07-01' });
    expect(book.command({ kind: 'deactivate' })).toMatchObject({ code: 'wrong_state' });
    resume(book, 1);
    expect(book.command({ kind: 'deactivate' })).toBeUndefined();
  });
});

describe('what overlaps a pause', () => {
  test.each([
    // A contract over 2026: when it is looked at, the pause, its end, then the last day of the term.
    ['before the start', '2025-12-01T12:00Z', '2025-12-10', '2025-12-20', 'keep', '2026-12-31'],
    ['before the start', '2025-12-01T12:00Z', '2025-12-10', '2025-12-20', 'shift', '2026-12-31'],
    ['over the start', '2025-12-01T12:00Z', '2025-12-20', '2026-01-11', 'keep', '2026-12-31'],
    ['over the start', '2025-12-01T12:00Z', '2025-12-20', '2026-01-11', 'shift', '2027-01-10'],
    ['within the term', '2026-06-01T12:00Z', '2026-06-10', '2026-06-20', 'keep', '2026-12-31'],
    ['within the term', '2026-06-01T12:00Z', '2026-06-10', '2026-06-20', 'shift', '2027-01-10'],
    ['over the end', '2026-06-01T12:00Z', '2026-12-20', '2027-01-09', 'keep', '2026-12-31'],
    ['over the end', '2026-06-01T12:00Z', '2026-12-20', '2027-01-09', 'shift', '2027-01-20'],
  ] as const)('%s, seen %s, from %s until %s, %s: the last day is %s', (_over, now, from, until, end, last) => {
    const book = bookAt(instant(now));
    expect(pause(book, { from, until, end })).toBeUndefined();
    book.passTo(instant('2028-01-01T00:00Z'));
    const { endDate } = book.entitlement.details;
    expect([endDate, book.entitlement.status]).toEqual([last, 'expired']);
    expect(at(book, 'expired')).toEqual([instant(`${last}T00:00Z`) + 86_400_000]);
    expect(at(book, 'paused')).toEqual([instant(`${from}T00:00Z`)]);
    expect(at(book, 'resumed')).toEqual(end === 'keep' && until > last ? [] : [instant(`${until}T00:00Z`)]);
  });

  test('over the start it becomes active at its start, and takes cases only once it goes on', () => {
    const book = bookAt(instant('2025-12-01T12:00Z'));
    pause(book, { from: '2025-12-20', until: '2026-01-11' });
    book.passTo(STARTS_AT);
    expect([book.entitlement.status, book.happens(attach('c1'))?.code]).toEqual(['active', 'paused']);
    expect(book.passTo(instant('2026-01-11T00:00Z')).happens(attach('c1'))).toBeUndefined();
  });

  test('one that keeps the end and has none of its own lasts until the entitlement expires', () => {
    const book = activeBook();
    pause(book);
    expect(kinds(book.passTo(ENDS_AT))).toEqual(['created', 'activated', 'paused', 'expired']);
  });

  test('one that moves the end holds the end up until somebody resumes it, however late', () => {
    const book = activeBook();
    pause(book, { end: 'shift' });
    expect(nextInstant(book.entitlement)).toBeNull();
    book.passTo(ENDS_AT + 3 * 86_400_000);
    expect([book.entitlement.status, book.happens(attach('c1'))?.code]).toEqual(['active', 'paused']);
    resume(book);
    // From 2026-06-01T12:00Z to 2027-01-04T00:00Z: 216 whole days.
    expect(book.entitlement.details.endDate).toBe('2027-08-04');
    expect(book.last.facts).toMatchObject({ movedDays: 216, before: { endDate: '2026-12-31' } });
  });

  test('two pauses that move the end move it by their sum', () => {
    const book = activeBook();
    pause(book, { from: '2026-07-01', until: '2026-07-11', end: 'shift' });
    pause(book, { from: '2026-09-01', until: '2026-09-04', end: 'shift' });
    book.passTo(instant('2026-10-01T00:00Z'));
    expect(book.entitlement).toMatchObject({ movedDays: 13, details: { endDate: '2027-01-13' } });
  });

  test('two pauses that meet follow each other without an instant between', () => {
    const book = activeBook();
    pause(book, { from: '2026-07-11', until: '2026-07-21' });
    expect(pause(book, { from: '2026-07-01', until: '2026-07-11' })).toBeUndefined();
    book.passTo(instant('2026-08-01T00:00Z'));
    expect(book.rows.slice(-4).map(({ kind, facts }) => [kind, facts?.pause?.n])).toEqual([
      ['paused', 2],
      ['resumed', 2],
      ['paused', 1],
      ['resumed', 1],
    ]);
  });
});

describe('whole days', () => {
  test.each([
    ['less than a day moves nothing', '2026-06-02T11:59Z', 0],
    ['a day to the minute moves a day', '2026-06-02T12:00Z', 1],
    ['a rest of less than a day counts nothing', '2026-06-04T11:00Z', 2],
  ])('%s', (_what, until, days) => {
    const book = activeBook();
    pause(book, { end: 'shift' });
    book.passTo(instant(until));
    resume(book);
    expect(book.last.facts).toMatchObject({ movedDays: days });
  });

  test('days are counted by the clock of the zone: one of 23 hours is a whole day', () => {
    const timeZone = 'Europe/Berlin';
    const book = bookAt(instant('2026-03-20T12:00Z'), { timeZone });
    pause(book, { from: '2026-03-29', until: '2026-03-30', end: 'shift' });
    book.passTo(instant('2026-03-31T00:00Z'));
    expect(book.entitlement.details.endDate).toBe('2027-01-01');
    const [from = 0, until = 0] = [...at(book, 'paused'), ...at(book, 'resumed')];
    expect(until - from).toBe(23 * 3_600_000);
  });
});

describe('periods and a pause', () => {
  const monthly = { period: 'month', totalTerm: 10 } as const;
  const turns = (book: Book) =>
    book.rows.flatMap(({ kind, at: when, change }) =>
      kind === 'period_started' ? [[dateAt(when, 'UTC'), change] as const] : [],
    );

  test('a period that lies wholly in a pause grants nothing, and nothing of it rolls over', () => {
    const book = bookAt(instant('2026-06-15T12:00Z'), { ...monthly, rolloverCap: 3 }).story(attach('c1'));
    pause(book, { from: '2026-06-20', until: '2026-08-10' });
    book.passTo(instant('2026-08-09T00:00Z'));
    expect(book.remaining).toBe(9);
    book.passTo(instant('2026-09-15T00:00Z'));
    // June leaves 9, of which 3 roll over into August, which grants 10; July grants nothing.
    expect(turns(book)).toEqual([
      ['2026-08-10', 4],
      ['2026-09-01', 0],
    ]);
    expect(book.remaining).toBe(13);
  });

  test('a first period that lies wholly in a pause grants nothing either, of a channel too', () => {
    const channels = [{ channel: 'web', totalTerm: 6 }];
    const book = bookAt(instant('2025-12-15T12:00Z'), { ...monthly, rolloverCap: 10, channels });
    pause(book, { from: '2025-12-20', until: '2026-02-10' });
    book.passTo(instant('2026-02-10T00:00Z'));
    expect([book.remaining, book.remainingOf('web')]).toEqual([10, 6]);
    // February rolls over as usual.
    book.passTo(instant('2026-03-01T00:00Z'));
    expect([book.remaining, book.remainingOf('web')]).toEqual([20, 12]);
  });

  test('a first period of which a day lies after the pause grants its allotment', () => {
    const book = bookAt(instant('2025-12-15T12:00Z'), { ...monthly, rolloverCap: 10 });
    pause(book, { from: '2025-12-20', until: '2026-01-31' });
    book.passTo(instant('2026-02-01T00:00Z'));
    expect(book.remaining).toBe(20);
  });

  test('a pause over one turn: the period begins when the entitlement goes on, and ends as planned', () => {
    const book = bookAt(instant('2026-06-15T12:00Z'), monthly).story(attach('c1'));
    pause(book, { from: '2026-06-20', until: '2026-07-05' });
    book.passTo(instant('2026-07-05T00:00Z'));
    expect(turns(book)).toEqual([['2026-07-05', 1]]);
    expect(book.entitlement.period).toMatchObject({
      startsAt: instant('2026-07-01T00:00Z'),
      endsAt: instant('2026-08-01T00:00Z'),
    });
  });

  test('a pause of exactly one period leaves that period out', () => {
    const book = bookAt(instant('2026-06-15T12:00Z'), monthly);
    pause(book, { from: '2026-07-01', until: '2026-08-01' });
    book.passTo(instant('2026-08-01T00:00Z'));
    expect(turns(book)).toEqual([['2026-08-01', 0]]);
    expect(kinds(book).slice(-3)).toEqual(['paused', 'resumed', 'period_started']);
  });

  test('a pause that moves the end moves the turn of the period and all later ones', () => {
    const book = bookAt(instant('2026-06-15T12:00Z'), monthly);
    pause(book, { from: '2026-06-25', until: '2026-07-05', end: 'shift' });
    book.passTo(instant('2027-02-01T00:00Z'));
    expect(turns(book).map(([day]) => day)).toEqual([
      '2026-07-11',
      '2026-08-11',
      '2026-09-11',
      '2026-10-11',
      '2026-11-11',
      '2026-12-11',
    ]);
    expect(at(book, 'expired')).toEqual([instant('2027-01-11T00:00Z')]);
  });

  test('after that an edit does not move the turns back', () => {
    const book = bookAt(instant('2026-06-15T12:00Z'), monthly);
    pause(book, { from: '2026-06-25', until: '2026-07-05', end: 'shift' });
    book.passTo(instant('2026-07-06T00:00Z')).edited({ name: 'Gold' });
    expect(book.entitlement.period).toMatchObject({ endsAt: instant('2026-07-11T00:00Z'), movedDays: 10 });
    book.passTo(instant('2026-07-12T00:00Z')).edited({ name: 'Silver' });
    expect(book.entitlement.period).toMatchObject({ endsAt: instant('2026-08-11T00:00Z') });
  });

  test('the expiry of a top-up moves, its own days do not get lost', () => {
    const book = activeBook();
    book.command({ kind: 'top-up', amount: 5, expiresOn: '2026-06-30', price: null, currency: null });
    pause(book, { from: '2026-06-10', until: '2026-06-20', end: 'shift' });
    book.passTo(instant('2026-07-10T23:59Z'));
    expect(book.remaining).toBe(15);
    expect(book.passTo(instant('2026-07-11T00:00Z')).remaining).toBe(10);
    expect(book.entitlement.topUps).toEqual([]);
  });

  test('a top-up expires on its day during a pause that keeps the end', () => {
    const book = activeBook();
    book.command({ kind: 'top-up', amount: 5, expiresOn: '2026-06-15', price: null, currency: null });
    pause(book);
    expect(at(book.passTo(instant('2026-06-20T00:00Z')), 'top_up_expired')).toEqual([instant('2026-06-16T00:00Z')]);
  });
});

describe('what a pause must be', () => {
  test.each([
    ['a day that has begun', { from: '2026-06-01' }, 'from'],
    ['a day after the end', { from: '2027-01-01' }, 'from'],
    ['no day at all', { from: '2026-02-30' }, 'from'],
    ['an end before its beginning', { from: '2026-07-01', until: '2026-06-30' }, 'until'],
    ['an end at its beginning', { from: '2026-07-01', until: '2026-07-01' }, 'until'],
    ['an end that is past', { until: '2026-06-01' }, 'until'],
  ] as const)('%s is refused', (_what, command, field) => {
    const book = activeBook();
    expect(pause(book, command)).toMatchObject({ code: 'validation_failed', field });
    expect(book.rows).toHaveLength(2);
  });

  test('pauses never overlap, and one without an end overlaps all later ones', () => {
    const book = activeBook();
    pause(book, { from: '2026-07-01', until: '2026-07-11' });
    for (const command of [
      { from: '2026-07-10', until: '2026-07-20' },
      { from: '2026-06-20', until: '2026-07-02' },
      { from: '2026-06-20' },
      {},
    ])
      expect(pause(book, command)).toMatchObject({ code: 'wrong_state', field: 'from' });
    expect(pause(book, { until: '2026-07-01' })).toBeUndefined();
    expect(pause(book)).toMatchObject({ code: 'wrong_state' });
  });

  test('only the pause that runs is resumed; one that lies ahead is taken back by its number, before it begins', () => {
    const book = activeBook();
    expect(resume(book)).toMatchObject({ code: 'wrong_state' });
    pause(book, { from: '2026-07-01', until: '2026-07-11' });
    expect(resume(book)).toMatchObject({ code: 'wrong_state' });
    expect(resume(book, 2)).toMatchObject({ code: 'wrong_state', field: 'n' });
    expect(resume(book, 1)).toBeUndefined();
    expect(kinds(book.passTo(ENDS_AT))).toEqual([
      'created',
      'activated',
      'pause_planned',
      'pause_taken_back',
      'expired',
    ]);
  });

  test('their number is bounded', () => {
    const book = bookAt(DURING, { endDate: '2030-12-31' });
    for (let month = 1; month <= MAX_PAUSES; month++)
      expect(
        pause(book, {
          from: `2027-${String(month).padStart(2, '0')}-01`,
          until: `2027-${String(month).padStart(2, '0')}-05`,
        }),
      ).toBeUndefined();
    expect(pause(book, { from: '2028-01-01', until: '2028-01-02' })).toMatchObject({ code: 'wrong_state' });
  });

  test('an end at which a successor begins does not move, and no successor is taken for an end that may move', () => {
    const accept = (book: Book) =>
      book.command({
        kind: 'accept-renewal',
        successorId: entitlementId('ent-2'),
        details: detailsWith({ startDate: '2027-01-01', endDate: '2027-12-31' }),
      });
    const renewed = activeBook();
    expect(accept(renewed)).toBeUndefined();
    expect(pause(renewed, { end: 'shift' })).toMatchObject({ code: 'wrong_state', field: 'end' });
    expect(pause(renewed)).toBeUndefined();
    const moving = activeBook();
    pause(moving, { from: '2026-07-01', end: 'shift' });
    expect(accept(moving)).toMatchObject({ code: 'wrong_state' });
  });

  test('a successor lasts as long as the old one was sold, without the days of its pauses', () => {
    const book = activeBook();
    pause(book, { from: '2026-07-01', until: '2026-07-11', end: 'shift' });
    book.passTo(instant('2027-02-01T00:00Z'));
    book.command({ kind: 'renew', successorId: entitlementId('ent-2') });
    expect(book.last.facts?.details).toMatchObject({ startDate: '2027-02-01', endDate: '2028-01-31' });
  });
});
