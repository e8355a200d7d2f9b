import { describe, expect, test } from 'vitest';
import { available, channelAvailable } from '../../../domain/entitlements/balance.ts';
import { activeBook } from './book.ts';
import { attach, cancel, reactivate, resolve, update } from './samples.ts';

const HOLD = { decreaseRemainingOn: 'resolution', hold: true } as const;
const WEB = { ...HOLD, channels: [{ channel: 'web', totalTerm: 3 }] };
const HOURS = { ...HOLD, allocationType: 'hours', totalTerm: 100 } as const;

describe('a hold', () => {
  test('an attach holds: nothing is taken, and less is available of the total and of its channel', () => {
    const book = activeBook(WEB).story(attach('c1', { channel: 'web' }));
    expect(book.last).toMatchObject({ change: 0, heldChange: 1 });
    expect(book.remaining).toBe(10);
    expect(available(book.entitlement)).toBe(9);
    expect(channelAvailable(book.entitlement, 'web')).toBe(2);
  });

  test('a resolve takes what was held, and what is available stays the same', () => {
    const book = activeBook(WEB).story(attach('c1', { channel: 'web' }), resolve('c1'));
    expect(book.last).toMatchObject({ change: -1, heldChange: -1 });
    expect([book.remaining, available(book.entitlement)]).toEqual([9, 9]);
    expect([book.remainingOf('web'), channelAvailable(book.entitlement, 'web')]).toEqual([2, 2]);
  });

  test('a cancel releases: everything is as before', () => {
    const book = activeBook(WEB).story(attach('c1', { channel: 'web' }), cancel('c1'));
    expect(book.last).toMatchObject({ change: 0, heldChange: -1 });
    expect([book.remaining, available(book.entitlement), channelAvailable(book.entitlement, 'web')]).toEqual([
      10, 10, 3,
    ]);
  });

  test('a reactivation holds anew, and after a resolve gives back what was taken', () => {
    const book = activeBook(HOLD).story(attach('c1'), resolve('c1'), reactivate('c1'));
    expect(book.last).toMatchObject({ change: 1, heldChange: 1 });
    expect(book.story(cancel('c1'), reactivate('c1')).last).toMatchObject({ change: 0, heldChange: 1 });
    expect([book.remaining, available(book.entitlement)]).toEqual([10, 9]);
  });

  test('open cases cannot overdraw: when all is held, the next attach is refused', () => {
    const book = activeBook({ ...HOLD, totalTerm: 2 }).story(attach('c1'), attach('c2'));
    expect(book.happens(attach('c3'))?.code).toBe('exhausted');
    expect(book.story(resolve('c1'), resolve('c2')).remaining).toBe(0);
  });

  test('without a hold the same cases overdraw at resolution', () => {
    const book = activeBook({ ...HOLD, hold: false, totalTerm: 2 }).story(attach('c1'), attach('c2'), attach('c3'));
    expect(book.story(resolve('c1'), resolve('c2'), resolve('c3')).remaining).toBe(-1);
  });

  test('a channel that is fully held is refused as a channel', () => {
    const book = activeBook({ ...HOLD, channels: [{ channel: 'web', totalTerm: 1 }] });
    expect(book.story(attach('c1', { channel: 'web' })).happens(attach('c2', { channel: 'web' }))?.code).toBe(
      'channel_exhausted',
    );
    expect(book.story(cancel('c1')).happens(attach('c2', { channel: 'web' }))).toBeUndefined();
  });

  test('the named minutes are held, and later reports change them', () => {
    const book = activeBook(HOURS).story(attach('c1', { minutes: 30 }), update('c1', { minutes: 80 }));
    expect([book.remaining, available(book.entitlement)]).toEqual([100, 20]);
    book.story(resolve('c1', 50));
    expect(book.last).toMatchObject({ change: -50, heldChange: -80 });
    expect([book.remaining, available(book.entitlement)]).toEqual([50, 50]);
  });

  test('a case that does not decrement holds nothing, and releases what it held', () => {
    const book = activeBook(HOLD).story(attach('c1', { decrements: false }), attach('c2'));
    expect(book.entitlement.held).toBe(1);
    book.story(update('c2', { decrements: false }));
    expect(book.entitlement.held).toBe(0);
    expect(book.story(update('c2', { decrements: true })).entitlement.held).toBe(1);
  });

  test('a change of channel moves what is held', () => {
    const channels = [
      { channel: 'web', totalTerm: 3 },
      { channel: 'phone', totalTerm: 3 },
    ];
    const book = activeBook({ ...HOLD, channels }).story(attach('c1', { channel: 'web' }));
    book.story(update('c1', { channel: 'phone' }));
    expect(channelAvailable(book.entitlement, 'web')).toBe(3);
    expect(channelAvailable(book.entitlement, 'phone')).toBe(2);
    expect(book.entitlement.held).toBe(1);
  });

  test('a canceled case that would hold anew is refused if nothing is left', () => {
    const book = activeBook({ ...HOLD, totalTerm: 1 }).story(attach('c1'), cancel('c1'), attach('c2'));
    expect(book.happens(reactivate('c1'))?.code).toBe('exhausted');
  });

  test('an unlimited entitlement holds nothing', () => {
    const book = activeBook({ ...HOLD, allocationType: 'unlimited', totalTerm: null, restrict: false });
    expect(book.story(attach('c1', { minutes: 30 })).entitlement.held).toBe(0);
    expect(available(book.entitlement)).toBeNull();
  });
});
