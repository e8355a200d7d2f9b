import { describe, expect, test } from 'vitest';
import { notCovered, notOpen } from '../../../domain/cases/cover.ts';
import { contactId, customerId, productId } from '../../../domain/ids.ts';
import { MAX_CHANNELS } from '../../../domain/terms/details.ts';
import { activeBook, Book } from './book.ts';
import {
  ACME,
  ANN,
  attach,
  BOB,
  cancel,
  DURING,
  detailsWith,
  ENDS_AT,
  PUMP,
  STARTS_AT,
  update,
  VALVE,
} from './samples.ts';

const NARROW = {
  contactIds: [ANN, BOB],
  productIds: [PUMP, VALVE],
  channels: [
    { channel: 'phone', totalTerm: 2 },
    { channel: 'web', totalTerm: 5 },
  ],
};
const FITS = { customerId: ACME, contactId: BOB, productId: VALVE, channel: 'web' };

describe('whether a case may attach now', () => {
  test.each([
    ['a draft', 'not_active', () => new Book(detailsWith())],
    ['one that waits', 'not_started', () => started(STARTS_AT - 1)],
    ['an expired one', 'expired', () => started(ENDS_AT)],
    ['a canceled one', 'canceled', () => canceled()],
    ['a canceled one past its end', 'canceled', () => canceled().passTo(ENDS_AT)],
  ] as const)('%s refuses with %s', (_what, code, make) => {
    expect(make().happens(attach('c1'))?.code).toBe(code);
  });

  test('a late timer lets no case in: after the end the dates refuse, even while the status is active', () => {
    const { entitlement } = activeBook();
    expect(notOpen(entitlement, ENDS_AT - 1)).toBeUndefined();
    expect(notOpen(entitlement, ENDS_AT)?.code).toBe('expired');
  });

  test('the dates refuse before the start too', () => {
    const { entitlement } = activeBook();
    expect(notOpen(entitlement, STARTS_AT)).toBeUndefined();
    expect(notOpen(entitlement, STARTS_AT - 1)?.code).toBe('not_started');
  });
});

describe('what an entitlement covers', () => {
  test.each([
    ['every named one', {}, undefined],
    ['another customer', { customerId: customerId('globex') }, 'customer_mismatch'],
    ['a contact that is not named', { contactId: contactId('eve') }, 'contact_not_covered'],
    ['no contact', { contactId: null }, 'contact_not_covered'],
    ['a product that is not named', { productId: productId('hose') }, 'product_not_covered'],
    ['no product', { productId: null }, 'product_not_covered'],
    ['a channel without a row', { channel: 'email' }, 'channel_not_covered'],
    ['no channel', { channel: null }, 'channel_not_covered'],
  ])('%s', (_what, changes, code) => {
    expect(notCovered(activeBook(NARROW).entitlement, { ...FITS, ...changes })?.code).toBe(code);
  });

  test('one that names nothing covers every case of its customer and of nobody else', () => {
    const { entitlement } = activeBook();
    expect(notCovered(entitlement, FITS)).toBeUndefined();
    expect(
      notCovered(entitlement, { customerId: ACME, contactId: null, productId: null, channel: null }),
    ).toBeUndefined();
    expect(notCovered(entitlement, { ...FITS, customerId: customerId('globex') })?.field).toBe('customerId');
  });

  test('the first reason wins, in this order: status, dates, customer, contact, product, channel, term', () => {
    const wrong = { customerId: customerId('globex'), contactId: null, productId: null, channel: 'fax' };
    const told = [
      new Book(detailsWith(NARROW)).happens(attach('c1', wrong)),
      started(STARTS_AT - 1, NARROW).happens(attach('c1', wrong)),
      activeBook(NARROW).happens(attach('c1', wrong)),
      activeBook(NARROW).happens(attach('c1', { ...wrong, customerId: ACME })),
      activeBook(NARROW).happens(attach('c1', { ...wrong, customerId: ACME, contactId: ANN })),
      activeBook(NARROW).happens(attach('c1', { ...FITS, channel: 'fax' })),
      activeBook({ ...NARROW, totalTerm: 5, channels: [{ channel: 'web', totalTerm: 0 }] }).happens(attach('c1', FITS)),
      activeBook({ totalTerm: 0 }).happens(attach('c1', FITS)),
    ].map((refused) => refused?.code);
    expect(told).toEqual([
      'not_active',
      'not_started',
      'customer_mismatch',
      'contact_not_covered',
      'product_not_covered',
      'channel_not_covered',
      'channel_exhausted',
      'exhausted',
    ]);
  });

  test.each([
    ['contact', { contactId: contactId('eve') }],
    ['product', { productId: null }],
    ['channel', { channel: 'email' }],
  ])('a change of %s is checked anew, and refused it changes nothing', (what, changes) => {
    const book = activeBook(NARROW).story(attach('c1', FITS));
    const before = book.caseNow('c1');
    expect(book.happens(update('c1', changes))?.code).toBe(`${what}_not_covered`);
    expect(book.caseNow('c1')).toBe(before);
    expect(book.remaining).toBe(9);
  });

  test('a change within the cover is accepted', () => {
    const book = activeBook(NARROW).story(attach('c1', FITS), update('c1', { contactId: ANN, productId: PUMP }));
    expect(book.caseNow('c1')).toMatchObject({ contactId: ANN, productId: PUMP, channel: 'web', taken: 1 });
  });

  test('a case that an edit left uncovered can still change in other ways', () => {
    const book = activeBook()
      .story(attach('c1', FITS))
      .edited({ channels: [{ channel: 'phone', totalTerm: 5 }] });
    expect(book.happens(update('c1', { minutes: 5 }))).toBeUndefined();
    expect(book.happens(cancel('c1'))).toBeUndefined();
  });

  test('a case system cannot use more channel names than the entitlement can record', () => {
    const book = activeBook({ restrict: false });
    for (let at = 0; at < MAX_CHANNELS; at++) book.story(attach(`c${at}`, { channel: `ch-${at}` }));
    expect(book.happens(attach('one-more', { channel: 'ch-new' }))?.code).toBe('channel_not_covered');
    expect(book.happens(update('c1', { channel: 'ch-new' }))?.code).toBe('channel_not_covered');
    expect(book.happens(attach('known', { channel: 'ch-7' }))).toBeUndefined();
  });
});

function started(now: number, changes = {}): Book {
  const book = new Book(detailsWith(changes), now);
  book.command({ kind: 'activate' });
  return book;
}

function canceled(): Book {
  const book = started(DURING);
  book.command({ kind: 'cancel' });
  return book;
}
