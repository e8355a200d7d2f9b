import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LifeCommand } from '../../../domain/entitlements/life.ts';
import { nextInstant } from '../../../domain/entitlements/passing-of-time.ts';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import { MAX_TOP_UPS, topUpTotal } from '../../../domain/terms/top-ups.ts';
import { activeBook, Book } from './book.ts';
import { attach, cancel, DURING, detailsWith, instant, STARTS_AT } from './samples.ts';

type TopUp = Extract<LifeCommand, { kind: 'top-up' }>;
const topUp = (amount: number, expiresOn: string | null = null): TopUp => ({
  kind: 'top-up',
  amount,
  expiresOn,
  price: null,
  currency: null,
});

/** Two cases and what is bought beside them. */
const book = (...commands: readonly TopUp[]): Book => {
  const made = activeBook({ totalTerm: 2 });
  for (const command of commands) expect(made.command(command)).toBeUndefined();
  return made;
};
const take = (from: Book, count: number): Book => {
  for (let n = 0; n < count; n++) from.story(attach(`c${n}`));
  return from;
};

describe('a top-up', () => {
  test('adds to what remains and lets a case in', () => {
    const topped = take(activeBook({ totalTerm: 1 }), 1);
    expect(topped.happens(attach('more'))?.code).toBe('exhausted');
    topped.command(topUp(1));
    expect([topped.remaining, topped.last.kind, topped.last.change]).toEqual([1, 'topped_up', 1]);
    expect(topped.happens(attach('again'))).toBeUndefined();
  });

  test.each([
    ['unused lapses whole', 0, 3, 0, 2],
    ['is used after the allotment', 1, 3, 1, 1],
    ['lapses by what is left of it', 3, 3, 1, 0],
    ['lapses by nothing when it is used up', 5, 3, 0, 0],
  ])('%s', (_what, used, amount, _left, remaining) => {
    const made = take(book(topUp(amount, '2026-06-30')), used).passTo(instant('2026-07-01T00:00Z'));
    expect([made.last.kind, made.remaining]).toEqual(['top_up_expired', remaining]);
    expect(made.entitlement.topUps).toEqual([]);
  });

  test('counts to the end of its last day in the zone', () => {
    const made = new Book(detailsWith({ timeZone: 'America/New_York' }), DURING);
    made.command({ kind: 'activate' });
    made.command(topUp(3, '2026-06-30'));
    made.passTo(instant('2026-07-01T03:59Z'));
    expect(made.remaining).toBe(13);
    made.passTo(instant('2026-07-01T04:00Z'));
    expect(made.remaining).toBe(10);
  });

  test('that expires first is used first, and one without expiry last', () => {
    const made = take(book(topUp(2), topUp(2, '2026-08-31'), topUp(2, '2026-06-30')), 5);
    expect(made.remaining).toBe(3);
    made.passTo(instant('2026-07-01T00:00Z'));
    expect(made.remaining).toBe(3);
    made.passTo(instant('2026-09-01T00:00Z'));
    expect(made.remaining).toBe(2);
    expect(made.entitlement.topUps).toEqual([{ amount: 2, expiresOn: null, expiresAt: null }]);
  });

  test('stays over the turn of a period, less what is used of it', () => {
    const made = new Book(detailsWith({ totalTerm: 2, period: 'month' }), STARTS_AT);
    made.command({ kind: 'activate' });
    made.command(topUp(3));
    take(made, 3).passTo(instant('2026-02-01T00:00Z'));
    expect([made.remaining, topUpTotal(made.entitlement.topUps)]).toEqual([4, 2]);
  });

  test('that is added later does not pay for what was used before', () => {
    const made = take(book(topUp(5, '2026-12-30')), 5);
    made.command(topUp(5, '2026-06-30'));
    expect(made.remaining).toBe(7);
    made.passTo(instant('2026-07-01T00:00Z'));
    expect(made.remaining).toBe(2);
  });

  test('fixes the allocation type', () => {
    const made = book(topUp(5));
    made.command({ kind: 'deactivate' });
    expect(made.command({ kind: 'edit', changes: { allocationType: 'hours' } })?.code).toBe('wrong_state');
  });

  test('adds to a channel that has the whole total, and not to one with a total of its own', () => {
    const channels = [
      { channel: 'phone', totalTerm: 2 },
      { channel: 'web', totalTerm: 1 },
    ];
    const made = activeBook({ totalTerm: 2, channels });
    made.story(attach('c1', { channel: 'web' }), attach('c2', { channel: 'phone' }));
    expect(made.happens(attach('c3', { channel: 'phone' }))?.code).toBe('exhausted');
    made.command(topUp(2));
    made.story(attach('c4', { channel: 'phone' }), attach('c5', { channel: 'phone' }));
    expect(made.last.overage).toBe(0);
    expect(made.happens(attach('c6', { channel: 'web' }))?.code).toBe('channel_exhausted');
    expect(made.happens(attach('c7', { channel: 'phone' }))?.code).toBe('exhausted');
  });

  test('what comes back can be used again', () => {
    const made = take(book(topUp(1, '2026-06-30')), 3);
    made.story(cancel('c0'));
    expect(made.remaining).toBe(1);
  });

  test('pays a debt first', () => {
    const made = activeBook({ totalTerm: 0, restrict: false });
    take(made, 2).command(topUp(5, '2026-06-30'));
    expect(made.remaining).toBe(3);
    made.passTo(instant('2026-07-01T00:00Z'));
    expect(made.remaining).toBe(0);
  });

  test.each([
    ['nothing', 'amount', topUp(0)],
    ['less than nothing', 'amount', topUp(-1)],
    ['half a case', 'amount', topUp(0.5)],
    ['a day that is none', 'expiresOn', topUp(1, '2026-02-30')],
    ['a day that is past', 'expiresOn', topUp(1, '2026-05-31')],
  ])('refuses %s', (_what, field, command) => {
    expect(activeBook().command(command)).toMatchObject({ code: 'validation_failed', field });
  });

  test('must start and expire within the term, and have a price that can be paid', () => {
    const wrong = (changes: Partial<TopUp>) => activeBook().command({ ...topUp(1), ...changes });
    expect(wrong({ expiresOn: '2027-01-01' })).toMatchObject({ code: 'validation_failed', field: 'expiresOn' });
    expect(wrong({ startsOn: '2027-01-01' })).toMatchObject({ code: 'validation_failed', field: 'startsOn' });
    expect(wrong({ startsOn: '2026-09-01', expiresOn: '2026-08-31' })).toMatchObject({ field: 'expiresOn' });
    expect(wrong({ startsOn: '2026-02-30' })).toMatchObject({ field: 'startsOn' });
    expect(wrong({ price: '450.005', currency: 'EUR' })).toMatchObject({ code: 'validation_failed', field: 'price' });
    expect(wrong({ price: '450.50', currency: 'JPY' })).toMatchObject({ field: 'price' });
    expect(wrong({ price: '450.00', currency: 'JPY', expiresOn: '2026-12-31' })).toBeUndefined();
  });

  test("with a start counts from that day's start in the zone, once, by itself", () => {
    const made = new Book(detailsWith({ timeZone: 'America/New_York' }), DURING);
    made.command({ kind: 'activate' });
    const command = { ...topUp(3, '2026-09-30'), startsOn: '2026-07-01', price: '90.00', currency: 'EUR' };
    expect(made.command(command)).toBeUndefined();
    expect([made.remaining, made.last.kind, made.last.change]).toEqual([10, 'topped_up', 0]);
    expect(made.entitlement.topUpsAhead).toMatchObject([{ amount: 3, startsOn: '2026-07-01' }]);
    expect(nextInstant(made.entitlement)).toBe(instant('2026-07-01T04:00Z'));
    made.passTo(instant('2026-07-01T03:59Z'));
    expect(made.remaining).toBe(10);
    made.passTo(instant('2026-07-01T04:00Z'));
    expect([made.remaining, made.last.kind, made.last.change, made.last.key]).toEqual([13, 'topped_up', 3, null]);
    made.passTo(instant('2026-07-02T04:00Z'));
    expect([made.remaining, made.entitlement.topUpsAhead]).toEqual([13, []]);
    made.passTo(instant('2026-10-01T04:00Z'));
    expect([made.remaining, made.last.kind]).toEqual([10, 'top_up_expired']);
  });

  test('that would have started and expired while the entitlement was a draft adds nothing', () => {
    const made = activeBook();
    made.command({ ...topUp(3, '2026-06-20'), startsOn: '2026-06-10' });
    made.command({ kind: 'deactivate' });
    made.passTo(instant('2026-06-25T00:00Z')).command({ kind: 'activate' });
    made.passTo(instant('2026-06-25T00:00Z'));
    expect([made.remaining, made.last.kind, made.last.change]).toEqual([10, 'topped_up', 0]);
  });

  test('that starts today counts at once', () => {
    const made = activeBook();
    made.command({ ...topUp(3), startsOn: '2026-06-01' });
    expect([made.remaining, made.entitlement.topUpsAhead]).toEqual([13, undefined]);
  });

  test('is refused if nothing is counted, in a draft, and beyond the number of top-ups', () => {
    expect(activeBook({ allocationType: 'unlimited', totalTerm: null, restrict: false }).command(topUp(1))?.code).toBe(
      'wrong_state',
    );
    expect(new Book(detailsWith()).command(topUp(1))?.code).toBe('wrong_state');
    const many = activeBook();
    const day = (n: number) => new Date(DURING + (n + 1) * 86_400_000).toISOString().slice(0, 10);
    for (let n = 0; n < MAX_TOP_UPS; n++) expect(many.command(topUp(1, day(n)))).toBeUndefined();
    expect(many.command(topUp(1, day(MAX_TOP_UPS)))?.code).toBe('wrong_state');
    expect(many.command(topUp(1, day(0)))).toBeUndefined();
    expect(many.command({ ...topUp(1), startsOn: '2026-12-31' })?.code).toBe('wrong_state');
  });

  test('that expires never takes more than it added, nor what is left of the allotment', () => {
    const anyTopUp = fc.record({ amount: fc.integer({ min: 1, max: 5 }), days: fc.integer({ min: 1, max: 60 }) });
    const step = fc.record({ days: fc.nat(20), used: fc.nat(3), bought: fc.option(anyTopUp, { nil: undefined }) });
    const terms: fc.Arbitrary<Partial<EntitlementDetails>> = fc.record({
      totalTerm: fc.nat(6),
      restrict: fc.boolean(),
      period: fc.constantFrom(null, 'month' as const),
    });
    fc.assert(
      fc.property(terms, fc.array(step, { maxLength: 25 }), (details, steps) => {
        const made = activeBook(details);
        for (const [index, { days, used, bought }] of steps.entries()) {
          made.passTo(made.now + days * 86_400_000);
          if (bought !== undefined)
            made.command(
              topUp(bought.amount, new Date(made.now + bought.days * 86_400_000).toISOString().slice(0, 10)),
            );
          for (let n = 0; n < used; n++) made.happens(attach(`${index}-${n}`));
        }
        made.passTo(instant('2026-12-31T23:00Z'));
        const sum = (kind: string) =>
          made.rows.filter((row) => row.kind === kind).reduce((all, { change }) => all + change, 0);
        expect(-sum('top_up_expired')).toBeLessThanOrEqual(sum('topped_up'));
        for (const row of made.rows.filter(({ kind }) => kind === 'top_up_expired')) {
          expect(row.change).toBeLessThanOrEqual(0);
          if (row.change < 0) expect(row.remainingAfter).toBeGreaterThanOrEqual(0);
        }
        expect(made.rows.reduce((all, { change }) => all + change, 0)).toBe(made.remaining);
      }),
    );
  });
});
