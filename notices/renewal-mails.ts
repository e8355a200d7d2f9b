import type { EntitlementDetails } from '../domain/details.ts';
import {
  amountText,
  countOf,
  daysText,
  listed,
  moneyText,
  numberText,
  ofText,
  paceText,
} from '../domain/proposal-words.ts';
import type { Proposal } from '../domain/renewal-proposal.ts';
import type { TermUsage } from '../domain/term-usage.ts';
import { type Mail, type MailContent, type MailLink, type MailTable, mailFrom } from './mail-layout.ts';
import { channelsText, offerText, termText } from './offer-words.ts';
import { spelledDate } from './spelled-date.ts';

/** What the person can do, each with an absolute URL; one that is not given is not offered. */
export type RenewalLinks = Readonly<Partial<Record<'accept' | 'change' | 'snooze' | 'decline' | 'open', string>>>;

/** A renewal as its mails tell it. */
export interface RenewalToTell {
  readonly customerName: string;
  /** Of the entitlement that ends. */
  readonly details: EntitlementDetails;
  readonly proposal: Proposal;
  /** Days still covered, today among them: 1 on the last day, 0 after the end. */
  readonly daysLeft: number;
  /** Who is to decide; null where nobody is named. */
  readonly accountManagerName: string | null;
  readonly links: RenewalLinks;
}

/** What was decided: the entitlement that follows, and by whom. */
export interface RenewalOutcome {
  readonly successor: EntitlementDetails;
  readonly decidedBy: string;
}

export type RenewalMailStep = 'notice' | 'reminder' | 'escalation' | 'lapsed';

/** The mail of a step in which nothing is decided; `lapsed` says that nobody did. */
export function renewalMail(step: RenewalMailStep, renewal: RenewalToTell): Mail {
  const { details, proposal, links } = renewal;
  const { title, lead } = TOLD[step](partsOf(renewal));
  return mailFrom({
    subject: title,
    lead,
    tables: [termsTable(['Now', 'Proposed'], details, { ...details, ...proposal.changes }), useTable(proposal.usage)],
    reasons: proposal.reasons.map(({ text }) => text),
    links: linksFrom(links),
    foot: footOf(details),
  });
}

/** The confirmation of what was accepted, whether as proposed or with changes. */
export function acceptedMail(renewal: RenewalToTell, { successor, decidedBy }: RenewalOutcome): Mail {
  const { details, proposal, links } = renewal;
  const { customer, name } = partsOf(renewal);
  const until = spelledDate(successor.endDate);
  return mailFrom({
    subject: `Renewed: ${customer}, ${name} goes on until ${until} with ${termText(successor)}`,
    lead: [
      `Nothing is left to do: ${details.name} of ${renewal.customerName} is renewed, accepted by ${decidedBy}.`,
      `${successor.name} follows from ${spelledDate(successor.startDate)} to ${until}: ${offerText(details, successor)}.`,
    ],
    tables: [termsTable(['Before', 'From then on'], details, successor), useTable(proposal.usage)],
    reasons: proposal.reasons.map(({ text }) => text),
    links: linksFrom({ ...(links.open === undefined ? {} : { open: links.open }) }),
    foot: footOf(details),
  });
}

/** Characters of a name that a subject shows: what ends and when must still be seen beside it. */
const MAX_NAME_IN_SUBJECT = 60;

function shortened(name: string): string {
  const characters = [...name];
  return characters.length <= MAX_NAME_IN_SUBJECT ? name : `${characters.slice(0, MAX_NAME_IN_SUBJECT - 1).join('')}…`;
}

/** What the sentences of a mail are made of. */
function partsOf({ customerName, details, proposal, daysLeft, accountManagerName, links }: RenewalToTell) {
  return {
    customer: shortened(customerName),
    name: shortened(details.name),
    whose: `${details.name} of ${customerName}`,
    customerName,
    end: spelledDate(details.endDate),
    left: leftText(daysLeft),
    isOver: daysLeft <= 0,
    offer: offerText(details, { ...details, ...proposal.changes }),
    undecided: accountManagerName === null ? 'nobody has decided' : `${accountManagerName} has not decided`,
    choices: choicesText(links),
    canAccept: links.accept !== undefined,
  };
}

type MailParts = ReturnType<typeof partsOf>;

function leftText(daysLeft: number): string {
  if (daysLeft <= 0) return 'that day is over';
  return daysLeft === 1 ? 'that is today' : `${daysText(daysLeft)} are left`;
}

const ends = ({ isOver, end }: MailParts): string => `${isOver ? 'ended' : 'ends'} on ${end}`;

