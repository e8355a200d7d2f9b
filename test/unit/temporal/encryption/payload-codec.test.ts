import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { assert, asyncProperty, constant, dictionary, integer, oneof, string, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { EncryptingCodec, MissingPayloadKey } from '../../../../temporal/encryption/payload-codec.ts';
import { readPayloadKeys } from '../../../../temporal/encryption/payload-keys.ts';
import { payloadConverter } from '../../../../workflows/messages/payload-converter.ts';
import { runs } from '../../../support/property-runs.ts';

const key = () => randomBytes(32).toString('base64');
const [A, B] = [key(), key()];
const codecWith = (keys?: string) => new EncryptingCodec(readPayloadKeys(keys));
const codec = codecWith(`a:${A}`);

/** Any payload: of an encoding of Temporal's or of another, with any metadata and data. */
const encoding = oneof(constant('json/plain'), constant('binary/plain'), constant('binary/encrypted'), string());
const payload = anyPayload();
function anyPayload() {
  const bytes = uint8Array({ maxLength: 300 });
  return oneof(
    bytes.chain((data) => encoding.map((name): Payload => ({ metadata: { encoding: Buffer.from(name) }, data }))),
    dictionary(string(), bytes, { noNullPrototype: true }).chain((metadata) =>
      bytes.map((data): Payload => ({ metadata, data })),
    ),
  );
}

const plain = ({ metadata, data }: Payload) => ({
  metadata: Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('hex')]),
  ),
  data: Buffer.from(data ?? []).toString('hex'),
});
const one = async (payloads: Promise<Payload[]>): Promise<Payload> => {
  const [first] = await payloads;
  if (first === undefined) throw new Error('There is no payload.');
  return first;
};
const encrypted = (value: unknown, by = codec) => one(by.encode([defaultPayloadConverter.toPayload(value)]));
const decoded = (what: Payload, by = codec) => one(by.decode([what]));

test('what is decoded is what was encoded, metadata included, whatever the payload', async () => {
  await assert(
    asyncProperty(payload, async (any) => {
      expect(plain(await decoded(await one(codec.encode([any]))))).toEqual(plain(any));
    }),
    runs(300),
  );
});

test('a payload with any byte of its data changed is never decoded', async () => {
  const whole = await encrypted({ name: 'Contoso' });
  await assert(
    asyncProperty(
      integer({ min: 0, max: (whole.data?.length ?? 0) - 1 }),
      integer({ min: 1, max: 255 }),
      async (at, by) => {
        const data = Buffer.from(whole.data ?? []);
        data[at] = (data[at] ?? 0) ^ by;
        const seen = await decoded({ ...whole, data });
        expect(plain(seen)).toEqual(plain({ ...whole, data }));
        expect(payloadConverter.fromPayload(seen)).toBe('undecodable payload');
      },
    ),
    runs(300),
  );
});

test('a payload that is cut short or made longer is never decoded', async () => {
  const { metadata, data } = await encrypted('Contoso');
  const bytes = Buffer.from(data ?? []);
  for (let length = 0; length < bytes.length; length += 1) {
    const cut = { ...(metadata && { metadata }), data: bytes.subarray(0, length) };
    expect(plain(await decoded(cut))).toEqual(plain(cut));
  }
  const longer = { ...(metadata && { metadata }), data: Buffer.concat([bytes, Buffer.from([0])]) };
  expect(plain(await decoded(longer))).toEqual(plain(longer));
});

test('under the name of another key that is there, a payload is not decoded: the name is authenticated', async () => {
  const both = codecWith(`a:${A},b:${B}`);
  const { metadata: nameOfB } = await encrypted(1, codecWith(`b:${B}`));
  const { data } = await encrypted('Contoso', both);
  const renamed = { ...(nameOfB && { metadata: nameOfB }), data: data ?? null };
  expect(plain(await decoded(renamed, both))).toEqual(plain(renamed));
});

test('the data of an encrypted payload is not accepted under another encoding, nor other data under its encoding', async () => {
  const { metadata, data } = await encrypted({ name: 'Contoso' });
  for (const name of ['json/plain', 'binary/null', 'json/protobuf', 'something']) {
    const renamed = { metadata: { ...metadata, encoding: Buffer.from(name) }, data: data ?? null };
    expect(plain(await decoded(renamed))).toEqual(plain(renamed));
  }
  const foreign = { metadata: metadata ?? null, data: Buffer.from('{"name":"Contoso"}') };
  expect(payloadConverter.fromPayload(await decoded(foreign))).toBe('undecodable payload');
});

test('what was written before there was a key is read as it is', async () => {
  const before = defaultPayloadConverter.toPayload({ name: 'Contoso' });
  expect(await decoded(before)).toBe(before);
});

test('after a rotation the old key still reads, and the new one writes', async () => {
  const old = await encrypted('Contoso');
  const rotated = codecWith(`b:${B},a:${A}`);
  expect(payloadConverter.fromPayload(await decoded(old, rotated))).toBe('Contoso');
  await expect(decoded(await encrypted('Contoso', rotated))).rejects.toThrow(MissingPayloadKey);
});

test('switched off with the key still there, old payloads are read and new ones are readable', async () => {
  const off = codecWith(`off,a:${A}`);
  expect(payloadConverter.fromPayload(await decoded(await encrypted('Contoso'), off))).toBe('Contoso');
  expect(Buffer.from((await encrypted('Contoso', off)).data ?? []).toString()).toBe('"Contoso"');
});

test('a missing key is named with its fingerprint, also when another key has its id, or there is none at all', async () => {
  const whole = await encrypted('Contoso');
  const missed: string[] = [];
  for (const keys of [`b:${B}`, `a:${B}`, `off,b:${B}`, undefined]) {
    const without = new EncryptingCodec(readPayloadKeys(keys ?? ''), (id) => missed.push(id));
    await expect(decoded(whole, without)).rejects.toThrow(/the key a\.[0-9a-f]{8}, which ALLOT_PAYLOAD_KEYS/);
  }
  expect(missed).toHaveLength(4);
});

test('a payload of a key that is declared lost stays encrypted, and the converter takes it for undecodable', async () => {
  const whole = await encrypted('Contoso');
  const seen = await decoded(whole, codecWith(`b:${B},a:lost`));
  expect(seen).toBe(whole);
  expect(payloadConverter.fromPayload(seen)).toBe('undecodable payload');
});

test('no two payloads have the same nonce, and the same value never looks the same twice', async () => {
  const payloads = await codec.encode(Array.from({ length: 20_000 }, () => defaultPayloadConverter.toPayload('same')));
  const dataOf = ({ data }: Payload) => Buffer.from(data ?? []);
  expect(new Set(payloads.map((each) => dataOf(each).subarray(16, 28).toString('hex'))).size).toBe(20_000);
  expect(new Set(payloads.map((each) => dataOf(each).subarray(28).toString('hex'))).size).toBe(20_000);
});

test('two processes with the same key encrypt with other derived keys, and read each other', async () => {
  const other = codecWith(`a:${A}`);
  const [mine, theirs] = [await encrypted('Contoso'), await encrypted('Contoso', other)];
  const saltOf = ({ data }: Payload) =>
    Buffer.from(data ?? [])
      .subarray(0, 16)
      .toString('hex');
  expect(saltOf(mine)).not.toBe(saltOf(theirs));
  expect(payloadConverter.fromPayload(await decoded(mine, other))).toBe('Contoso');
  expect(payloadConverter.fromPayload(await decoded(theirs))).toBe('Contoso');
});
