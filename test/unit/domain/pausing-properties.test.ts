import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CivilDate, plusDays, startOfDay } from '../../../domain/calendar.ts';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import type { PauseEnd } from '../../../domain/terms/pauses.ts';
import { runs } from '../../support/property-runs.ts';
import { anyHappening } from './arbitraries.ts';
import { Book } from './book.ts';
import { detailsWith, type Happening, instant } from './samples.ts';

const RUNS = runs(300);
const HALF_A_DAY_MS = 43_200_000;
const LATER = instant('2032-01-01T00:00Z');

/** Something on a day of cover: 0 is the first day of the contract. The days of pauses are no days of cover. */
type Step = { readonly on: number } & (
  | { readonly happening: Happening }
  /** `lasts`: days of cover after which it expires; null: it lasts as long as the contract. */
  | { readonly topUp: number; readonly lasts: number | null }
);

/** A pause that begins with the day of cover `on`, so many days long. `isPlanned`: it is asked for before. */
interface PauseStep {
  readonly on: number;
  readonly days: number;
  readonly isPlanned: boolean;
}

interface Story {
  readonly details: EntitlementDetails;
  readonly pauses: readonly PauseStep[];
  readonly steps: readonly Step[];
}

const step = (length: number): fc.Arbitrary<Step> =>
  fc.nat(length - 1).chain((on) =>
    fc.oneof(
      { weight: 4, arbitrary: anyHappening.map((happening) => ({ on, happening })) },
      {
        weight: 1,
        arbitrary: fc
          .record({
            topUp: fc.integer({ min: 1, max: 6 }),
            lasts: fc.option(fc.nat(length - 1 - on), { nil: null, freq: 4 }),
          })
          .map((topUp) => ({ on, ...topUp })),
      },
    ),
  );

/** So many days in up to four parts. */
const parts = (total: number): fc.Arbitrary<readonly number[]> =>
  fc.uniqueArray(fc.integer({ min: 1, max: total - 1 }), { maxLength: 3 }).map((cuts) => {
    const ends = [...cuts.sort((one, other) => one - other), total];
    return ends.map((end, index) => end - (ends[index - 1] ?? 0));
  });

/**
 * Months differ in length, so a contract that begins some days later has other periods. A year later they are the same,
 * while no 29 February is among them: so where there are periods, the pauses take 365 days in all.
 */
const stories: fc.Arbitrary<Story> = fc
  .record({
    period: fc.constantFrom(null, 'month' as const, 'quarter' as const),
    startsOn: fc.nat(89),
    length: fc.integer({ min: 60, max: 365 }),
    days: fc.integer({ min: 2, max: 200 }),
    totalTerm: fc.integer({ min: 0, max: 8 }),
    rolloverCap: fc.nat(4),
    restrict: fc.boolean(),
    decreaseRemainingOn: fc.constantFrom('creation' as const, 'resolution' as const),
    webTotal: fc.option(fc.nat(4), { nil: null }),
    timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York'),
  })
  .chain(({ startsOn, length, days, webTotal, ...terms }) => {
    const startDate = plusDays('2025-01-01', startsOn);
    const details = detailsWith({
      ...terms,
      startDate,
      endDate: plusDays(startDate, length - 1),
      rolloverCap: terms.period === null ? 0 : terms.rolloverCap,
      channels: webTotal === null ? [] : [{ channel: 'web', totalTerm: Math.min(webTotal, terms.totalTerm) }],
    });
    return fc.record({
      details: fc.constant(details),
      pauses: parts(terms.period === null ? days : 365).chain((lengths) =>
        fc
          .tuple(...lengths.map((each) => fc.tuple(fc.nat(length - 1), fc.constant(each), fc.boolean())))
          .map((found) =>
            found
              .map(([on, each, isPlanned]) => ({ on, days: each, isPlanned }))
              .sort((one, other) => one.on - other.on),
          ),
      ),
      steps: fc
        .array(step(length), { maxLength: 25, size: 'max' })
        .map((all) => all.toSorted((one, other) => one.on - other.on)),
    });
  });

/** A contract, and what happens to it day of cover by day of cover. */
class Told {
  readonly book: Book;
  private readonly startDate: CivilDate;
  private readonly timeZone: string;
  private movedDays = 0;

  constructor(details: EntitlementDetails) {
    this.startDate = details.startDate;
    this.timeZone = details.timeZone;
    this.book = new Book(details, this.noonOf(-1));
    this.book.command({ kind: 'activate' });
  }

  private dayOf(on: number): CivilDate {
    return plusDays(this.startDate, on + this.movedDays);
  }

  private noonOf(on: number): number {
    return startOfDay(this.dayOf(on), this.timeZone) + HALF_A_DAY_MS;
  }

