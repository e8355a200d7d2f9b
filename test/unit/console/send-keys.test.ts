import { expect, test } from 'vitest';
import { SendKeys } from '../../../console/ui/send-keys.ts';

test('an input whose outcome is unknown keeps its key, also when another input was tried, or done, in between', () => {
  const keys = new SendKeys();
  const [a, b] = [{ total: 1 }, { total: 2 }];
  const first = keys.keyOf(a);
  const other = keys.keyOf(b);
  expect(other).not.toBe(first);
  expect(keys.keyOf({ total: 1 })).toBe(first);
  keys.done(b);
  expect(keys.keyOf(a)).toBe(first);
  expect(keys.keyOf(b)).not.toBe(other);
});

test('what was done gets a new key when it is sent again', () => {
  const keys = new SendKeys();
  const first = keys.keyOf(undefined);
  keys.done(undefined);
  expect(keys.keyOf(undefined)).not.toBe(first);
});
