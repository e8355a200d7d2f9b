import { isSame } from '../../data/is-same.ts';
import { ChangedMeanwhile } from '../../ui/changed-meanwhile.tsx';

/** The fields of `next` that differ from `base`. */
export function changesFrom<Value extends object>(base: Value, next: Partial<Value>): Partial<Value> {
  const given = new Map<string, unknown>(Object.entries(base));
  const changed = Object.entries(next).filter(([name, value]) => !isSame(value, given.get(name)));
  return Object.fromEntries(changed) as Partial<Value>;
}

/** The fields that are about to be changed although somebody else changed them meanwhile. */
export class FieldsChangedMeanwhile<Value> extends ChangedMeanwhile<Value> {
  /** The fields in words: the channels and the matching. */
  readonly what: string;

  constructor(present: Value, what: string) {
    super(present, `Somebody else changed ${what} since you opened it. Nothing was saved.`);
    this.what = what;
  }
}

/**
 * Throws `FieldsChangedMeanwhile` if a field that is about to be changed is no longer what the form was filled with. Other
 * fields do not matter: only what was changed is sent.
 */
export function assertFieldsUnchanged<Value extends object>(
  base: Value,
  present: Value,
  changes: Partial<Value>,
  words: (field: string) => string,
): void {
  const theirs = Object.keys(changesFrom(base, present)).filter((name) => name in changes);
  if (theirs.length > 0) throw new FieldsChangedMeanwhile(present, theirs.map(words).join(' and '));
}
