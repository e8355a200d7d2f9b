import { describe, expect, test } from 'vitest';
import type { DecreaseOn } from '../../../domain/terms/allocation.ts';
import { activeBook, Book } from './book.ts';
import { counts, type History, isPossible, STEPS, type Step } from './case-reading.ts';
import { attach, cancel, decrement, type Happening, reactivate, resolve, update } from './samples.ts';

const off = update('c1', { decrements: false });
const on = update('c1', { decrements: true });

const HAPPENING: Readonly<Record<Step, Happening>> = {
  true: on,
  false: off,
  decrement: decrement('c1'),
  resolve: resolve('c1'),
  cancel: cancel('c1'),
  reactivate: reactivate('c1'),
};

/** Every order of steps that a case can take, and what remains after each, compared with the reading. */
function walk(book: Book, history: History, decreaseOn: DecreaseOn, depth: number): number {
  if (depth === 0) return 1;
  let walks = 0;
  for (const step of STEPS) {
    const branch = Book.copyOf(book);
    const refused = branch.happens(HAPPENING[step]);
    const possible = isPossible(history, step, decreaseOn);
    expect(refused?.code, `${history.join(', ')}, ${step}`).toBe(possible ? undefined : 'wrong_state');
    const next: History = possible ? [...history, step] : history;
    expect(branch.remaining, next.join(', ')).toBe(counts(next, decreaseOn) ? 9 : 10);
    if (possible) walks += walk(branch, next, decreaseOn, depth - 1);
  }
  return walks;
}

describe('do not decrement', () => {
  test.each([
    ['creation', 'attached'],
    ['creation', 'attached, not decrementing'],
    ['resolution', 'attached'],
    ['resolution', 'attached, not decrementing'],
  ] as const)('on %s, %s: in every order of events the case takes what the rules say', (decreaseOn, how) => {
    const book = activeBook({ decreaseRemainingOn: decreaseOn });
    book.story(attach('c1', { decrements: how === 'attached' }));
    expect(walk(book, [how], decreaseOn, 5)).toBeGreaterThan(500);
  });

  test.each(['creation', 'resolution'] as const)('on %s a case that does not decrement takes nothing', (decreaseOn) => {
    const book = activeBook({ decreaseRemainingOn: decreaseOn }).story(attach('c1', { decrements: false }));
    expect(book.remaining).toBe(10);
    expect(book.story(resolve('c1')).remaining).toBe(10);
    expect(book.story(reactivate('c1')).remaining).toBe(10);
  });

  test('what it had taken comes back, and comes back once', () => {
    const book = activeBook().story(attach('c1'), off);
    expect(book.remaining).toBe(10);
    expect(book.story(off, cancel('c1')).remaining).toBe(10);
  });

  test('on creation, back to true takes nothing by itself; an explicit decrement does, once', () => {
    const book = activeBook().story(attach('c1'), off, on);
    expect(book.remaining).toBe(10);
    expect(book.story(resolve('c1')).remaining).toBe(10);
    expect(book.story(decrement('c1')).remaining).toBe(9);
    expect(book.story(decrement('c1')).remaining).toBe(9);
  });

  test('on resolution, back to true counts when the case resolves', () => {
    const book = activeBook({ decreaseRemainingOn: 'resolution' }).story(attach('c1', { decrements: false }), on);
    expect(book.remaining).toBe(10);
    expect(book.story(resolve('c1')).remaining).toBe(9);
  });

  test('on resolution, back to true after the resolve needs the explicit decrement', () => {
    const book = activeBook({ decreaseRemainingOn: 'resolution' }).story(attach('c1'), resolve('c1'), off, on);
    expect(book.remaining).toBe(10);
    expect(book.story(decrement('c1')).remaining).toBe(9);
    expect(book.story(reactivate('c1')).remaining).toBe(10);
  });

  test('a decrement of a case that is set not to decrement is refused', () => {
    const book = activeBook().story(attach('c1', { decrements: false }));
    expect(book.happens(decrement('c1'))?.code).toBe('wrong_state');
  });

  test('hours come back as the corrected minutes', () => {
    const book = activeBook({ allocationType: 'hours', totalTerm: 600 });
    book.story(attach('c1', { minutes: 30 }), update('c1', { minutes: 40 }), off);
    expect(book.last.change).toBe(40);
    book.story(update('c1', { minutes: 90 }), on, decrement('c1'));
    expect(book.remaining).toBe(510);
  });

  test('with new minutes in the same update, what was taken comes back and the new minutes take nothing', () => {
    const book = activeBook({ allocationType: 'hours', totalTerm: 600 }).story(attach('c1', { minutes: 30 }));
    book.story(update('c1', { minutes: 90, decrements: false }));
    expect(book.last.change).toBe(30);
    expect(book.remaining).toBe(600);
  });
});
