/** Somebody else changed the same fields while a form was open. Nothing was saved. */
export class ChangedMeanwhile<Value> extends Error {
  override readonly name = 'ChangedMeanwhile';
  readonly now: Value;

  constructor(fields: readonly string[], now: Value) {
    super(`Somebody else changed ${fields.join(' and ')} while you were at it. Nothing is saved yet.`);
    this.now = now;
  }
}

/** Values of the API are equal if they are the same JSON. */
export const isSame = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);

/** The fields of `next` that differ from `base`. */
export function changesFrom<Value extends object>(base: Value, next: Partial<Value>): Partial<Value> {
  const given = new Map<string, unknown>(Object.entries(base));
  const changed = Object.entries(next).filter(([name, value]) => !isSame(value, given.get(name)));
  return Object.fromEntries(changed) as Partial<Value>;
}

/**
 * Throws `ChangedMeanwhile` if a field that is about to be changed is no longer what the form was filled with. Other
 * fields do not matter: only what was changed is sent.
 */
export function assertUnchanged<Value extends object>(
  base: Value,
  now: Value,
  changes: Partial<Value>,
  words: (field: string) => string,
): void {
  const theirs = Object.keys(changesFrom(base, now)).filter((name) => name in changes);
  if (theirs.length > 0) throw new ChangedMeanwhile(theirs.map(words), now);
}
