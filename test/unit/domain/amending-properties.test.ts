import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dateAt, daysBetween, plusDays } from '../../../domain/calendar.ts';
import { createEntitlement, evolve } from '../../../domain/entitlements/evolve.ts';
import type { LifeCommand } from '../../../domain/entitlements/life.ts';
import type { AmendmentChanges, Grant } from '../../../domain/terms/amendments.ts';
import { tenThousandthsOf } from '../../../domain/terms/contract-price.ts';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import type { TermPeriod } from '../../../domain/terms/periods.ts';
import { halfUp } from '../../../domain/terms/proration.ts';
import { runs } from '../../support/property-runs.ts';
import { anyHappening } from './arbitraries.ts';
import { Bill } from './bill.ts';
import { Book } from './book.ts';
import { attach, detailsWith, type Happening, ID, instant } from './samples.ts';

const RUNS = runs(300);
const DAY_MS = 86_400_000;
const START = instant('2026-01-10T12:00Z');

const price = (per: 'term' | 'period') =>
  fc.record({
    amount: fc
      .integer({ min: 0, max: 99_999_999 })
      .map((units) => `${Math.floor(units / 1e4)}.${String(units % 1e4).padStart(4, '0')}`),
    currency: fc.constant('EUR'),
    per: fc.constant(per),
  });

const anyTerms: fc.Arbitrary<EntitlementDetails> = fc
  .record({
    totalTerm: fc.integer({ min: 0, max: 40 }),
    period: fc.constantFrom(null, 'month' as const, 'quarter' as const),
    rolloverCap: fc.integer({ min: 0, max: 5 }),
    restrict: fc.boolean(),
    decreaseRemainingOn: fc.constantFrom('creation' as const, 'resolution' as const),
    webTotal: fc.option(fc.integer({ min: 0, max: 40 }), { nil: null }),
    timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York'),
    isPriced: fc.boolean(),
  })
  .chain(({ webTotal, isPriced, period, rolloverCap, totalTerm, ...others }) =>
    price(period === null ? 'term' : 'period').map((cost) =>
      detailsWith({
        ...others,
        totalTerm,
        period,
        rolloverCap: period === null ? 0 : rolloverCap,
        channels: webTotal === null ? [] : [{ channel: 'web', totalTerm: Math.min(webTotal, totalTerm) }],
        price: isPriced ? cost : null,
      }),
    ),
  );

const changes = (per: 'term' | 'period'): fc.Arbitrary<AmendmentChanges> =>
  fc.oneof(
    fc.record({ totalTerm: fc.integer({ min: 0, max: 60 }) }),
    fc.record({ endDate: fc.integer({ min: 0, max: 500 }).map((days) => plusDays('2026-06-01', days)) }),
    fc.record({ price: price(per) }),
    fc.record({ totalTerm: fc.integer({ min: 0, max: 60 }), price: fc.option(price(per), { nil: null }) }),
    fc.record({ priority: fc.integer({ min: 0, max: 9 }), restrict: fc.boolean() }),
  );

type Step =
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'case'; readonly happening: Happening }
  | { readonly do: 'command'; readonly command: LifeCommand };

const grant = fc.constantFrom<Grant>('full', 'prorated');
const command = (arbitrary: fc.Arbitrary<LifeCommand>): fc.Arbitrary<Step> =>
  arbitrary.map((one) => ({ do: 'command', command: one }));

const steps = (per: 'term' | 'period'): fc.Arbitrary<readonly Step[]> =>
  fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 0, max: 45 * DAY_MS }).map((ms): Step => ({ do: 'pass', ms })) },
      { weight: 4, arbitrary: anyHappening.map((happening): Step => ({ do: 'case', happening })) },
      {
        weight: 5,
        arbitrary: command(
          fc
            .record({
              changes: changes(per),
              grant,
              effective: fc.oneof(
                { weight: 3, arbitrary: fc.constant('now') },
                fc.constant('next_period'),
                fc.integer({ min: 0, max: 400 }).map((days) => plusDays('2026-01-10', days)),
              ),
            })
            .map((one) => ({ kind: 'amend', pinned: null, ...one })),
        ),
      },
      { weight: 3, arbitrary: command(fc.integer({ min: 1, max: 8 }).map((n) => ({ kind: 'void-amendment', n }))) },
      {
        weight: 1,
        arbitrary: command(fc.integer({ min: 1, max: 8 }).map((n) => ({ kind: 'take-back-amendment', n }))),
      },
      {
        weight: 1,
        arbitrary: command(
          fc
            .constantFrom('keep' as const, 'shift' as const)
            .map((end) => ({ kind: 'pause', from: null, until: null, end })),
        ),
      },
      { weight: 1, arbitrary: command(fc.constant({ kind: 'resume', n: null })) },
    ),
    { minLength: 1, maxLength: 25, size: 'max' },
  );

