import { describe, expect, test } from 'vitest';
import { customerId } from '../../../domain/ids.ts';
import { activeBook } from './book.ts';
import { attach, reactivate, resolve } from './samples.ts';

describe('editing a deactivated entitlement', () => {
  test('a new total leaves the new total without what is used, also below 0', () => {
    const book = activeBook().story(attach('c1'), attach('c2'), attach('c3'));
    expect(book.edited({ totalTerm: 12 }).remaining).toBe(9);
    expect(book.edited({ totalTerm: 3 }).remaining).toBe(0);
    expect(book.edited({ totalTerm: 1 }).remaining).toBe(-2);
    expect(book.rows.filter((row) => row.kind === 'edited').map((row) => row.change)).toEqual([2, -9, -2]);
  });

  test('a new channel total leaves that total without what the channel has used', () => {
    const book = activeBook({ channels: [{ channel: 'web', totalTerm: 5 }] }).story(
      attach('c1', { channel: 'web' }),
      attach('c2', { channel: 'web' }),
    );
    book.edited({ channels: [{ channel: 'web', totalTerm: 3 }] });
    expect(book.remainingOf('web')).toBe(1);
    book.edited({ channels: [] });
    expect(book.remainingOf('web')).toBeNull();
    book.edited({ channels: [{ channel: 'web', totalTerm: 8 }] });
    expect(book.remainingOf('web')).toBe(6);
  });

  test('a channel that had no row counts what it used before it got one', () => {
    const book = activeBook().story(attach('c1', { channel: 'phone' }));
    book.edited({ channels: [{ channel: 'phone', totalTerm: 4 }] });
    expect(book.remainingOf('phone')).toBe(3);
  });

  test('while deactivated no case attaches', () => {
    const book = activeBook();
    book.command({ kind: 'deactivate' });
    expect(book.happens(attach('c1'))?.code).toBe('not_active');
  });

  test('a case keeps the rule under which it attached', () => {
    const book = activeBook({ decreaseRemainingOn: 'resolution' }).story(attach('c1'));
    book.edited({ decreaseRemainingOn: 'creation' });
    expect(book.remaining).toBe(10);
    book.story(attach('c2'));
    expect(book.remaining).toBe(9);
    expect(book.story(resolve('c1'), resolve('c2')).remaining).toBe(8);
    expect(book.story(reactivate('c1'), reactivate('c2')).remaining).toBe(9);
  });

  test.each([
    ['allocationType', { allocationType: 'hours' }],
    ['customerId', { customerId: customerId('globex') }],
  ] as const)('%s stays once a case has attached, and changes freely before', (field, changes) => {
    expect(activeBook().edited(changes).entitlement.details).toMatchObject(changes);
    const book = activeBook().story(attach('c1'));
    book.command({ kind: 'deactivate' });
    expect(book.command({ kind: 'edit', changes })).toMatchObject({ code: 'wrong_state', field });
  });

  test('an edit that does not fit changes nothing', () => {
    const book = activeBook();
    book.command({ kind: 'deactivate' });
    const before = book.entitlement;
    expect(book.command({ kind: 'edit', changes: { totalTerm: -1 } })).toMatchObject({ code: 'validation_failed' });
    expect(book.entitlement).toBe(before);
  });

  test('an edit keeps the fields that it does not name', () => {
    const book = activeBook({ description: 'Pumps only' }).edited({ name: 'Gold' });
    expect(book.entitlement.details).toMatchObject({ name: 'Gold', description: 'Pumps only', totalTerm: 10 });
  });

  test('a change to unlimited and back grants the total anew, and the rows still add up', () => {
    const book = activeBook().edited({ allocationType: 'unlimited', totalTerm: null, restrict: false });
    expect(book.remaining).toBeNull();
    book.edited({ allocationType: 'cases', totalTerm: 4 });
    expect(book.remaining).toBe(4);
    expect(book.rows.reduce((sum, row) => sum + row.change, 0)).toBe(4);
  });
});