const TOLD: Readonly<Record<RenewalMailStep, (parts: MailParts) => { title: string } & Pick<MailContent, 'lead'>>> = {
  notice: (parts) => ({
    title: `${parts.customer}: ${parts.name} ${ends(parts)}; proposed: ${parts.offer}`,
    lead: [
      `Please decide on the renewal of ${parts.whose}: it ${ends(parts)}, ${parts.left}.`,
      `Proposed: ${parts.offer}.${parts.choices}`,
    ],
  }),
  reminder: (parts) => ({
    title: `Reminder: ${parts.customer}: ${parts.name} ${ends(parts)}; proposed: ${parts.offer}`,
    lead: [
      `Still to decide: the renewal of ${parts.whose}. It ${ends(parts)}, ${parts.left}.`,
      `Proposed: ${parts.offer}.${parts.choices}`,
    ],
  }),
  escalation: (parts) => ({
    title: `Undecided: ${parts.customer}: ${parts.name} ${ends(parts)}; proposed: ${parts.offer}`,
    lead: [
      `Please decide, or have it decided: ${parts.undecided} on the renewal of ${parts.whose}. It ${ends(parts)}, ${parts.left}.`,
      `Proposed: ${parts.offer}.${parts.choices}`,
    ],
  }),
  lapsed: (parts) => ({
    title: `Lapsed: ${parts.customer}: ${parts.name} ended on ${parts.end} undecided; proposed was: ${parts.offer}`,
    lead: [
      `The renewal of ${parts.whose} lapsed: nobody decided, and it ended on ${parts.end}. It covers nothing since.`,
      parts.canAccept
        ? `To go on, accept what was proposed (${parts.offer}): it then starts at once.`
        : `To go on, renew the entitlement by hand. Proposed was: ${parts.offer}.`,
    ],
  }),
};

const VERBS: Readonly<Record<keyof RenewalLinks, string>> = {
  accept: 'accept it',
  change: 'change it',
  snooze: 'snooze',
  decline: 'decline',
  open: 'look at it',
};

const LABELS: Readonly<Record<keyof RenewalLinks, string>> = {
  accept: 'Accept as proposed',
  change: 'Change, then accept',
  snooze: 'Snooze',
  decline: 'Decline',
  open: 'Open',
};

const ORDER = ['accept', 'change', 'snooze', 'decline', 'open'] as const;

const given = (links: RenewalLinks) =>
  ORDER.flatMap((kind) => {
    const url = links[kind];
    return url === undefined ? [] : [{ kind, url }];
  });

const linksFrom = (links: RenewalLinks): readonly MailLink[] =>
  given(links).map(({ kind, url }) => ({ label: LABELS[kind], url }));

/** ` You can accept it, change it, snooze or decline: the links are below.` */
function choicesText(links: RenewalLinks): string {
  const verbs = given(links).map(({ kind }) => VERBS[kind]);
  if (verbs.length === 0) return '';
  return ` You can ${listed(verbs, 'or')}: the links are below.`;
}

function termsTable(head: readonly [string, string], now: EntitlementDetails, next: EntitlementDetails): MailTable {
  const pairs: readonly (readonly [string, (details: EntitlementDetails) => string])[] = [
    ['Tier', ({ tier }) => tier ?? 'none'],
    ['Term', termText],
    ['Channels', channelsText],
    ['SLA', ({ slaId }) => slaId ?? 'none'],
  ];
  const rows = pairs.map(([name, of]) => [name, of(now), of(next)]);
  return { head: ['Terms', ...head], rows };
}

function useTable(usage: TermUsage): MailTable {
  const { unit, used, granted, usedShare, projectedUse, pace, refused, overage, charged, cases, openCases } = usage;
  const share = usedShare === null ? '' : ` (${Math.round(usedShare * 100)} %)`;
  const refusedCases = refused.reduce((sum, one) => sum + one.cases, 0);
  const optional = (isTold: boolean, name: string, text: string) => (isTold ? [[name, text]] : []);
  return {
    head: ['Use', ''],
    rows: [
      ['Used', granted === null ? amountText(used, unit) : `${ofText(used, granted, unit)}${share}`],
      ['A whole term at this pace', amountText(projectedUse, unit)],
      ['Over the term', paceText(pace.term, unit)],
      ['In the last 90 days', paceText(pace.last90Days, unit)],
      ['In the last 30 days', paceText(pace.last30Days, unit)],
      ['Cases', `${numberText(cases)}, ${numberText(openCases)} of them open`],
      ...optional(refusedCases > 0, 'Refused', countOf(refusedCases, 'case')),
      ...optional(overage > 0, 'Past the allotment', amountText(overage, unit)),
      ...optional(charged.length > 0, 'Charged for it', listed(charged.map(moneyText))),
    ],
  };
}

const footOf = ({ timeZone, endDate }: EntitlementDetails): string =>
  `The end is that of ${spelledDate(endDate)} in the time zone ${timeZone}. You get this mail because renewals of this customer are yours or were handed to you.`;
