import { plusDays } from '../../domain/calendar.ts';
import { offerText } from '../../domain/renewals/offer-words.ts';
import { daysText } from '../../domain/renewals/proposal-words.ts';
import { LATE_DAYS } from '../../domain/renewals/renewal-course.ts';
import { spelledDate } from '../../domain/renewals/spelled-date.ts';
import type { MailContent } from './mail-content.ts';
import { type Mail, mailFrom } from './mail-layout.ts';
import { termsTable, useTable } from './mail-tables.ts';
import {
  type Addressee,
  choicesText,
  dayAfterEnd,
  footOf,
  linksFrom,
  type MailedRenewal,
  type RenewalLinks,
  shortened,
} from './mailed-renewal.ts';

/** The steps that ask the reader to decide. */
export type RenewalMailStep = 'notice' | 'reminder' | 'escalation' | 'lapsed';

/** The mail that asks the reader to decide. Throws a TypeError for a link that is not an absolute http or https URL. */
export function renewalMail(step: RenewalMailStep, renewal: MailedRenewal, addressee: Addressee): Mail {
  const { details, proposal } = renewal;
  const links = offeredLinks(step, renewal);
  const { title, lead } = WORDS[step](partsOf({ ...renewal, links }, addressee));
  return mailFrom({
    subject: title,
    lead,
    tables: [
      termsTable(['Now', 'Proposed'], [details, { ...details, ...proposal.changes }], {
        from: [spelledDate(details.startDate), step === 'lapsed' ? 'the day you accept' : dayAfterEnd(details)],
        until: [spelledDate(details.endDate), 'same length as now'],
      }),
      useTable(proposal.usage, details),
    ],
    reasons: proposal.reasons.map(({ text }) => text),
    links: linksFrom(links),
    foot: footOf(renewal, addressee),
  });
}

/** A lapsed renewal cannot be snoozed. A change is offered only if there is a total to change. */
function offeredLinks(step: RenewalMailStep, { links, details, proposal }: MailedRenewal): RenewalLinks {
  const { snooze, change, ...others } = links;
  const isCounted = { ...details, ...proposal.changes }.totalTerm !== null;
  return {
    ...others,
    ...(step === 'lapsed' || snooze === undefined ? {} : { snooze }),
    ...(isCounted && change !== undefined ? { change } : {}),
  };
}

/** What the sentences of a mail are made of. */
interface MailParts {
  readonly customer: string;
  readonly name: string;
  /** `Silver for Contoso`. */
  readonly whose: string;
  readonly end: string;
  readonly verb: 'ends' | 'ended';
  /** `ends on 31 December 2026 (40 days left)`. */
  readonly ending: string;
  /** The last day on which a lapsed renewal can be accepted. */
  readonly lastDay: string;
  readonly offer: string;
  /** Who has not decided, and what the reader can do about it. */
  readonly undecided: string;
  readonly choices: string;
  readonly canAccept: boolean;
}

function partsOf(renewal: MailedRenewal, addressee: Addressee): MailParts {
  const { customerName, details, proposal, daysLeft, links } = renewal;
  const end = spelledDate(details.endDate);
  const verb = daysLeft <= 0 ? 'ended' : 'ends';
  return {
    customer: shortened(customerName),
    name: shortened(details.name),
    whose: `${details.name} for ${customerName}`,
    end,
    verb,
    ending: `${verb} on ${end}${leftText(daysLeft)}`,
    lastDay: spelledDate(plusDays(details.endDate, LATE_DAYS)),
    offer: offerText(details, { ...details, ...proposal.changes }),
    undecided: undecidedText(renewal, addressee),
    choices: choicesText(links),
    canAccept: links.accept !== undefined,
  };
}

function leftText(daysLeft: number): string {
  if (daysLeft <= 0) return '';
  return daysLeft === 1 ? ' (today)' : ` (${daysText(daysLeft)} left)`;
}

function undecidedText(
  { details, customerName, accountManagerName, escalateToName }: MailedRenewal,
  addressee: Addressee,
): string {
  const renewal = `the renewal of ${details.name} for ${customerName}`;
  if (addressee === 'account_manager')
    return escalateToName === null
      ? `Please decide: ${renewal} is still undecided.`
      : `Please decide: ${renewal} is still undecided, so ${escalateToName} gets a mail as well.`;
  return accountManagerName === null
    ? `Nobody has decided on ${renewal}. Please decide.`
    : `${accountManagerName} has not decided on ${renewal}. Please decide, or ask ${accountManagerName} to decide.`;
}

const subjectOf = ({ customer, name, verb, end, offer }: MailParts): string =>
  `${customer}: ${name} ${verb} on ${end}; proposed: ${offer}`;

const proposedText = ({ offer, choices }: MailParts): string => `Proposed: ${offer}.${choices}`;

const WORDS: Readonly<Record<RenewalMailStep, (parts: MailParts) => { title: string } & Pick<MailContent, 'lead'>>> = {
  notice: (parts) => ({
    title: subjectOf(parts),
    lead: [`Please decide on the renewal of ${parts.whose}. The entitlement ${parts.ending}.`, proposedText(parts)],
  }),
  reminder: (parts) => ({
    title: `Reminder: ${subjectOf(parts)}`,
    lead: [`The renewal of ${parts.whose} is still undecided. The entitlement ${parts.ending}.`, proposedText(parts)],
  }),
  escalation: (parts) => ({
    title: `Undecided: ${subjectOf(parts)}`,
    lead: [`${parts.undecided} The entitlement ${parts.ending}.`, proposedText(parts)],
  }),
  lapsed: (parts) => ({
    title: `Lapsed: ${parts.customer}: ${parts.name} ended undecided on ${parts.end}; proposed: ${parts.offer}`,
    lead: [
      `Nobody decided on the renewal of ${parts.whose} before it ended on ${parts.end}. It takes no new cases any more.`,
      parts.canAccept
        ? `You can still accept it until ${parts.lastDay}; its successor then starts at once. ${proposedText(parts)}`
        : `To continue, renew the entitlement by hand. Proposed: ${parts.offer}.`,
    ],
  }),
};
