import { describe, expect, test } from 'vitest';
import { activeBook } from './book.ts';
import { attach, cancel, reactivate, resolve, update } from './samples.ts';

const ONE_ON_THE_WEB = {
  channels: [
    { channel: 'web', totalTerm: 1 },
    { channel: 'phone', totalTerm: 10 },
  ],
};

describe('an exhausted entitlement', () => {
  test('under restrict the last case attaches and the next one is refused', () => {
    const book = activeBook({ totalTerm: 2 }).story(attach('c1'), attach('c2'));
    expect(book.happens(attach('c3'))).toMatchObject({ code: 'exhausted' });
    expect(book.last).toMatchObject({ kind: 'refused', refusal: 'exhausted', change: 0, remainingAfter: 0 });
    expect(book.entitlement).toMatchObject({ openCases: 2, casesEver: 2 });
  });

  test('without restrict remaining goes negative', () => {
    const book = activeBook({ totalTerm: 1, restrict: false }).story(attach('c1'), attach('c2'), attach('c3'));
    expect(book.remaining).toBe(-2);
  });

  test('a channel with nothing left refuses as a channel while the others go on', () => {
    const book = activeBook(ONE_ON_THE_WEB).story(attach('c1', { channel: 'web' }));
    expect(book.happens(attach('c2', { channel: 'web' }))).toMatchObject({
      code: 'channel_exhausted',
      field: 'channel',
    });
    expect(book.happens(attach('c2', { channel: 'phone' }))).toBeUndefined();
  });

  test('without restrict a channel goes negative too', () => {
    const book = activeBook({ ...ONE_ON_THE_WEB, restrict: false });
    book.story(attach('c1', { channel: 'web' }), attach('c2', { channel: 'web' }));
    expect(book.remainingOf('web')).toBe(-1);
  });

  test('the total refuses even if the channel still has something left', () => {
    const book = activeBook({
      totalTerm: 1,
      channels: [
        { channel: 'web', totalTerm: 1 },
        { channel: 'phone', totalTerm: 1 },
      ],
    });
    expect(book.story(attach('c1', { channel: 'web' })).happens(attach('c2', { channel: 'phone' }))?.code).toBe(
      'exhausted',
    );
  });

  test.each([
    [1, undefined],
    [0, 'exhausted'],
    [-1, 'exhausted'],
  ])('of minutes, %d left: %s', (left, code) => {
    const book = activeBook({ allocationType: 'hours', totalTerm: 60 }).story(attach('c1', { minutes: 60 - left }));
    expect(book.remaining).toBe(left);
    expect(book.happens(attach('c2', { minutes: 30 }))?.code).toBe(code);
  });

  test.each([
    [1, undefined],
    [0, 'channel_exhausted'],
  ])('of a channel, %d minutes left: %s', (left, code) => {
    const web = { channel: 'web' };
    const book = activeBook({ allocationType: 'hours', totalTerm: 600, channels: [{ ...web, totalTerm: 60 }] });
    book.story(attach('c1', { ...web, minutes: 60 - left }));
    expect(book.happens(attach('c2', { ...web, minutes: 1 }))?.code).toBe(code);
  });

  test('a resolve is never refused: the work is done, and remaining goes negative', () => {
    const book = activeBook({ totalTerm: 1, decreaseRemainingOn: 'resolution' }).story(attach('c1'), attach('c2'));
    expect(book.story(resolve('c1'), resolve('c2')).remaining).toBe(-1);
    const hours = activeBook({ allocationType: 'hours', totalTerm: 60 }).story(attach('c1', { minutes: 60 }));
    expect(hours.story(resolve('c1', 200)).remaining).toBe(-140);
  });

  test('more minutes of an attached case are never refused', () => {
    const book = activeBook({ allocationType: 'hours', totalTerm: 60 }).story(attach('c1', { minutes: 60 }));
    expect(book.story(update('c1', { minutes: 75 })).remaining).toBe(-15);
  });

  test('a canceled case that would take anew is refused if nothing is left', () => {
    const book = activeBook({ totalTerm: 1 }).story(attach('c1'), cancel('c1'), attach('c2'));
    expect(book.happens(reactivate('c1'))?.code).toBe('exhausted');
    expect(book.caseNow('c1').status).toBe('canceled');
    expect(book.story(cancel('c2')).happens(reactivate('c1'))).toBeUndefined();
    expect(book.remaining).toBe(0);
  });

  test('a canceled case that would take anew is refused if its channel has nothing left', () => {
    const web = { channel: 'web' };
    const book = activeBook(ONE_ON_THE_WEB).story(attach('c1', web), cancel('c1'), attach('c2', web));
    expect(book.happens(reactivate('c1'))?.code).toBe('channel_exhausted');
  });

  test('a case that takes nothing when it is reactivated is not refused', () => {
    const book = activeBook({ totalTerm: 1 }).story(attach('c1', { decrements: false }), cancel('c1'), attach('c2'));
    expect(book.happens(reactivate('c1'))).toBeUndefined();
    const resolved = activeBook({ totalTerm: 1 }).story(attach('c1'), resolve('c1'));
    expect(resolved.happens(reactivate('c1'))).toBeUndefined();
  });
});
