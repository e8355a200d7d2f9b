import { type BodyField, bodyOf, differing, isSame } from './form-body.ts';
import type { FormValues } from './form-values.ts';

/** An entitlement that two people changed at once: what each of them changed since `base`. */
export interface Merge {
  /** Only the other person changed these: their values are taken. */
  readonly theirsAlone: readonly BodyField[];
  /** Both changed these, to different values: a person chooses. */
  readonly both: readonly BodyField[];
}

export function mergeOf(base: FormValues, theirs: FormValues, mine: FormValues): Merge {
  const [was, their, my] = [bodyOf(base), bodyOf(theirs), bodyOf(mine)];
  const apart = differing(their, my);
  return {
    theirsAlone: apart.filter((field) => isSame(my[field], was[field])),
    both: apart.filter((field) => !isSame(my[field], was[field]) && !isSame(their[field], was[field])),
  };
}

/** My values with the fields `taken` from theirs. */
export function merged(mine: FormValues, theirs: FormValues, taken: readonly BodyField[]): FormValues {
  const next = { ...mine };
  for (const field of taken) {
    if (field === 'renewalPolicy')
      Object.assign(next, { renewal: theirs.renewal, renewalPolicy: theirs.renewalPolicy });
    else Object.assign(next, { [field]: theirs[field] });
  }
  return next;
}
