import { expect, test } from 'vitest';
import { ConfirmedRows } from '../../../api/cases/confirmed-rows.ts';
import { entitlementId } from '../../../domain/ids.ts';

const [ONE, OTHER] = [entitlementId('one'), entitlementId('other')];
const rows = (...numbers: readonly number[]) => numbers.map((seq) => ({ seq }));

test('written rows are told as spans, to their own entitlement and once', () => {
  const confirmed = new ConfirmedRows();
  confirmed.note(ONE, rows(5, 3, 4, 9), 0);
  confirmed.note(OTHER, rows(1), 0);
  expect(confirmed.take(ONE)).toEqual([
    [3, 5],
    [9, 9],
  ]);
  expect(confirmed.take(ONE)).toEqual([]);
  expect(confirmed.take(OTHER)).toEqual([[1, 1]]);
});

test('what is noted before it is told is told together', () => {
  const confirmed = new ConfirmedRows();
  confirmed.note(ONE, rows(1), 0);
  confirmed.note(ONE, rows(2), 1);
  expect(confirmed.take(ONE)).toEqual([
    [1, 1],
    [2, 2],
  ]);
});

test('an entitlement that gets no message for a minute is forgotten: its workflow has written the rows by then', () => {
  const confirmed = new ConfirmedRows();
  confirmed.note(ONE, rows(1), 0);
  confirmed.note(OTHER, rows(1), 59_999);
  expect(confirmed.take(ONE)).toEqual([[1, 1]]);
  confirmed.note(ONE, rows(1), 60_000);
  confirmed.note(OTHER, rows(2), 120_000);
  expect(confirmed.take(ONE)).toEqual([]);
});
