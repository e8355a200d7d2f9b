import type { RenewalRecord } from './record.ts';

/** What can be decided. The links of the mails name these words: `/renewals/{id}?decide=accept`. */
export const DECISIONS = ['accept', 'change', 'snooze', 'decline'] as const;
export type Decision = (typeof DECISIONS)[number];

export const DECISION_WORDS: Readonly<Record<Decision, string>> = {
  accept: 'Accept as proposed',
  change: 'Change, then accept',
  snooze: 'Snooze',
  decline: 'Decline',
};

/** Why a decision is not possible in this state; undefined: it is possible. */
export function whyNot(decision: Decision, { renewal, entitlement }: RenewalRecord): string | undefined {
  if (renewal.isOver) return 'This renewal is over: nobody can decide it any more.';
  if (decision === 'snooze' && renewal.stage === 'lapsed')
    return 'It has lapsed: you can accept or decline it, but no longer snooze it.';
  if ((decision === 'accept' || decision === 'change') && entitlement?.status === 'draft')
    return 'The entitlement is a draft at the moment: activate it before you accept its renewal.';
  return undefined;
}
