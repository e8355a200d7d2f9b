import type { Person, RenewalPolicy } from '../terms/renewal-policy.ts';
import type { RenewalStep } from './renewal-course.ts';

/** Whom the mails of a renewal can go to. */
export interface Responsible {
  readonly accountManager: Person | null;
  readonly escalateTo: RenewalPolicy['escalateTo'];
}

/**
 * Who gets the mail of a step: the account manager. An escalation goes to `escalateTo` as well, and so does every step
 * when there is no account manager.
 */
export function recipientsOf(step: RenewalStep, { accountManager, escalateTo }: Responsible): readonly Person[] {
  const isEscalated = step === 'escalation' || accountManager === null;
  return distinct([accountManager, isEscalated ? escalateTo : null]);
}

/**
 * Who gets the mail about an edit of the entitlement. Only those whom no notice has reached: an account manager who
 * became responsible by the edit, and everybody whose earlier mail had not been sent yet (`unsent`: their addresses).
 */
export function recipientsOfRevision(
  now: Responsible,
  { accountManagerBefore, unsent }: { accountManagerBefore: Person | null; unsent: readonly string[] },
): readonly Person[] {
  const isNewManager = now.accountManager?.email !== accountManagerBefore?.email;
  const newlyResponsible = isNewManager ? recipientsOf('revised', now) : [];
  const all = distinct([now.accountManager, now.escalateTo]);
  return distinct([...newlyResponsible, ...all.filter(({ email }) => unsent.includes(email))]);
}

function distinct(people: readonly (Person | null)[]): readonly Person[] {
  const named = people.filter((one) => one !== null);
  return named.filter((one, index) => named.findIndex(({ email }) => email === one.email) === index);
}
