import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plusDays, startOfDay } from '../../../domain/calendar.ts';
import { judge } from '../../../domain/cases/matching.ts';
import { graceEndsAt, isInGrace, startToTell } from '../../../domain/entitlements/grace.ts';
import type { LifeCommand } from '../../../domain/entitlements/life.ts';
import { acceptedDetails } from '../../../domain/entitlements/successor-details.ts';
import { entitlementId } from '../../../domain/ids.ts';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import { runs } from '../../support/property-runs.ts';
import { activeBook, Book } from './book.ts';
import { attach, cancel, DURING, detailsWith, ENDS_AT, instant, resolve } from './samples.ts';

const SUCCESSOR = entitlementId('ent-2');
const RUNS = runs(200);
const DAY_MS = 86_400_000;

/** A book whose entitlement ended on 31 December 2026, seven days of grace before `at`. */
const ended = (changes: Partial<EntitlementDetails> = {}, at = ENDS_AT): Book =>
  activeBook({ graceDays: 7, ...changes }).passTo(at);

const renew = (startDate?: string): LifeCommand => ({
  kind: 'renew',
  successorId: SUCCESSOR,
  ...(startDate === undefined ? {} : { startDate }),
});
const starts = (startsAt: number | null): LifeCommand => ({
  kind: 'successor-starts',
  successorId: SUCCESSOR,
  startsAt,
});

describe('in its grace an entitlement takes cases', () => {
  test.each([
    ['the last millisecond of the term', ENDS_AT - 1, undefined, undefined],
    ['the first millisecond after the end', ENDS_AT, undefined, true],
    ['the last millisecond of the seventh day', instant('2027-01-07T23:59:59.999Z'), undefined, true],
    ['the eighth day', instant('2027-01-08T00:00Z'), 'expired', undefined],
  ])('%s', (_when, at, code, inGrace) => {
    const book = ended({}, at);
    expect(book.happens(attach('c1'))?.code).toBe(code);
    if (code === undefined) expect(book.last.facts?.inGrace).toBe(inGrace);
    expect(book.last.case?.inGrace).toBe(inGrace);
  });

  test('without graceDays it takes none', () => {
    expect(activeBook().passTo(ENDS_AT).happens(attach('c1'))?.code).toBe('expired');
  });

  test('also before a late timer has ended it', () => {
    const book = activeBook({ graceDays: 1 });
    book.now = ENDS_AT + 1;
    book.story(attach('c1'));
    expect(book.last.facts?.inGrace).toBe(true);
  });

  test('all other checks stay: cover, and what is left of the term', () => {
    const book = ended({ totalTerm: 1, channels: [{ channel: 'web', totalTerm: 1 }] });
    expect(book.happens(attach('c0', { channel: 'fax' }))?.code).toBe('channel_not_covered');
    expect(book.happens(attach('c1', { channel: 'web' }))).toBeUndefined();
    expect(book.happens(attach('c2', { channel: 'web' }))?.code).toBe('exhausted');
    expect(book.remaining).toBe(0);
    book.story(cancel('c1'));
    expect(book.remaining).toBe(1);
  });

  test('days are counted in its zone, also where a clock changes', () => {
    // In Berlin the clocks go forward on 28 March 2027.
    const book = activeBook({ graceDays: 2, endDate: '2027-03-27', timeZone: 'Europe/Berlin' });
    expect(graceEndsAt(book.entitlement)).toBe(instant('2027-03-29T22:00Z'));
  });

  test('one that was canceled has none', () => {
    const book = activeBook({ graceDays: 7 });
    book.command({ kind: 'cancel' });
    expect(book.passTo(ENDS_AT).happens(attach('c1'))?.code).toBe('canceled');
    expect(graceEndsAt(book.entitlement)).toBeNull();
  });

  test('one that was paused at its end has none', () => {
    const book = activeBook({ graceDays: 7 });
    book.command({ kind: 'pause', from: null, until: null, end: 'keep' });
    const late = Book.copyOf(book);
    late.now = ENDS_AT + 1;
    expect(late.happens(attach('c1'))?.code).toBe('expired');
    expect(book.passTo(ENDS_AT).happens(attach('c1'))?.code).toBe('expired');
    expect(graceEndsAt(book.entitlement)).toBeNull();
  });

  test('a pause that moves the end moves the grace', () => {
    const book = activeBook({ graceDays: 7 });
    book.command({ kind: 'pause', from: null, until: '2026-06-11', end: 'shift' });
    book.passTo(instant('2026-06-12T00:00Z'));
    expect(book.entitlement.details.endDate).toBe('2027-01-09');
    expect(graceEndsAt(book.entitlement)).toBe(instant('2027-01-17T00:00Z'));
  });

  test.each([-1, 91, 1.5, Number.NaN])('%s days of grace are refused', (graceDays) => {
    expect(() => new Book(detailsWith({ graceDays }))).toThrow(/graceDays/);
  });
});

