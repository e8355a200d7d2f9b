import { invalid, type Refusal } from '../refusals.ts';

export interface Person {
  readonly name: string;
  readonly email: string;
}

/** What a renewal is to propose: the same terms again, or terms that fit what was used. */
export type ProposalBasis = 'same_terms' | 'by_use';

/** When an entitlement's renewal speaks up, and to whom. All days are days before its end, ever fewer. */
export interface RenewalPolicy {
  readonly noticeDays: number;
  readonly reminderDays: number;
  readonly escalationDays: number;
  /** Null: the customer's account manager. */
  readonly accountManager: Person | null;
  /** Who hears when the account manager does not act. */
  readonly escalateTo: Person | null;
  readonly propose: ProposalBasis;
}

/** Ten years: nobody plans a renewal earlier. */
export const MAX_NOTICE_DAYS = 3_650;

/** Refuses `validation_failed` for days that are no days before the end, or that do not follow each other. */
export function problemWithRenewalPolicy(policy: RenewalPolicy | null): Refusal | undefined {
  if (policy === null) return undefined;
  const { noticeDays, reminderDays, escalationDays } = policy;
  if (!Number.isSafeInteger(noticeDays) || noticeDays < 1 || noticeDays > MAX_NOTICE_DAYS)
    return invalid('renewalPolicy.noticeDays', `The notice is 1 to ${MAX_NOTICE_DAYS} whole days before the end.`);
  if (!Number.isSafeInteger(reminderDays) || reminderDays < 0 || reminderDays > noticeDays)
    return invalid('renewalPolicy.reminderDays', 'The reminder comes after the notice: fewer days before the end.');
  const [before, days] = reminderDays === 0 ? ['notice', noticeDays] : ['reminder', reminderDays];
  if (!Number.isSafeInteger(escalationDays) || escalationDays < 0 || escalationDays > days)
    return invalid(
      'renewalPolicy.escalationDays',
      `The escalation comes after the ${before}: fewer days before the end.`,
    );
  return undefined;
}
