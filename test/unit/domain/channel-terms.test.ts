import { describe, expect, test } from 'vitest';
import { activeBook } from './book.ts';
import { attach, cancel, instant, reactivate, resolve, update } from './samples.ts';

const CHANNELS = {
  channels: [
    { channel: 'web', totalTerm: 3 },
    { channel: 'phone', totalTerm: 2 },
  ],
};

describe('a channel with a row of its own', () => {
  test('takes from its row and from the total, and leaves the other rows alone', () => {
    const book = activeBook(CHANNELS).story(attach('c1', { channel: 'web' }));
    expect([book.remaining, book.remainingOf('web'), book.remainingOf('phone')]).toEqual([9, 2, 2]);
  });

  test('a change of channel moves what is taken from one row to the other, the total stays', () => {
    const book = activeBook(CHANNELS).story(attach('c1', { channel: 'web' }), update('c1', { channel: 'phone' }));
    expect([book.remaining, book.remainingOf('web'), book.remainingOf('phone')]).toEqual([9, 3, 1]);
    expect(book.rows.slice(-2)).toMatchObject([
      { kind: 'updated', channel: 'web', change: 1, key: null, case: { taken: 0 } },
      { kind: 'updated', channel: 'phone', change: -1, case: { channel: 'phone', taken: 1 } },
    ]);
    expect(book.last.key).not.toBeNull();
  });

  test('after a change of channel the new row gets back what the case gives back', () => {
    const book = activeBook(CHANNELS).story(attach('c1', { channel: 'web' }), update('c1', { channel: 'phone' }));
    book.story(cancel('c1'));
    expect([book.remaining, book.remainingOf('web'), book.remainingOf('phone')]).toEqual([10, 3, 2]);
  });

  test('with new minutes and a new channel, the old row gets back the old minutes and the new row gives the new ones', () => {
    const rows = CHANNELS.channels.map(({ channel }) => ({ channel, totalTerm: 100 }));
    const book = activeBook({ allocationType: 'hours', totalTerm: 500, channels: rows });
    book.story(attach('c1', { channel: 'web', minutes: 30 }), update('c1', { channel: 'phone', minutes: 45 }));
    expect([book.remaining, book.remainingOf('web'), book.remainingOf('phone')]).toEqual([455, 100, 55]);
  });

  test('a case that takes nothing changes neither row', () => {
    const book = activeBook({ ...CHANNELS, decreaseRemainingOn: 'resolution' });
    book.story(attach('c1', { channel: 'web' }), update('c1', { channel: 'phone' }));
    expect([book.remaining, book.remainingOf('web'), book.remainingOf('phone')]).toEqual([10, 3, 2]);
    expect(book.story(resolve('c1')).remainingOf('phone')).toBe(1);
  });

  test('a change to a channel whose row is exhausted is refused, and the case keeps its channel', () => {
    const book = activeBook(CHANNELS).story(attach('a', { channel: 'phone' }), attach('b', { channel: 'phone' }));
    book.story(attach('c1', { channel: 'web' }));
    expect(book.happens(update('c1', { channel: 'phone' }))?.code).toBe('channel_exhausted');
    expect(book.caseNow('c1').channel).toBe('web');
    expect([book.remaining, book.remainingOf('web'), book.remainingOf('phone')]).toEqual([7, 2, 0]);
  });

  test('a change of channel is not refused for an exhausted total, because it takes nothing more of it', () => {
    const book = activeBook({ ...CHANNELS, totalTerm: 3 });
    for (const id of ['a', 'b', 'c1']) book.story(attach(id, { channel: 'web' }));
    expect(book.remaining).toBe(0);
    expect(book.happens(update('c1', { channel: 'phone' }))).toBeUndefined();
  });

  test('a change of channel leaves what the case took in an earlier period with its old channel', () => {
    const rows = {
      channels: [
        { channel: 'web', totalTerm: 2 },
        { channel: 'email', totalTerm: 2 },
      ],
      period: 'month',
      totalTerm: 3,
    } as const;
    const book = activeBook(rows).story(attach('c1', { channel: 'web' }));
    book.passTo(instant('2026-07-01T00:00Z')).story(update('c1', { channel: 'email' }));
    expect([book.remaining, book.remainingOf('web'), book.remainingOf('email')]).toEqual([3, 2, 2]);
  });

  test('a row that has the whole total follows what remains, top-ups and rollover included', () => {
    const channels = [{ channel: 'email', totalTerm: 2 }];
    const book = activeBook({ totalTerm: 2, channels, period: 'month', rolloverCap: 1 });
    book.command({ kind: 'top-up', amount: 3, expiresOn: null, price: null, currency: null });
    expect([book.remaining, book.remainingOf('email')]).toEqual([5, 5]);
    for (const id of ['a', 'b', 'c', 'd', 'e']) book.story(attach(id, { channel: 'email' }));
    expect([book.remaining, book.remainingOf('email')]).toEqual([0, 0]);
    expect(book.happens(attach('f', { channel: 'email' }))?.code).toBe('exhausted');
    book.story(cancel('e')).passTo(instant('2026-07-01T00:00Z'));
    // Top-ups are used last: the one that came back is what is left of them.
    expect([book.remaining, book.remainingOf('email')]).toEqual([3, 3]);
    book.story(attach('g', { channel: 'email' })).passTo(instant('2026-08-01T00:00Z'));
    expect([book.remaining, book.remainingOf('email')]).toEqual([4, 4]);
  });

  test('an entitlement without rows records the use of each channel and limits none', () => {
    const book = activeBook({ totalTerm: 2 }).story(attach('c1', { channel: 'web' }), attach('c2', { channel: 'web' }));
    expect(book.remainingOf('web')).toBeNull();
    expect(book.entitlement.usedByChannel).toEqual({ web: 2 });
    expect(book.story(cancel('c1')).entitlement.usedByChannel).toEqual({ web: 1 });
  });

  test.each(['constructor', '__proto__', 'toString'])('a channel may be called %s', (channel) => {
    const book = activeBook({ channels: [{ channel, totalTerm: 2 }] }).story(attach('c1', { channel }));
    expect(book.remainingOf(channel)).toBe(1);
    expect(book.story(cancel('c1')).remainingOf(channel)).toBe(2);
    expect(book.story(reactivate('c1')).remainingOf(channel)).toBe(1);
  });
});
