import { createHash } from 'node:crypto';

/** The API takes ids of 1 to 200 characters. */
const MAX_ID_LENGTH = 200;

/** The length of the hash that replaces what does not fit: 64 bits, so that ids of one log do not clash by chance. */
const HASH_DIGITS = 16;

/**
 * Makes an id of the API from names of a log, safe in a URL and on a log line. Different names give different ids: a
 * space becomes `-`; letters, digits and `.` stay; any other character becomes its code point in hex between two `_`;
 * and `:` stands only between the parts. An id that would be too long ends in a hash of the whole.
 */
export function idOf(...parts: readonly string[]): string {
  const id = parts.map(escaped).join(':');
  if (id.length <= MAX_ID_LENGTH) return id;
  return `${id.slice(0, MAX_ID_LENGTH - HASH_DIGITS - 1)}:${hashOf(id, HASH_DIGITS)}`;
}

const escaped = (name: string): string =>
  name.replaceAll(/[^A-Za-z0-9.]/gu, (char) => (char === ' ' ? '-' : `_${(char.codePointAt(0) ?? 0).toString(16)}_`));

/** The first `digits` hex digits of the SHA-256 of a text. */
export const hashOf = (text: string, digits: number): string =>
  createHash('sha256').update(text).digest('hex').slice(0, digits);

/** The longest channel name that the organisation's list takes. */
const MAX_CHANNEL_LENGTH = 40;

/**
 * A channel as the organisation's list writes it: `Self service` is `self-service`. Null if no letter or digit is left.
 */
export function channelOf(name: string): string | null {
  const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.join('-').slice(0, MAX_CHANNEL_LENGTH).replace(/-$/, '') || null;
}
