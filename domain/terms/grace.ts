import { invalid, type Refusal } from '../refusals.ts';

/** The most days after its end in which an entitlement takes cases. */
export const MAX_GRACE_DAYS = 90;

/** Refuses `validation_failed` for days that are no whole number from 0 to 90. Absent: 0, no grace. */
export function problemWithGrace({ graceDays = 0 }: { readonly graceDays?: number }): Refusal | undefined {
  if (Number.isSafeInteger(graceDays) && graceDays >= 0 && graceDays <= MAX_GRACE_DAYS) return undefined;
  return invalid('graceDays', `The grace is a whole number of days from 0 to ${MAX_GRACE_DAYS}.`);
}
