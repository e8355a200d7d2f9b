import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coveredInstants, onDayOfMonth, plusDays, plusMonths } from '../../../domain/calendar.ts';
import type { Entitlement } from '../../../domain/entitlements/entitlement.ts';
import { acceptedDetails, successorDetails } from '../../../domain/entitlements/successor-details.ts';
import { lastDay } from '../../../domain/entitlements/template.ts';
import { entitlementId } from '../../../domain/ids.ts';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import { Book } from './book.ts';
import { detailsWith, instant } from './samples.ts';

/** An active entitlement as it stands in the middle of its term, however short that is. */
function activeWith(details: EntitlementDetails): Entitlement {
  const { startsAt } = coveredInstants(details.startDate, details.endDate, details.timeZone);
  const book = new Book(details, startsAt);
  book.command({ kind: 'activate' });
  return book.entitlement;
}

/** The terms that follow one another when each renewal is accepted before the end. */
function chain(first: EntitlementDetails, count: number): EntitlementDetails[] {
  const terms = [first];
  for (let now = first; terms.length < count; terms.push(now)) {
    const entitlement = activeWith(now);
    now = acceptedDetails(entitlement, {}, entitlement.startsAt ?? 0);
  }
  return terms;
}

const spans = (terms: readonly EntitlementDetails[]) =>
  terms.map(({ startDate, endDate }) => `${startDate}/${endDate}`);

describe('terms of whole months that follow one another', () => {
  test('of one month from the 31st come back to the 31st wherever there is one', () => {
    const first = detailsWith({ startDate: '2026-08-31', endDate: '2026-09-29' });
    expect(spans(chain(first, 8))).toEqual([
      '2026-08-31/2026-09-29',
      '2026-09-30/2026-10-30',
      '2026-10-31/2026-11-29',
      '2026-11-30/2026-12-30',
      '2026-12-31/2027-01-30',
      '2027-01-31/2027-02-27',
      '2027-02-28/2027-03-30',
      '2027-03-31/2027-04-29',
    ]);
  });

  test('of a year from a leap day come back to it', () => {
    const first = detailsWith({ startDate: '2028-02-29', endDate: '2029-02-27' });
    expect(spans(chain(first, 5)).at(-1)).toBe('2032-02-29/2033-02-27');
  });

  test('of any number of months from any day begin where counting from the first day puts them', () => {
    const anyStart = fc.integer({ min: 0, max: 4000 }).map((days) => plusDays('2024-01-01', days));
    fc.assert(
      fc.property(anyStart, fc.integer({ min: 1, max: 24 }), (startDate, months) => {
        const first = detailsWith({ startDate, endDate: lastDay(startDate, { unit: 'months', count: months }) });
        const starts = chain(first, 7).map((term) => term.startDate);
        expect(starts).toEqual(starts.map((_, index) => plusMonths(startDate, index * months)));
      }),
      { numRuns: 200 },
    );
  });

  test('an anchor is kept only where the month of the start has no such day', () => {
    const terms = chain(detailsWith({ startDate: '2026-12-31', endDate: '2027-01-30' }), 5);
    expect(terms.map(({ anchorDay }) => anchorDay)).toEqual([undefined, undefined, 31, undefined, 31]);
    for (const { startDate, anchorDay = 1 } of terms.filter((term) => term.anchorDay !== undefined))
      expect(onDayOfMonth(startDate, anchorDay)).toBe(startDate);
  });
});

describe('a term that does not follow at once', () => {
  const february = detailsWith({ startDate: '2027-02-28', endDate: '2027-03-30', anchorDay: 31 });

  test('accepted after the end, it is as many months long, and counts from its own day', () => {
    const late = acceptedDetails({ ...activeWith(february), status: 'expired' }, {}, instant('2027-04-05T12:00Z'));
    expect(late).toMatchObject({ startDate: '2027-04-05', endDate: '2027-05-04' });
    expect(late).not.toHaveProperty('anchorDay');
  });

  test('renewed by hand, it is as many days long, and counts from its own day', () => {
    const renewed = successorDetails(activeWith(february), instant('2027-04-30T12:00Z'));
    expect(renewed).toMatchObject({ startDate: '2027-04-30', endDate: '2027-05-30' });
    expect(renewed).not.toHaveProperty('anchorDay');
  });

  test('an edited start date counts from its own day; an edited end keeps the anchor', () => {
    const book = new Book(february);
    book.command({ kind: 'edit', changes: { endDate: '2027-04-29' } });
    expect(book.entitlement.details.anchorDay).toBe(31);
    book.command({ kind: 'edit', changes: { startDate: '2027-03-01' } });
    expect(book.entitlement.details).not.toHaveProperty('anchorDay');
    expect(book.last.facts?.before).toEqual({ startDate: '2027-02-28', anchorDay: 31 });
  });
});

test('nothing can follow the last day of the calendar: the acceptance says so', () => {
  const book = new Book(detailsWith({ endDate: '9999-12-31' }));
  book.command({ kind: 'activate' });
  const details = acceptedDetails(book.entitlement, {}, book.now);
  const refused = book.command({ kind: 'accept-renewal', successorId: entitlementId('ent-2'), details });
  expect(refused).toMatchObject({ code: 'wrong_state', detail: expect.stringContaining('nothing can follow') });
});
