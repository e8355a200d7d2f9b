import { expect, test } from 'vitest';
import { readSettings } from '../../../runtime/settings.ts';

const DATABASE_URL = 'postgres://user:password@host:5432/allot';
const uiOf = (address: string) => readSettings({ DATABASE_URL, ALLOT_TEMPORAL_UI_URL: address }).temporalUiUrl;

test('the address of the Temporal UI is optional, and loses the slashes at its end', () => {
  expect(readSettings({ DATABASE_URL }).temporalUiUrl).toBeNull();
  expect(uiOf('')).toBeNull();
  expect(uiOf('https://temporal.example.com/ui/')).toBe('https://temporal.example.com/ui');
});

test.each(['javascript:alert(1)', 'temporal.example.com', 'http://'])(
  '%s is refused as the address of the Temporal UI, with the name of the setting',
  (address) => {
    expect(() => uiOf(address)).toThrow(/^ALLOT_TEMPORAL_UI_URL is .*: it must be an address/);
  },
);
