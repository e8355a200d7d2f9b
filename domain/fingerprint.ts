import { isObject } from './is-object.ts';

/** Read from `Math` once: in a workflow's sandbox, each access to a global takes longer than the multiplication. */
const { imul } = Math;
const FNV_PRIME = 0x01000193;

/**
 * A short mark of the content that came with a once-only key, to tell a retry from other content under the same key.
 * The order of an object's fields makes no difference, because a database keeps them in its own order. It also runs
 * inside workflows, so it is plain arithmetic: 52 bits from two rounds of 32-bit FNV-1a with different bases.
 */
export function fingerprint(content: readonly unknown[]): string {
  const text = content.some(isObject) ? JSON.stringify(content, withSortedFields) : JSON.stringify(content);
  let one = 0x811c9dc5;
  let other = 0x01000193;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    one = imul(one ^ code, FNV_PRIME);
    other = imul(other ^ code, FNV_PRIME);
  }
  return ((one >>> 0) * 0x100000 + (other >>> 12)).toString(36);
}

/** A replacer for `JSON.stringify`: objects with their fields in alphabetical order. */
function withSortedFields(_field: string, value: unknown): unknown {
  if (!isObject(value) || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
