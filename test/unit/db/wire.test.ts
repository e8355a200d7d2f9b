import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { onlyStartup, startupPadding, WireWatch } from '../../../db/postgres/wire.ts';
import { runs } from '../../support/property-runs.ts';

/** A message as PostgreSQL's protocol writes it: its type, its length with itself, its body. */
function message(type: string, body = ''): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(4 + Buffer.byteLength(body));
  return Buffer.concat([Buffer.from(type), length, Buffer.from(body)]);
}

function startup(parameters: Readonly<Record<string, string>>): Buffer {
  const text = Object.entries(parameters).flatMap(([name, value]) => [`${name}\0`, `${value}\0`]);
  const body = Buffer.from(`${text.join('')}\0`);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length, 0);
  head.writeUInt32BE(196_608, 4);
  return Buffer.concat([head, body]);
}

/** Cuts bytes at these places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((one, other) => one - other);
  return [0, ...at].map((from, index) => bytes.subarray(from, at[index] ?? bytes.length));
}

const SYNC = message('S');
const FLUSH = message('H');
const READY = message('Z', 'I');
const parameters = { user: 'allot', database: 'allot', application_name: 'allot' };

function ready(): WireWatch {
  const watch = new WireWatch();
  watch.sent(startup(parameters));
  watch.received(READY);
  return watch;
}

describe('an answer is owed', () => {
  test('from the start-up message on until the server is ready', () => {
    const watch = new WireWatch();
    expect([watch.isAnswerOwed, watch.hasBeenReady]).toEqual([false, false]);
    watch.sent(startup(parameters));
    expect([watch.isAnswerOwed, watch.hasBeenReady]).toEqual([true, false]);
    watch.received(message('R', '\0\0\0\0'));
    expect([watch.isAnswerOwed, watch.hasBeenReady]).toEqual([true, false]);
    watch.received(READY);
    expect([watch.isAnswerOwed, watch.hasBeenReady]).toEqual([false, true]);
  });

  test('for each of several statements under way, and for one that is only described yet', () => {
    const watch = ready();
    watch.sent(Buffer.concat([message('B'), SYNC, message('B'), SYNC]));
    watch.received(READY);
    expect(watch.isAnswerOwed).toBe(true);
    watch.received(READY);
    expect(watch.isAnswerOwed).toBe(false);
    watch.sent(Buffer.concat([message('P', 'select 1'), FLUSH]));
    watch.received(message('t'));
    expect(watch.isAnswerOwed).toBe(true);
    watch.sent(Buffer.concat([message('B'), SYNC]));
    watch.received(READY);
    expect(watch.isAnswerOwed).toBe(false);
  });

  test('as many times as were asked, however the bytes are cut, and whatever letters are in them', () => {
    const body = fc.string({ maxLength: 12 }).map((text) => `${text}SQHZ`);
    fc.assert(
      fc.property(
        fc.array(body, { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (bodies, cutsOut, cutsIn) => {
          const watch = ready();
          const asked = Buffer.concat(bodies.flatMap((text) => [message('B', text), SYNC]));
          for (const piece of cut(asked, cutsOut)) watch.sent(piece);
          const [first, ...rest] = bodies.map((text) => Buffer.concat([message('D', text), READY]));
          for (const piece of cut(Buffer.concat(rest), cutsIn)) watch.received(piece);
          expect(watch.isAnswerOwed).toBe(true);
          watch.received(first ?? READY);
          expect(watch.isAnswerOwed).toBe(false);
        },
      ),
      runs(300),
    );
  });
});

describe('the first bytes of a connection', () => {
  test('are the start-up message without its padding, whatever was left over from the connection before', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (left, isPadded) => {
        const given = startup({ ...parameters, ...(isPadded ? startupPadding : {}) });
        const sent = onlyStartup(Buffer.concat([Buffer.from(left), given]));
        expect(sent.equals(startup(parameters))).toBe(true);
      }),
      runs(300),
    );
  });

  test('are left alone when they ask to cancel a statement', () => {
    const cancel = Buffer.alloc(16);
    cancel.writeUInt32BE(16, 0);
    cancel.writeUInt32BE(80_877_102, 4);
    expect(onlyStartup(cancel)).toEqual(cancel);
  });
});
