/**
 * A short mark of what came with a once-only key, to tell a retry from another content under the same key. Pure
 * arithmetic, as it runs inside workflows too: two rounds of 32-bit FNV-1a with different bases, read as hex.
 */
export function fingerprint(content: readonly unknown[]): string {
  const text = JSON.stringify(content);
  return fnv1a(text, 0x811c9dc5) + fnv1a(text, 0x01000193);
}

function fnv1a(text: string, basis: number): string {
  let hash = basis;
  for (let index = 0; index < text.length; index++) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