const stories = anyTerms.chain((terms) =>
  fc.tuple(fc.constant(terms), steps(terms.period === null ? 'term' : 'period')),
);

/** Stories with a price, which often cut a period and void soon afterwards. */
const billed = fc.constantFrom('term' as const, 'period' as const).chain((per) => {
  const now = (one: AmendmentChanges): Step => ({
    do: 'command',
    command: { kind: 'amend', effective: 'now', grant: 'full', pinned: null, changes: one },
  });
  const scene = fc
    .tuple(
      changes(per).map(now),
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 0, max: 45 * DAY_MS }),
      fc.integer({ min: 1, max: 8 }),
    )
    .map(([first, days, ms, n]): readonly Step[] => [
      now({ endDate: plusDays('2026-02-01', days) }),
      first,
      { do: 'pass', ms },
      { do: 'command', command: { kind: 'void-amendment', n } },
    ]);
  const terms = fc.tuple(anyTerms, price(per)).map(([one, cost]) => ({
    ...one,
    period: per === 'term' ? null : (one.period ?? ('month' as const)),
    rolloverCap: per === 'term' ? 0 : one.rolloverCap,
    price: cost,
  }));
  const story = fc
    .tuple(fc.array(scene, { minLength: 1, maxLength: 3 }), steps(per))
    .map(([scenes, others]) => [...scenes.flat(), ...others]);
  return fc.tuple(terms, story);
});

function play(book: Book, step: Step): void {
  if (step.do === 'pass') book.passTo(book.now + step.ms);
  else if (step.do === 'case') book.happens(step.happening);
  else book.command(step.command);
}

