import { describe, expect, test } from 'vitest';
import { customerId } from '../../../domain/ids.ts';
import { activeBook, Book } from './book.ts';
import { ANN, attach, BOB, detailsWith, ENDS_AT, PUMP, update, VALVE } from './samples.ts';

const override = { overrides: true } as const;

describe('an override', () => {
  test('attaches past exhaustion, and its row says what it let pass', () => {
    const book = activeBook({ totalTerm: 0 }).story(attach('c1', override));
    expect(book.last).toMatchObject({
      kind: 'attached',
      change: -1,
      remainingAfter: -1,
      overage: 1,
      facts: { overrode: ['exhausted'] },
    });
  });

  test('attaches outside channel, product and contact', () => {
    const channels = [{ channel: 'web', totalTerm: 1 }];
    const book = activeBook({ channels, productIds: [PUMP], contactIds: [ANN] });
    book.story(attach('c1', { ...override, channel: 'phone', productId: VALVE, contactId: BOB }));
    expect(book.last.facts?.overrode).toEqual(['contact_not_covered', 'product_not_covered', 'channel_not_covered']);
    expect(book.happens(update('c1', { minutes: 5 }))).toBeUndefined();
    expect(book.happens(update('c1', { productId: PUMP }))).toBeUndefined();
    expect(book.happens(update('c1', { contactId: null }))?.code).toBe('contact_not_covered');
  });

  test('leaves no mark if nothing would have been refused', () => {
    const book = activeBook().story(attach('c1', override));
    expect(book.last.facts).toBeNull();
  });

  test('never passes the status, the dates or the customer', () => {
    expect(new Book(detailsWith()).happens(attach('c1', override))?.code).toBe('not_active');
    const book = activeBook();
    expect(book.happens(attach('c1', { ...override, customerId: customerId('other') }))?.code).toBe(
      'customer_mismatch',
    );
    book.passTo(ENDS_AT);
    expect(book.happens(attach('c1', override))?.code).toBe('expired');
  });
});