describe('matching', () => {
  test('asks active entitlements first, however specific the one in its grace is', () => {
    const over = ended({ channels: [{ channel: 'web', totalTerm: 5 }] }).entitlement;
    const active = new Book(detailsWith({ startDate: '2027-01-01', endDate: '2027-12-31' }), ENDS_AT);
    active.command({ kind: 'activate' });
    const { kind: _kind, ...asked } = attach('c1', { channel: 'web' });
    const offers = [over, { ...active.entitlement, id: SUCCESSOR }].map((entitlement) => ({
      entitlement,
      isDefault: false,
    }));
    const found = judge(offers, asked, ENDS_AT + 1);
    expect(found.map(({ entitlement, inGrace, refused }) => [entitlement.id, inGrace, refused])).toEqual([
      [SUCCESSOR, false, undefined],
      [over.id, true, undefined],
    ]);
    expect(judge(offers, asked, instant('2027-01-08T00:00Z')).map(({ entitlement }) => entitlement.id)).toEqual([
      SUCCESSOR,
    ]);
  });
});

describe('a successor', () => {
  test('that is a draft leaves the grace; its start ends it at that instant', () => {
    const book = ended();
    expect(book.command(renew())).toBeUndefined();
    expect(book.happens(attach('c1'))).toBeUndefined();
    const start = instant('2027-01-03T00:00Z');
    expect(book.command(starts(start))).toBeUndefined();
    expect(book.last).toMatchObject({ kind: 'successor_starts', facts: { successorId: SUCCESSOR, startsAt: start } });
    expect(graceEndsAt(book.entitlement)).toBe(start);
    book.now = start - 1;
    expect(book.happens(attach('c2'))).toBeUndefined();
    book.now = start;
    expect(book.happens(attach('c3'))?.code).toBe('expired');
  });

  test('that becomes a draft again, or comes to nothing, gives the grace back', () => {
    const book = ended();
    book.command(renew());
    book.command(starts(ENDS_AT));
    expect(isInGrace(book.entitlement, book.now)).toBe(false);
    expect(book.command(starts(null))).toBeUndefined();
    expect(isInGrace(book.entitlement, book.now)).toBe(true);
    book.command(starts(ENDS_AT));
    book.command({ kind: 'successor-ended', successorId: SUCCESSOR });
    expect(isInGrace(book.entitlement, book.now)).toBe(true);
    expect(book.entitlement.successorStartsAt).toBeUndefined();
  });

  test('that is another one, or says what is known, or where there is no grace, changes nothing', () => {
    const book = ended();
    expect(book.command(starts(ENDS_AT))?.code).toBe('wrong_state');
    book.command(renew());
    book.command(starts(ENDS_AT));
    expect(book.command(starts(ENDS_AT))?.code).toBe('wrong_state');
    const without = activeBook().passTo(ENDS_AT);
    without.command(renew());
    expect(without.command(starts(ENDS_AT))?.code).toBe('wrong_state');
  });

  test('that was accepted in time starts at the end: no grace begins', () => {
    const book = activeBook({ graceDays: 7 });
    const details = detailsWith({ startDate: '2027-01-01', endDate: '2027-12-31' });
    book.command({ kind: 'accept-renewal', successorId: SUCCESSOR, details });
    book.command(starts(ENDS_AT));
    expect(graceEndsAt(book.entitlement)).toBeNull();
    expect(book.passTo(ENDS_AT).happens(attach('c1'))?.code).toBe('expired');
  });

  test('fixes the grace: an edit cannot lengthen it beside a successor', () => {
    const book = activeBook({ graceDays: 7 });
    const details = detailsWith({ startDate: '2027-01-01', endDate: '2027-12-31' });
    book.command({ kind: 'accept-renewal', successorId: SUCCESSOR, details });
    book.command({ kind: 'deactivate' });
    expect(book.command({ kind: 'edit', changes: { graceDays: 8 } })).toMatchObject({
      ...{ code: 'wrong_state', field: 'graceDays' },
    });
  });

  test('tells each start once: active, a draft again, and nothing after its end', () => {
    const book = new Book(detailsWith(), DURING);
    const of = (told: number | null) => startToTell({ ...book.entitlement, renewsId: SUCCESSOR }, told);
    expect(of(null)).toBeUndefined();
    book.command({ kind: 'activate' });
    expect(startToTell(book.entitlement, null)).toBeUndefined();
    const { startsAt } = book.entitlement;
    expect([of(null), of(startsAt)]).toEqual([startsAt, undefined]);
    book.command({ kind: 'deactivate' });
    expect(of(startsAt)).toBeNull();
    book.command({ kind: 'activate' });
    book.passTo(ENDS_AT);
    expect(of(null)).toBeUndefined();
  });
});

