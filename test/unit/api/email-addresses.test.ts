import { expect, test } from 'vitest';
import { emailSchema } from '../../../api/http/schemas.ts';

const isTaken = (address: string): boolean => emailSchema.safeParse(address).success;

test.each([
  'ann@example.com',
  `${'a'.repeat(64)}@example.com`,
  `ann@${'b'.repeat(63)}.example.com`,
  "o'neil+desk@mail.example.co.uk",
])('%s is an address', (address) => {
  expect(isTaken(address)).toBe(true);
});

test.each([
  `${'a'.repeat(65)}@example.com`,
  `ann@${'b'.repeat(64)}.example.com`,
  'ann@example-.com',
  'ann@-example.com',
  'ann@example',
  'ann',
])('%s is none: no mail system would take it', (address) => {
  expect(isTaken(address)).toBe(false);
});
