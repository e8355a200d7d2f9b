import { hkdfSync } from 'node:crypto';

/** AES-256. */
export const KEY_BYTES = 32;
const FINGERPRINT_BYTES = 4;
const ID = /^[a-z0-9][a-z0-9-]{0,31}$/;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
/** In the place of a key: its payloads can never be read again. */
const LOST = 'lost';
/** In the place of the first key: payloads are written as they are. */
const OFF = 'off';

/** One key of the setting. */
export interface PayloadKey {
  readonly id: string;
  readonly secret: Buffer;
  /** Eight hexadecimal digits that tell keys of the same id apart. They say nothing about the key itself. */
  readonly fingerprint: string;
}

/** What `ALLOT_PAYLOAD_KEYS` says. */
export interface PayloadKeys {
  /** The key that encrypts; null: payloads are written as they are. */
  readonly writing: PayloadKey | null;
  /** The keys that decrypt, in the order of the setting. */
  readonly reading: readonly PayloadKey[];
  /** The ids of keys that nobody has any more. */
  readonly lost: ReadonlySet<string>;
}

/** The setting cannot be read. The message is one line and never shows a key. */
export class PayloadKeysError extends Error {
  override readonly name = 'PayloadKeysError';
  constructor(what: string) {
    super(`ALLOT_PAYLOAD_KEYS: ${what}. It must be id:key[,id:key...], as \`npm run make-payload-key\` prints it.`);
  }
}

export const NO_KEYS: PayloadKeys = { writing: null, reading: [], lost: new Set() };

/**
 * Reads `id:key[,id:key...]`. A key has 32 bytes in base64; the first one encrypts, all of them decrypt. `off` in the
 * first place writes payloads as they are, and `id:lost` names a key that nobody has any more. Throws
 * `PayloadKeysError`.
 */
export function readPayloadKeys(text: string | undefined = process.env.ALLOT_PAYLOAD_KEYS): PayloadKeys {
  if (text === undefined || text.trim() === '') return NO_KEYS;
  const entries = text.split(',').map((entry) => entry.trim());
  const isOff = entries[0] === OFF;
  const reading: PayloadKey[] = [];
  const lost = new Set<string>();
  for (const [at, entry] of entries.entries()) {
    if (at === 0 && isOff) continue;
    const { id, key } = partsOf(entry, at + 1);
    if (lost.has(id) || reading.some((other) => other.id === id))
      throw new PayloadKeysError(`the id ${id} stands twice`);
    if (key === LOST) lost.add(id);
    else reading.push(keyFrom(id, key));
  }
  const [first] = reading;
  if (!isOff && (first === undefined || lost.has(entries[0]?.split(':')[0] ?? '')))
    throw new PayloadKeysError('the first entry must be a key, because it encrypts, or "off"');
  return { writing: isOff ? null : (first ?? null), reading, lost };
}

function partsOf(entry: string, place: number): { id: string; key: string } {
  const colon = entry.indexOf(':');
  // What stands there may be a key, so it is not shown.
  if (colon < 0) throw new PayloadKeysError(`entry ${place} has no colon between id and key`);
  const id = entry.slice(0, colon);
  if (!ID.test(id))
    throw new PayloadKeysError(
      `the id of entry ${place} must have 1 to 32 lower-case letters, digits and hyphens, and begin with a letter or digit`,
    );
  return { id, key: entry.slice(colon + 1) };
}

function keyFrom(id: string, text: string): PayloadKey {
  const secret = BASE64.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0);
  if (secret.length !== KEY_BYTES)
    throw new PayloadKeysError(`the key ${id} must be ${KEY_BYTES} bytes in base64, and is ${describe(text, secret)}`);
  if (secret.every((byte) => byte === secret[0])) throw new PayloadKeysError(`the key ${id} is not random`);
  return { id, secret, fingerprint: derived(secret, 'fingerprint', FINGERPRINT_BYTES).toString('hex') };
}

const describe = (text: string, secret: Buffer): string =>
  text === '' ? 'empty' : secret.length === 0 ? 'not base64' : `${secret.length} bytes`;

/** Another secret for another purpose, from which the key cannot be found. */
export const derived = (secret: Buffer, purpose: string, bytes = KEY_BYTES): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', `allot ${purpose}`, bytes));