function started(terms: EntitlementDetails): Book {
  const book = new Book(terms, START);
  book.command({ kind: 'activate' });
  return book;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const cents = (book: Book): bigint =>
  book.rows.reduce((total, { facts }) => total + tenThousandthsOf(facts?.money?.amount ?? '0'), 0n);

/**
 * All that was charged: the first price, at each turn of a period its price for the days that the contract covers, and the
 * amendments.
 */
function charged(terms: EntitlementDetails, book: Book): bigint {
  let details = terms;
  let total = cents(book) + tenThousandthsOf(terms.price?.amount ?? '0');
  for (const { kind, facts } of book.rows) {
    details = facts?.details ?? details;
    if (kind === 'period_started' && details.price?.per === 'period') total += costOf(facts?.period, details);
  }
  return total;
}

/** What a period costs: its price for the days that the contract covers. */
function costOf(period: TermPeriod | null | undefined, { price, endDate, timeZone }: EntitlementDetails): bigint {
  if (period == null) throw new Error('A turn names its period.');
  const [from, to] = [dateAt(period.startsAt, timeZone), dateAt(period.endsAt, timeZone)];
  const dayAfter = plusDays(endDate, 1);
  const isCut = dayAfter < to;
  const days = daysBetween(from, isCut ? dayAfter : to);
  return halfUp(tenThousandthsOf(price?.amount ?? '0') * BigInt(days), BigInt(daysBetween(from, to)));
}

/** Steps without pauses, which move the days of a bill. */
const isNoPause = (step: Step): boolean =>
  step.do !== 'command' || (step.command.kind !== 'pause' && step.command.kind !== 'resume');

/** What callers can see of the contract, without what only counts how often something happened. */
const contract = ({ entitlement, remaining }: Book) => ({
  remaining,
  details: { ...entitlement.details, price: entitlement.details.price ?? null },
  endsAt: entitlement.endsAt,
  used: entitlement.used,
  web: entitlement.usedByChannel.web ?? 0,
});

describe('whatever amendments, voids, pauses, cases and periods come', () => {
  test('what remains is the sum of the ledger, and the rows alone make the entitlement', () => {
    fc.assert(
      fc.property(stories, ([terms, story]) => {
        const book = started(terms);
        for (const step of story) {
          play(book, step);
          expect([book.remaining, book.last.remainingAfter]).toEqual([
            sum(book.rows.map(({ change }) => change)),
            book.remaining,
          ]);
        }
        const [created, ...rows] = book.rows;
        if (created === undefined) throw new Error('A book has rows.');
        const again = rows.reduce((now, row) => evolve(now, row), createEntitlement(ID, created).entitlement);
        expect(again).toEqual(book.entitlement);
        expect(JSON.stringify(again).length).toBeLessThan(70_000);
      }),
      RUNS,
    );
  });

  test('an amendment and its void equal nothing: term, money, end and every field', () => {
    fc.assert(
      fc.property(stories, grant, ([terms, story], how) => {
        const book = started(terms);
        for (const step of story) play(book, step);
        const change = fc.sample(changes(terms.period === null ? 'term' : 'period'), {
          numRuns: 1,
          seed: story.length,
        })[0];
        const [before, billed] = [contract(book), cents(book)];
        const refused = book.command({
          kind: 'amend',
          effective: 'now',
          grant: how,
          pinned: null,
          changes: change ?? {},
        });
        if (refused !== undefined) return;
        const n = book.entitlement.amendmentsEver ?? 0;
        const voided = book.command({ kind: 'void-amendment', n });
        if (voided !== undefined) return;
        expect(contract(book)).toEqual(before);
        expect(cents(book)).toBe(billed);
      }),
      RUNS,
    );
  });

  test('two amendments of one day equal their sum: term and money', () => {
    fc.assert(
      fc.property(stories, grant, fc.nat(60), fc.nat(60), ([terms, story], how, first, second) => {
        const twice = started({ ...terms, restrict: false });
        for (const step of story) play(twice, step);
        // Prices in proportion have no sum with nothing between: a total of 0 has no price for each case.
        const total = first + 1;
        // A channel's own total that is the whole total for a moment follows it from then on.
        const { channels, totalTerm: now } = twice.entitlement.details;
        if (channels.some((row) => row.totalTerm === total && row.totalTerm !== now)) return;
        const once = Book.copyOf(twice);
        const amend = (book: Book, totalTerm: number) =>
          book.command({ kind: 'amend', effective: 'now', grant: how, pinned: null, changes: { totalTerm } });
        const refused = amend(twice, total) ?? amend(twice, second);
        if (refused !== undefined || amend(once, second) !== undefined) return;
        expect(contract(twice)).toEqual(contract(once));
        expect(cents(twice)).toBe(cents(once));
      }),
      RUNS,
    );
  });

  test('credits are never more than what was charged in all', () => {
    fc.assert(
      fc.property(stories, ([terms, story]) => {
        const book = started(terms);
        for (const step of story) {
          play(book, step);
          // Each row may round up a ten-thousandth.
          expect(charged(terms, book)).toBeGreaterThanOrEqual(BigInt(-book.rows.length));
        }
      }),
      RUNS,
    );
  });

  test('a credit is never more than what was charged for the days that it covers, and a void credits just that', () => {
    fc.assert(
      fc.property(billed, ([terms, story]) => {
        const book = started(terms);
        for (const step of story.filter(isNoPause)) play(book, step);
        const [created, ...rows] = book.rows;
        if (created === undefined) throw new Error('A book has rows.');
        const bill = new Bill(created);
        for (const row of rows) {
          const credit = bill.read(row);
          if (credit === undefined) continue;
          // Each row may round a ten-thousandth.
          const above = credit.credited - credit.charged;
          expect(above).toBeLessThanOrEqual(rows.length);
          if (row.kind === 'amendment_voided') expect(above).toBeGreaterThanOrEqual(-rows.length);
          expect(bill.total).toBeGreaterThanOrEqual(-rows.length);
        }
      }),
      RUNS,
    );
  });

  test('an amendment that is voided after turns of periods leaves the term as if it had never been made', () => {
    fc.assert(
      fc.property(
        stories,
        grant,
        changes('period'),
        fc.integer({ min: 0, max: 120 * DAY_MS }),
        ([terms, story], how, made, ms) => {
          const amended = started({ ...terms, restrict: false, rolloverCap: terms.rolloverCap * 4 });
          for (const step of story) play(amended, step);
          // What lies ahead could fit with the amendment and not without it.
          for (const { n } of amended.entitlement.amendmentsAhead ?? [])
            amended.command({ kind: 'take-back-amendment', n });
          const plain = Book.copyOf(amended);
          const { price: _, ...change } = made;
          const refused = amended.command({
            kind: 'amend',
            effective: 'now',
            grant: how,
            pinned: null,
            changes: change,
          });
          if (refused !== undefined) return;
          amended.passTo(amended.now + ms);
          const n = amended.entitlement.amendmentsEver ?? 0;
          if (amended.command({ kind: 'void-amendment', n }) !== undefined) return;
          expect(contract(amended)).toEqual(contract(plain.passTo(plain.now + ms)));
        },
      ),
      RUNS,
    );
  });
});

test('an amendment that is voided after top-ups have expired leaves the term as if it had never been made', () => {
  const topUp = fc.record({ amount: fc.integer({ min: 1, max: 8 }), days: fc.integer({ min: 1, max: 100 }) });
  const later = fc.oneof(
    fc.integer({ min: 0, max: 40 * DAY_MS }).map((ms): Step => ({ do: 'pass', ms })),
    fc.nat(9_999).map((n): Step => ({ do: 'case', happening: attach(`later-${n}`) })),
  );
  fc.assert(
    fc.property(
      fc.record({
        totalTerm: fc.integer({ min: 0, max: 12 }),
        amended: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 3 }),
        period: fc.constantFrom(null, 'month' as const),
        topUps: fc.array(topUp, { minLength: 1, maxLength: 4 }),
        used: fc.nat(12),
        steps: fc.array(later, { maxLength: 20 }),
      }),
      ({ totalTerm, amended, period, topUps, used, steps: story }) => {
        const plain = started(
          detailsWith({ totalTerm, period, restrict: false, rolloverCap: period === null ? 0 : 3 }),
        );
        for (const { amount, days } of topUps) {
          const expiresOn = plusDays('2026-01-10', days);
          plain.command({ kind: 'top-up', amount, expiresOn, price: null, currency: null });
        }
        for (let n = 0; n < used; n += 1) plain.happens(attach(`c${n}`));
        const book = Book.copyOf(plain);
        for (const total of amended)
          book.command({
            kind: 'amend',
            effective: 'now',
            grant: 'full',
            pinned: null,
            changes: { totalTerm: total },
          });
        for (const step of story) {
          play(plain, step);
          play(book, step);
        }
        for (let n = amended.length; n >= 1; n -= 1)
          expect(book.command({ kind: 'void-amendment', n })).toBeUndefined();
        expect(book.remaining).toBe(plain.remaining);
        expect(book.remaining).toBe(sum(book.rows.map(({ change }) => change)));
      },
    ),
    RUNS,
  );
});

describe('a pause that moves the end', () => {
  test('leaves what a contract leaves that is as many days longer and whose boundaries are as many days later', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(null, 'month' as const),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 0, max: 40 }),
        (period, from, days) => {
          const book = started(detailsWith({ period, totalTerm: 10 }));
          const begins = plusDays('2026-01-10', from);
          const until = plusDays(begins, days);
          if (days > 0) book.command({ kind: 'pause', from: begins, until, end: 'shift' });
          const plain = started(detailsWith({ period, totalTerm: 10 }));
          const at = (of: Book, kind: string) =>
            of.passTo(instant('2028-01-01T00:00Z')).rows.flatMap((row) => (row.kind === kind ? [row.at] : []));
          const moved = (when: number) => (when >= instant(`${begins}T00:00Z`) ? when + days * DAY_MS : when);
          for (const kind of ['period_started', 'expired']) expect(at(book, kind)).toEqual(at(plain, kind).map(moved));
        },
      ),
      RUNS,
    );
  });
});
