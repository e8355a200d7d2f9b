import { dateAt, plusDays } from '../../domain/calendar.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import { channelsText, offerText, termText, tierText } from '../../domain/renewals/offer-words.ts';
import {
  amountText,
  countOf,
  daysText,
  listed,
  moneyText,
  numberText,
  ofText,
  paceText,
} from '../../domain/renewals/proposal-words.ts';
import { LATE_DAYS } from '../../domain/renewals/renewal-course.ts';
import { type Proposal, saysNothing } from '../../domain/renewals/renewal-proposal.ts';
import { spelledDate } from '../../domain/renewals/spelled-date.ts';
import type { TermUsage } from '../../domain/renewals/term-usage.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import { type Mail, type MailContent, type MailLink, type MailTable, mailFrom } from './mail-layout.ts';

/** What the person can do, each with an absolute URL; one that is not given is not offered. */
export type RenewalLinks = Readonly<Partial<Record<'accept' | 'change' | 'snooze' | 'decline' | 'open', string>>>;

/** A renewal as its mails tell it. */
export interface RenewalToTell {
  readonly customerName: string;
  /** The entitlement that ends. */
  readonly entitlementId: EntitlementId;
  readonly details: EntitlementDetails;
  readonly proposal: Proposal;
  /** Days still covered, today among them: 1 on the last day, 0 after the end. */
  readonly daysLeft: number;
  /** Who is to decide; null where nobody is named. */
  readonly accountManagerName: string | null;
  /** Who is told as well when nobody decides; null where nobody is named. */
  readonly escalateToName: string | null;
  readonly links: RenewalLinks;
}

/** What was decided: the entitlement that follows, and by whom. */
export interface RenewalOutcome {
  readonly successor: EntitlementDetails;
  readonly decidedBy: string;
}

export type RenewalMailStep = 'notice' | 'reminder' | 'escalation' | 'lapsed';

/** Whom a mail speaks to: who is to decide, or who is told because that one has not. */
export type Addressee = 'account_manager' | 'escalation';

/** The mail of a step in which nothing is decided; `lapsed` says that nobody did. */
export function renewalMail(step: RenewalMailStep, renewal: RenewalToTell, addressee: Addressee): Mail {
  const { details, proposal } = renewal;
  const links = possible(step, renewal);
  const { title, lead } = TOLD[step](partsOf({ ...renewal, links }, addressee));
  return mailFrom({
    subject: title,
    lead,
    tables: [
      termsTable(['Now', 'Proposed'], [details, { ...details, ...proposal.changes }], {
        from: [spelledDate(details.startDate), step === 'lapsed' ? 'when accepted' : dayAfter(details)],
        until: [spelledDate(details.endDate), 'as long as now'],
      }),
      useTable(proposal.usage, details),
    ],
    reasons: proposal.reasons.map(({ text }) => text),
    links: linksFrom(links),
    foot: footOf(renewal, addressee),
  });
}

const dayAfter = ({ endDate }: EntitlementDetails): string => spelledDate(plusDays(endDate, 1));

/** A renewal that lapsed cannot be snoozed, and the page to change it offers only a total, which unlimited has none of. */
function possible(step: RenewalMailStep, { links, details, proposal }: RenewalToTell): RenewalLinks {
  const { snooze, change, ...others } = links;
  const isCounted = { ...details, ...proposal.changes }.totalTerm !== null;
  return {
    ...others,
    ...(step === 'lapsed' || snooze === undefined ? {} : { snooze }),
    ...(isCounted && change !== undefined ? { change } : {}),
  };
}

/** The confirmation of what was accepted, whether as proposed or with changes. */
export function acceptedMail(renewal: RenewalToTell, { successor, decidedBy }: RenewalOutcome): Mail {
  const { details, proposal, links } = renewal;
  const { customer, name, offer } = partsOf(renewal, 'account_manager');
  const [from, until] = [spelledDate(successor.startDate), spelledDate(successor.endDate)];
  const isAsProposed = hasSameTerms(successor, { ...details, ...proposal.changes });
  return mailFrom({
    subject: `Renewed: ${customer}, ${name} goes on ${goesOnText(details, successor)}`,
    lead: [
      `Nothing is left to do: ${details.name} of ${renewal.customerName} is renewed, accepted by ${decidedBy}.`,
      `${successor.name} follows from ${from} to ${until}: ${offerText(details, successor)}.`,
    ],
    tables: [
      termsTable(['Before', 'From then on'], [details, successor], {
        from: [spelledDate(details.startDate), from],
        until: [spelledDate(details.endDate), until],
      }),
      useTable(proposal.usage, details),
    ],
    reasons: isAsProposed
      ? proposal.reasons.map(({ text }) => text)
      : [`Something else was accepted than was proposed; proposed was: ${offer}.`],
    links: links.open === undefined ? [] : [{ label: LABELS.open, url: links.open }],
    foot: footOf(renewal, 'account_manager'),
  });
}

/** `until 31 December 2027 with 150 cases a year`; another tier is named. */
function goesOnText(details: EntitlementDetails, successor: EntitlementDetails): string {
  const until = `until ${spelledDate(successor.endDate)}`;
  if (successor.tier !== details.tier) return `as ${shortened(tierText(successor))} (${termText(successor)}) ${until}`;
  return successor.totalTerm === null ? `${until}, unlimited` : `${until} with ${termText(successor)}`;
}

