import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { covered, wholeDaysOf } from '../../../domain/entitlements/amended-money.ts';
import type { AmendCommand } from '../../../domain/entitlements/amending.ts';
import type { AmendmentChanges } from '../../../domain/terms/amendments.ts';
import { tenThousandthsOf } from '../../../domain/terms/contract-price.ts';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import { daysFrom, daysOf } from '../../../domain/terms/proration.ts';
import { projectDir } from '../../../runtime/project-dir.ts';
import { Book } from '../domain/book.ts';
import { detailsWith, instant } from '../domain/samples.ts';

/** docs/amendments.md works out examples by hand. Here the rules do the same. */
const page = readFileSync(join(projectDir, 'docs', 'amendments.md'), 'utf8');

/** The cells of the table whose head begins so, without the head. */
function tableOf(head: string): string[][] {
  const lines = page.split('\n');
  const from = lines.findIndex((line) => line.startsWith(`| ${head} `));
  const rows = lines.slice(from + 2, from + 2 + lines.slice(from + 2).findIndex((line) => !line.startsWith('|')));
  return rows.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const YEAR = { startDate: '2027-01-01', endDate: '2027-12-31' } as const;

function bookAt(day: string, changes: Partial<EntitlementDetails>): Book {
  const book = new Book(detailsWith({ ...YEAR, ...changes }), instant(`${changes.startDate ?? YEAR.startDate}T12:00Z`));
  book.command({ kind: 'activate' });
  return book.passTo(instant(`${day}T12:00Z`));
}

const amend = (book: Book, changes: AmendmentChanges, more: Partial<AmendCommand> = {}): void => {
  const refused = book.command({ kind: 'amend', effective: 'now', grant: 'full', pinned: null, ...more, changes });
  if (refused !== undefined) throw new Error(refused.detail);
};

const signed = (number: number): string => (number === 0 ? '0' : number > 0 ? `+${number}` : `−${-number}`);

describe('what an amendment grants', () => {
  const table = tableOf('contract');
  const monthly = { period: 'month', totalTerm: 10 } as const;
  const examples: readonly (readonly [string, Partial<EntitlementDetails>, number])[] = [
    ['2027-07-01', { totalTerm: 100 }, 150],
    ['2027-07-01', { totalTerm: 100 }, 50],
    ['2027-06-16', monthly, 15],
    ['2027-06-16', monthly, 5],
    ['2027-08-15', { period: 'quarter', totalTerm: 100 }, 192],
    ['2027-12-02', { period: 'year', totalTerm: 100 }, 465],
    ['2028-02-29', { startDate: '2028-01-01', endDate: '2028-12-31', totalTerm: 0 }, 366],
    ['2027-03-28', { ...monthly, totalTerm: 0, timeZone: 'Europe/Berlin' }, 31],
  ];

  test('every row but the last is an example of this test', () => {
    expect(table).toHaveLength(examples.length + 1);
  });

  test.each(examples.map((example, index) => [index, ...example] as const))('row %i', (index, day, terms, total) => {
    const [contract, amendment, days, full, prorated] = table[index] ?? [];
    expect(contract?.startsWith(`${terms.totalTerm ?? 0} `)).toBe(true);
    expect(amendment?.startsWith(`${total}, `)).toBe(true);
    const book = bookAt(day, terms);
    const span = wholeDaysOf(book.entitlement);
    const left = daysFrom(covered(span, book.entitlement.details.endDate), day);
    expect(days).toBe(`${left} of ${daysOf(span)}`);
    const whole = Book.copyOf(book);
    amend(whole, { totalTerm: total });
    expect(full).toBe(signed(whole.last.change));
    amend(book, { totalTerm: total }, { grant: 'prorated' });
    expect(prorated?.split(': ').at(-1)).toBe(signed(book.last.change));
  });

  test('the last row: with the next period nothing is granted of this one, and the next grants the new total', () => {
    const [contract, amendment, , full, prorated] = table.at(-1) ?? [];
    expect([contract, amendment]).toEqual(['10 a month', '25, with the next period']);
    for (const grant of ['full', 'prorated'] as const) {
      const book = bookAt('2027-06-16', monthly);
      amend(book, { totalTerm: 25 }, { grant, effective: 'next_period' });
      const before = book.remaining;
      book.passTo(instant('2027-07-01T12:00Z'));
      const amended = book.rows.find(({ kind }) => kind === 'amended');
      expect([before, amended?.change, book.remaining]).toEqual([10, 0, 25]);
    }
    expect([full, prorated]).toEqual(['0', '0; the next one grants 25']);
  });
});

describe('what an amendment costs', () => {
  const table = tableOf('amendment');
  const euros = (amount: string) => ({ price: { amount, currency: 'EUR', per: 'term' } }) as const;
  const examples: readonly (readonly [string, AmendmentChanges][])[] = [
    [['2027-07-01', euros('547.50')]],
    [['2027-07-01', euros('73')]],
    [['2027-07-01', { totalTerm: 150 }]],
    [['2027-07-01', { endDate: '2028-01-31' }]],
    [['2027-07-01', { endDate: '2027-09-30' }]],
    [
      ['2027-07-01', { totalTerm: 150 }],
      ['2027-07-01', { totalTerm: 200 }],
      ['2027-10-01', euros('0')],
    ],
  ];

  test('every row is an example of this test', () => {
    expect(table).toHaveLength(examples.length);
  });

  test.each(examples.map((steps, index) => [index, steps] as const))('row %i', (index, steps) => {
    const [, money = '', price = ''] = table[index] ?? [];
    const book = bookAt('2027-01-01', { totalTerm: 100, ...euros('365') });
    const amounts = steps.map(([day, changes]) => {
      amend(book.passTo(instant(`${day}T12:00Z`)), changes);
      return book.last.facts?.money?.amount;
    });
    expect(money.replaceAll('−', '-').match(/-?\d+\.\d{4}/g)).toEqual(amounts);
    expect(tenThousandthsOf(price)).toBe(tenThousandthsOf(book.entitlement.details.price?.amount ?? ''));
  });
});