  pause({ on, days, isPlanned }: PauseStep): void {
    const [from, until] = [this.dayOf(on), this.dayOf(on + days)];
    const ask = (day: CivilDate | null) => this.book.command({ kind: 'pause', from: day, until, end: 'shift' });
    // While a pause runs, the end that it moves is not known yet, and no pause can be planned after it.
    if (!isPlanned || ask(from) !== undefined) {
      this.book.passTo(startOfDay(from, this.timeZone));
      expect(ask(null)).toBeUndefined();
    }
    this.movedDays += days;
  }

  step(step: Step): void {
    this.book.passTo(Math.max(this.book.now, this.noonOf(step.on)));
    if ('happening' in step) this.book.happens(step.happening);
    else {
      const expiresOn = step.lasts === null ? null : this.dayOf(step.on + step.lasts);
      this.book.command({ kind: 'top-up', amount: step.topUp, expiresOn, price: null, currency: null });
    }
  }
}

/** What must be the same: the end, what is left, and all that expires and turns later. */
function stateOf(book: Book) {
  const { details, status, endsAt, period, topUps, openCases, held } = book.entitlement;
  const left = [book.remaining, book.remainingOf('web')];
  return { endDate: details.endDate, status, endsAt, turnsAt: period?.endsAt ?? null, topUps, openCases, held, left };
}

const rowsAfter = ({ rows }: Book, after: number) =>
  rows
    .filter(({ at }) => at > after)
    .map(({ kind, at, change, remainingAfter, refusal, caseId }) => [
      kind,
      at,
      change,
      remainingAfter,
      refusal,
      caseId,
    ]);

describe('a contract whose end was moved by pauses', () => {
  test('goes on like the same contract with later dates: end, turns of periods, expiry of top-ups, what remains', () => {
    fc.assert(
      fc.property(stories, ({ details, pauses, steps }) => {
        const days = pauses.reduce((sum, pause) => sum + pause.days, 0);
        const [startDate, endDate] = [plusDays(details.startDate, days), plusDays(details.endDate, days)];
        const paused = new Told(details);
        const moved = new Told({ ...details, startDate, endDate });
        const between = (first: number, next: number) => steps.filter(({ on }) => on >= first && on < next);
        let last = 0;
        for (const pause of pauses) {
          for (const each of between(last, pause.on)) paused.step(each);
          paused.pause(pause);
          last = pause.on;
        }
        for (const each of between(0, last)) moved.step(each);
        const goesOnAt = startOfDay(plusDays(startDate, last), details.timeZone);
        for (const { book } of [paused, moved]) book.passTo(goesOnAt);
        expect(stateOf(paused.book)).toEqual(stateOf(moved.book));
        for (const each of between(last, Number.POSITIVE_INFINITY)) for (const one of [paused, moved]) one.step(each);
        for (const { book } of [paused, moved]) book.passTo(LATER);
        expect(rowsAfter(paused.book, goesOnAt)).toEqual(rowsAfter(moved.book, goesOnAt));
        expect(stateOf(paused.book)).toEqual(stateOf(moved.book));
      }),
      RUNS,
    );
  });
});

describe('pauses that meet', () => {
  test('leave what one pause from the beginning of the first to the end of the last leaves', () => {
    const spans = fc.record({
      end: fc.constantFrom<PauseEnd>('keep', 'shift'),
      from: fc.integer({ min: -40, max: 200 }),
      lengths: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 2, maxLength: 4 }),
      topUpLasts: fc.nat(59),
    });
    fc.assert(
      fc.property(stories, spans, ({ details, steps }, { end, from, lengths, topUpLasts }) => {
        const dayOf = (on: number) => plusDays(details.startDate, on);
        const noonOf = (on: number) => startOfDay(dayOf(on), details.timeZone) + HALF_A_DAY_MS;
        const pausedFor = (parted: readonly number[]) => {
          const book = new Book(details, noonOf(-42));
          book.command({ kind: 'activate' });
          book.command({ kind: 'top-up', amount: 3, expiresOn: dayOf(topUpLasts), price: null, currency: null });
          let begins = from;
          for (const days of parted) {
            const pause = { from: dayOf(begins), until: dayOf(begins + days), end };
            expect(book.command({ kind: 'pause', ...pause })).toBeUndefined();
            begins += days;
          }
          for (const each of steps) {
            book.passTo(noonOf(each.on));
            if ('happening' in each) book.happens(each.happening);
          }
          return book.passTo(LATER);
        };
        const whole = lengths.reduce((sum, days) => sum + days, 0);
        // A pause that would begin after the end is refused.
        if (dayOf(from + whole) > details.endDate) return;
        const [one, several] = [pausedFor([whole]), pausedFor(lengths)];
        const others = (book: Book) =>
          rowsAfter(book, 0).filter(([kind]) => !['pause_planned', 'paused', 'resumed'].includes(String(kind)));
        expect(others(several)).toEqual(others(one));
        expect(stateOf(several)).toEqual(stateOf(one));
        expect(several.entitlement.period).toEqual(one.entitlement.period);
      }),
      RUNS,
    );
  });
});
