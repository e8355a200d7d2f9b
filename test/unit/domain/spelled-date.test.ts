import { expect, test } from 'vitest';
import { spelledDate } from '../../../domain/renewals/spelled-date.ts';

test('a date is spelled out', () => {
  expect(['2027-03-12', '2028-02-29', '2026-12-31', '2026-01-01'].map(spelledDate)).toEqual([
    '12 March 2027',
    '29 February 2028',
    '31 December 2026',
    '1 January 2026',
  ]);
});