/** Whether an entitlement says what was proposed; its days are its own. */
function hasSameTerms(successor: EntitlementDetails, proposed: EntitlementDetails): boolean {
  const { startDate: _start, endDate: _end, ...terms } = successor;
  const fields = Object.keys(terms) as readonly (keyof typeof terms)[];
  return fields.every((field) => inOrder(terms[field]) === inOrder(proposed[field]));
}

/** A value with its fields in order: one that was read back from the database has them in another. */
const inOrder = (value: unknown): string =>
  JSON.stringify(value ?? null, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort())
      : part,
  );

/** Characters of a name that a subject shows: what ends and when must still be seen beside it. */
const MAX_NAME_IN_SUBJECT = 60;

function shortened(name: string): string {
  const characters = [...name];
  return characters.length <= MAX_NAME_IN_SUBJECT ? name : `${characters.slice(0, MAX_NAME_IN_SUBJECT - 1).join('')}…`;
}

/** What the sentences of a mail are made of. */
function partsOf(renewal: RenewalToTell, addressee: Addressee) {
  const { customerName, details, proposal, daysLeft, accountManagerName, escalateToName, links } = renewal;
  const nobody = accountManagerName === null ? 'nobody has decided' : `${accountManagerName} has not decided`;
  const whose = `${details.name} of ${customerName}`;
  const told = escalateToName === null ? '' : `, and ${escalateToName} is told as well`;
  return {
    customer: shortened(customerName),
    name: shortened(details.name),
    whose,
    end: spelledDate(details.endDate),
    lastDay: spelledDate(plusDays(details.endDate, LATE_DAYS)),
    left: leftText(daysLeft),
    isOver: daysLeft <= 0,
    offer: offerText(details, { ...details, ...proposal.changes }),
    undecided:
      addressee === 'account_manager'
        ? `Please decide: the renewal of ${whose} is still undecided${told}.`
        : `Please decide, or have it decided: ${nobody} on the renewal of ${whose}.`,
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
    lead: [`${parts.undecided} It ${ends(parts)}, ${parts.left}.`, `Proposed: ${parts.offer}.${parts.choices}`],
  }),
  lapsed: (parts) => ({
    title: `Lapsed: ${parts.customer}: ${parts.name} ended on ${parts.end} undecided; proposed was: ${parts.offer}`,
    lead: [
      `The renewal of ${parts.whose} lapsed: nobody decided, and it ended on ${parts.end}. It covers nothing since.`,
      parts.canAccept
        ? `Until ${parts.lastDay} it can still be accepted; what follows then starts at once. Proposed: ${parts.offer}.${parts.choices}`
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
  open: 'Look at the renewal',
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

type Pair<T> = readonly [now: T, next: T];

function termsTable(
  head: Pair<string>,
  [now, next]: Pair<EntitlementDetails>,
  days: { readonly from: Pair<string>; readonly until: Pair<string> },
): MailTable {
  const pairs: readonly (readonly [string, (details: EntitlementDetails) => string])[] = [
    ['Tier', ({ tier }) => tier ?? 'none'],
    ['Term', termText],
    ['Channels', channelsText],
    ['SLA', ({ slaId }) => slaId ?? 'none'],
  ];
  const rows = pairs.map(([name, of]) => [name, of(now), of(next)]);
  return { head: ['Terms', ...head], rows: [['From', ...days.from], ['Until', ...days.until], ...rows] };
}

function useTable(usage: TermUsage, { timeZone }: EntitlementDetails): MailTable {
  const { unit, used, granted, usedShare, projectedUse, pace, refused, overage, charged, cases, openCases } = usage;
  const share = usedShare === null ? '' : ` (${Math.round(usedShare * 100)} %)`;
  const refusedCases = refused.reduce((sum, one) => sum + one.cases, 0);
  const optional = (isTold: boolean, name: string, text: string) => (isTold ? [[name, text]] : []);
  return {
    head: [`Use as of ${spelledDate(dateAt(usage.at, timeZone))}`, ''],
    rows: [
      ['Used', granted === null ? amountText(used, unit) : `${ofText(used, granted, unit)}${share}`],
      ...(saysNothing(usage)
        ? []
        : [
            ['A whole term at this pace', amountText(projectedUse, unit)],
            ['Over the term', paceText(pace.term, unit)],
            ['In the last 90 days', paceText(pace.last90Days, unit)],
            ['In the last 30 days', paceText(pace.last30Days, unit)],
          ]),
      ['Cases', `${numberText(cases)}, ${numberText(openCases)} of them open`],
      ...optional(refusedCases > 0, 'Refused', countOf(refusedCases, 'case')),
      ...optional(overage > 0, 'Past the allotment', amountText(overage, unit)),
      ...optional(charged.length > 0, 'Charged for it', listed(charged.map(moneyText))),
    ],
  };
}

/** Which entitlement it is, and why the mail was sent. */
function footOf({ details, entitlementId }: RenewalToTell, addressee: Addressee): string {
  const which = `The entitlement is ${entitlementId}; its days are those of the time zone ${details.timeZone}.`;
  return `${which} ${WHY[addressee]}`;
}

const WHY: Readonly<Record<Addressee, string>> = {
  account_manager: 'You get this mail because renewals of this customer are yours or were handed to you.',
  escalation: 'You get this mail because renewals of this entitlement that nobody decides are escalated to you.',
};
