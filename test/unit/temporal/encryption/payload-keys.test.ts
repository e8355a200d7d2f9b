import { expect, test } from 'vitest';
import { PayloadKeysError, readPayloadKeys } from '../../../../temporal/encryption/payload-keys.ts';

const KEY = Buffer.from(Array.from({ length: 32 }, (_, at) => at)).toString('base64');
const OTHER = Buffer.from(Array.from({ length: 32 }, (_, at) => at + 1)).toString('base64url');

test('the first key writes, and all of them read; base64 may be that of URLs', () => {
  const { writing, reading, lost } = readPayloadKeys(` b:${OTHER}, a:${KEY},gone:lost `);
  expect(writing?.id).toBe('b');
  expect(reading.map(({ id }) => id)).toEqual(['b', 'a']);
  expect(reading.map(({ secret }) => secret.length)).toEqual([32, 32]);
  expect([...lost]).toEqual(['gone']);
});

test('"off" in the first place writes nothing encrypted and goes on reading', () => {
  const { writing, reading } = readPayloadKeys(`off,a:${KEY}`);
  expect(writing).toBeNull();
  expect(reading.map(({ id }) => id)).toEqual(['a']);
});

test.each([undefined, '', '  '])('without keys (%j) nothing is encrypted', (text) => {
  expect(readPayloadKeys(text)).toMatchObject({ writing: null, reading: [] });
});

test('two keys of the same id have other fingerprints, and a key has the same one each time', () => {
  const fingerprint = (key: string) => readPayloadKeys(`a:${key}`).writing?.fingerprint;
  expect(fingerprint(KEY)).toBe(fingerprint(KEY));
  expect(fingerprint(KEY)).not.toBe(fingerprint(OTHER));
  expect(fingerprint(KEY)).toMatch(/^[0-9a-f]{8}$/);
});

test.each([
  [KEY, 'entry 1 has no colon between id and key'],
  [`a:${KEY},`, 'entry 2 has no colon between id and key'],
  [`A:${KEY}`, 'the id of entry 1 must have 1 to 32 lower-case letters'],
  ['a:', 'the key a must be 32 bytes in base64, and is empty'],
  ['a:c2hvcnQ=', 'the key a must be 32 bytes in base64, and is 5 bytes'],
  ['a:no base64', 'the key a must be 32 bytes in base64, and is not base64'],
  [`a:${Buffer.alloc(32).toString('base64')}`, 'the key a is not random'],
  [`a:${KEY},a:${OTHER}`, 'the id a stands twice'],
  [`a:lost,b:${KEY}`, 'the first entry must be a key'],
  [`a:${KEY},off`, 'entry 2 has no colon'],
])('%s is refused in one line that names the mistake and no key', (text, message) => {
  const refusal = (() => {
    try {
      return readPayloadKeys(text);
    } catch (error) {
      return error;
    }
  })();
  expect(refusal).toBeInstanceOf(PayloadKeysError);
  expect((refusal as Error).message).toContain(`ALLOT_PAYLOAD_KEYS: ${message}`);
  expect((refusal as Error).message).not.toMatch(/\n/);
  expect((refusal as Error).message).not.toContain(KEY);
});