describe('a late renewal', () => {
  test('starts on the day after the end and lasts as long as the old term', () => {
    const book = ended({}, instant('2027-01-05T09:00Z'));
    expect(book.command(renew('2027-01-01'))).toBeUndefined();
    expect(book.last.facts?.details).toMatchObject({ startDate: '2027-01-01', endDate: '2027-12-31', graceDays: 7 });
  });

  test.each([
    ['another day', ended(), '2027-01-02', 'validation_failed'],
    ['after the grace', ended({}, instant('2027-01-08T00:00Z')), '2027-01-01', 'wrong_state'],
    ['without a grace', activeBook().passTo(ENDS_AT), '2027-01-01', 'wrong_state'],
  ])('%s is refused with the field', (_what, book, day, code) => {
    expect(book.command(renew(day))).toMatchObject({ code, field: 'startDate' });
  });

  test('by an acceptance starts there too, and without a start date today', () => {
    const book = ended({}, instant('2027-01-05T09:00Z'));
    const late = acceptedDetails(book.entitlement, { startDate: '2027-01-01' }, book.now);
    expect(late).toMatchObject({ startDate: '2027-01-01', endDate: '2027-12-31' });
    expect(acceptedDetails(book.entitlement, {}, book.now).startDate).toBe('2027-01-05');
    expect(book.command({ kind: 'accept-renewal', successorId: SUCCESSOR, details: late })).toBeUndefined();
  });

  test('whatever the grace and the length of the term: it begins where the old one ended', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 90 }),
        fc.integer({ min: 0, max: 800 }),
        fc.integer({ min: 0, max: 90 * DAY_MS - 1 }),
        fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Pacific/Apia'),
        (graceDays, days, after, timeZone) => {
          const endDate = plusDays('2026-06-01', days);
          const book = activeBook({ graceDays, endDate, timeZone });
          const endsAt = book.entitlement.endsAt ?? 0;
          const last = startOfDay(plusDays(endDate, 1 + graceDays), timeZone);
          book.passTo(endsAt + after);
          const inGrace = endsAt + after < last;
          expect(isInGrace(book.entitlement, book.now)).toBe(inGrace);
          expect(book.happens(attach('c1'))?.code).toBe(inGrace ? undefined : 'expired');
          const refused = book.command(renew(plusDays(endDate, 1)));
          expect(refused?.code).toBe(inGrace ? undefined : 'wrong_state');
          if (!inGrace) return;
          const { details } = book.last.facts ?? {};
          expect(startOfDay(details?.startDate ?? '', timeZone)).toBe(endsAt);
        },
      ),
      RUNS,
    );
  });
});

test('a case of the grace goes on like any other', () => {
  const book = ended({ decreaseRemainingOn: 'resolution' }).story(attach('c1'));
  expect(book.remaining).toBe(10);
  book.passTo(instant('2027-02-01T00:00Z')).story(resolve('c1'));
  expect([book.remaining, book.caseNow('c1').inGrace]).toEqual([9, true]);
});
