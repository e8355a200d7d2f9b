import { invalid, type Refusal } from '../refusals.ts';

export interface Person {
  readonly name: string;
  readonly email: string;
}

/** What a renewal proposes: the same terms again, or terms that fit what was used. */
export type ProposalBasis = 'same_terms' | 'by_use';

/**
 * When the renewal of an entitlement notifies people, and whom. Days are counted before the end, so each step has
 * fewer.
 */
export interface RenewalPolicy {
  readonly noticeDays: number;
  readonly reminderDays: number;
  readonly escalationDays: number;
  /** Null: the customer's account manager. */
  readonly accountManager: Person | null;
  /** Who is notified if the account manager does not act. */
  readonly escalateTo: Person | null;
  readonly propose: ProposalBasis;
}

/** Ten years: no renewal is planned earlier than that. */
export const MAX_NOTICE_DAYS = 3_650;

/** Refuses `validation_failed` for days that are out of range, or that put a step before the one it follows. */
export function problemWithRenewalPolicy(policy: RenewalPolicy | null): Refusal | undefined {
  if (policy === null) return undefined;
  const { noticeDays, reminderDays, escalationDays } = policy;
  if (!Number.isSafeInteger(noticeDays) || noticeDays < 1 || noticeDays > MAX_NOTICE_DAYS)
    return invalid(
      'renewalPolicy.noticeDays',
      `The notice is given 1 to ${MAX_NOTICE_DAYS} whole days before the end.`,
    );
  if (!Number.isSafeInteger(reminderDays) || reminderDays < 0 || reminderDays > noticeDays)
    return invalid(
      'renewalPolicy.reminderDays',
      'The reminder follows the notice: reminderDays must not exceed noticeDays.',
    );
  const [before, days] = reminderDays === 0 ? ['notice', noticeDays] : ['reminder', reminderDays];
  if (!Number.isSafeInteger(escalationDays) || escalationDays < 0 || escalationDays > days)
    return invalid(
      'renewalPolicy.escalationDays',
      `The escalation follows the ${before}: escalationDays must not exceed ${before}Days.`,
    );
  return undefined;
}
