import { isObject } from './is-object.ts';

/** Taken out of `Math` once: in a workflow's sandbox each look at a global takes longer than the multiplication. */
const { imul } = Math;
const FNV_PRIME = 0x01000193;

/**
 * A short mark of what came with a once-only key, to tell a retry from another content under the same key. In which order
 * an object has its fields makes no difference, as a database keeps them in an order of its own. Pure arithmetic, as it runs
 * inside workflows too: 52 bits of two rounds of 32-bit FNV-1a with different bases.
 */
export function fingerprint(content: readonly unknown[]): string {
  const text = content.some(isObject) ? JSON.stringify(content, inOneOrder) : JSON.stringify(content);
  let one = 0x811c9dc5;
  let other = 0x01000193;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    one = imul(one ^ code, FNV_PRIME);
    other = imul(other ^ code, FNV_PRIME);
  }
  return ((one >>> 0) * 0x100000 + (other >>> 12)).toString(36);
}

/** For `JSON.stringify`, which asks it after `toJSON`. */
function inOneOrder(_field: string, value: unknown): unknown {
  if (!isObject(value) || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
