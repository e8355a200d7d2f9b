/**
 * Counts the bytes of payloads. Temporal warns of payloads beyond 512 KiB and refuses those beyond 2 MB, so what can be
 * long is cut before it is sent. Every message is counted, so its JSON is not written out for that.
 */

/** Bytes of rows, events or cases in one payload; the entitlement that goes with them has at most 120 kB more. */
export const MAX_PAYLOAD_BYTES = 360 * 1_024;

const ESCAPED_BYTES = 6;
const QUOTES_AND_COMMA = 3;
const NUMBER_BYTES = 12;
const WORD_BYTES = 5;

/** Bytes of a text in JSON, as UTF-8. A half of a surrogate pair counts as three bytes; the pair takes four. */
function bytesOfText(text: string): number {
  let bytes = QUOTES_AND_COMMA;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20) bytes += ESCAPED_BYTES;
    else if (code === 0x22 || code === 0x5c) bytes += 2;
    else if (code < 0x80) bytes += 1;
    else bytes += code < 0x800 ? 2 : 3;
  }
  return bytes;
}

/** Bytes of a value in JSON, or a few more. For values of bounded depth: this product's own, or checked ones. */
export function bytesOf(value: unknown): number {
  if (typeof value === 'string') return bytesOfText(value);
  if (typeof value === 'number') return NUMBER_BYTES;
  if (typeof value !== 'object' || value === null) return WORD_BYTES;
  let bytes = 2;
  if (Array.isArray(value)) for (const each of value) bytes += bytesOf(each);
  else {
    const fields = value as Readonly<Record<string, unknown>>;
    for (const field in fields) if (fields[field] !== undefined) bytes += field.length + 4 + bytesOf(fields[field]);
  }
  return bytes;
}

/** How many of the items, from the first on, go together: within both limits, and at least one. */
export function countWithin<Item>(
  items: readonly Item[],
  { most, size }: { readonly most: number; readonly size: number },
  sizeOf: (item: Item) => number = bytesOf,
): number {
  let sum = 0;
  let count = 0;
  for (const item of items) {
    sum += sizeOf(item);
    if (count > 0 && (count >= most || sum > size)) break;
    count += 1;
  }
  return count;
}
