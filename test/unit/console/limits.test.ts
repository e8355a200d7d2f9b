import { expect, test } from 'vitest';
import { LONGEST_REASON } from '../../../console/data/limits.ts';
import { MAX_REASON_CHARS } from '../../../domain/input-limits.ts';

test('fields of the console take a reason as long as the API takes, and no longer', () => {
  expect(LONGEST_REASON).toBe(MAX_REASON_CHARS);
});
