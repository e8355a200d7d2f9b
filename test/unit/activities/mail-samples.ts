import { acceptedMail } from '../../../activities/renewals/accepted-mail.ts';
import type { Mail } from '../../../activities/renewals/mail-layout.ts';
import type { Addressee, MailedRenewal } from '../../../activities/renewals/mailed-renewal.ts';
import { type RenewalMailStep, renewalMail } from '../../../activities/renewals/renewal-mails.ts';
import { entitlementId } from '../../../domain/ids.ts';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import { SILVER } from '../domain/ready-templates.ts';
import { from, proposed, type Use } from '../domain/renewal-cases.ts';

export const LINKS = {
  accept: 'https://allot.example/r/1/accept?t=a&s=b',
  change: 'https://allot.example/r/1/change',
  snooze: 'https://allot.example/r/1/snooze',
  decline: 'https://allot.example/r/1/decline',
};
export const STEPS: readonly RenewalMailStep[] = ['notice', 'reminder', 'escalation', 'lapsed'];
export const OVERUSED: Use = {
  used: 112,
  overage: 12,
  usedInLast30Days: 15,
  charged: [{ currency: 'EUR', amount: '1440.00' }],
  by: { email: 90, phone: 22 },
  openCases: 4,
};

export const silver = (changes: Partial<EntitlementDetails> = {}) => from(SILVER, { restrict: false, ...changes });

export function renewalOf(details = silver(), use: Use = OVERUSED, more: Partial<MailedRenewal> = {}): MailedRenewal {
  const proposal = proposed(details, use);
  return {
    ...{ customerName: 'Contoso', entitlementId: entitlementId('ent_1'), details, proposal, daysLeft: 40 },
    ...{ accountManagerName: 'Ann Lee', escalateToName: null, links: LINKS },
    ...more,
  };
}

export const mailTo = (step: RenewalMailStep, renewal: MailedRenewal, addressee: Addressee = 'account_manager') =>
  renewalMail(step, renewal, addressee);

export const allMails = (renewal: MailedRenewal): readonly Mail[] => [
  ...STEPS.map((step) => mailTo(step, renewal)),
  mailTo('escalation', renewal, 'escalation'),
  acceptedMail(renewal, { successor: { ...renewal.details, ...renewal.proposal.changes }, decidedBy: 'Ann Lee' }),
];

/** The text that a person reads in the HTML. */
export const shown = ({ html }: Mail): string =>
  html
    .replace(/^[\s\S]*<body[^>]*>/, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ');

export const words = (text: string): string => text.replaceAll(/^- /gm, '').replaceAll(/\s+/g, ' ').trim();
