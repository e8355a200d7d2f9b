import { plusDays } from '../../domain/calendar.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import type { Proposal } from '../../domain/renewals/proposal.ts';
import { listed } from '../../domain/renewals/proposal-words.ts';
import { spelledDate } from '../../domain/renewals/spelled-date.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import type { MailLink } from './mail-content.ts';

/** What the reader can do, each with an absolute URL. A missing one is not offered. */
export type RenewalLinks = Readonly<Partial<Record<'accept' | 'change' | 'snooze' | 'decline' | 'open', string>>>;

/** A renewal as its mails describe it. */
export interface MailedRenewal {
  readonly customerName: string;
  /** The entitlement that ends. */
  readonly entitlementId: EntitlementId;
  readonly details: EntitlementDetails;
  readonly proposal: Proposal;
  /** Days still covered, today included: 1 on the last day, 0 after the end. */
  readonly daysLeft: number;
  /** Who must decide; null if nobody is named. */
  readonly accountManagerName: string | null;
  /** The person who also gets the mail when nobody has decided; null if nobody is named. */
  readonly escalateToName: string | null;
  readonly links: RenewalLinks;
}

/** The reader of a mail: the account manager who must decide, or the person it is escalated to. */
export type Addressee = 'account_manager' | 'escalation';

/** Characters of a name in a subject, so that what ends and when can still be seen beside it. */
const MAX_NAME_IN_SUBJECT = 60;

export function shortened(name: string): string {
  const characters = [...name];
  return characters.length <= MAX_NAME_IN_SUBJECT ? name : `${characters.slice(0, MAX_NAME_IN_SUBJECT - 1).join('')}…`;
}

export const LINK_LABELS: Readonly<Record<keyof RenewalLinks, string>> = {
  accept: 'Accept as proposed',
  change: 'Change, then accept',
  snooze: 'Snooze',
  decline: 'Decline',
  open: 'Open the renewal',
};

const LINK_ORDER = ['accept', 'change', 'snooze', 'decline', 'open'] as const;

const given = (links: RenewalLinks) =>
  LINK_ORDER.flatMap((kind) => {
    const url = links[kind];
    return url === undefined ? [] : [{ kind, url }];
  });

export const linksFrom = (links: RenewalLinks): readonly MailLink[] =>
  given(links).map(({ kind, url }) => ({ label: LINK_LABELS[kind], url }));

/** ` Use the links below to accept, change, snooze or decline the renewal.` */
export function choicesText(links: RenewalLinks): string {
  const verbs = given(links).map(({ kind }) => kind);
  return verbs.length === 0 ? '' : ` Use the links below to ${listed(verbs, 'or')} the renewal.`;
}

export const dayAfterEnd = ({ endDate }: EntitlementDetails): string => spelledDate(plusDays(endDate, 1));

/** Which entitlement the mail is about, and why the reader gets it. */
export function footOf({ details, entitlementId }: MailedRenewal, addressee: Addressee): string {
  return `This is about the entitlement ${entitlementId}. All dates are in the time zone ${details.timeZone}. ${WHY[addressee]}`;
}

const WHY: Readonly<Record<Addressee, string>> = {
  account_manager: 'You get this mail because you are the account manager for this renewal.',
  escalation: 'You get this mail because undecided renewals of this entitlement are escalated to you.',
};
