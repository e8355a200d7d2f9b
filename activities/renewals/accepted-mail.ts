import { offerText, termText, tierText } from '../../domain/renewals/offer-words.ts';
import { spelledDate } from '../../domain/renewals/spelled-date.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import { type Mail, mailFrom } from './mail-layout.ts';
import { termsTable, useTable } from './mail-tables.ts';
import { footOf, linksFrom, type MailedRenewal, shortened } from './mailed-renewal.ts';

/** What was decided: the successor, and by whom. */
export interface RenewalOutcome {
  readonly successor: EntitlementDetails;
  readonly decidedBy: string;
}

/** Confirms what was accepted, as proposed or with changes. */
export function acceptedMail(renewal: MailedRenewal, { successor, decidedBy }: RenewalOutcome): Mail {
  const { details, proposal, links, customerName } = renewal;
  const [from, until] = [spelledDate(successor.startDate), spelledDate(successor.endDate)];
  const proposed = { ...details, ...proposal.changes };
  return mailFrom({
    subject: `Renewed: ${shortened(customerName)}: ${shortened(details.name)} continues ${untilText(details, successor)}`,
    lead: [
      `${decidedBy} accepted the renewal of ${details.name} for ${customerName}. You do not have to do anything.`,
      `${successor.name} follows from ${from} to ${until}: ${offerText(details, successor)}.`,
    ],
    tables: [
      termsTable(['Before', 'After'], [details, successor], {
        from: [spelledDate(details.startDate), from],
        until: [spelledDate(details.endDate), until],
      }),
      useTable(proposal.usage, details),
    ],
    reasons: hasSameTerms(successor, proposed)
      ? proposal.reasons.map(({ text }) => text)
      : [`The successor differs from the proposal, which was: ${offerText(details, proposed)}.`],
    links: linksFrom(links.open === undefined ? {} : { open: links.open }),
    foot: footOf(renewal, 'account_manager'),
  });
}

/** `until 31 December 2027 with 150 cases a year`; another tier is named. */
function untilText(details: EntitlementDetails, successor: EntitlementDetails): string {
  const until = `until ${spelledDate(successor.endDate)}`;
  if (successor.tier !== details.tier) return `as ${shortened(tierText(successor))} (${termText(successor)}) ${until}`;
  return successor.totalTerm === null ? `${until}, unlimited` : `${until} with ${termText(successor)}`;
}

/** Whether the successor has the proposed terms. Its dates are its own. */
function hasSameTerms(successor: EntitlementDetails, proposed: EntitlementDetails): boolean {
  const { startDate: _start, endDate: _end, ...terms } = successor;
  const fields = Object.keys(terms) as readonly (keyof typeof terms)[];
  return fields.every((field) => inOrder(terms[field]) === inOrder(proposed[field]));
}

/** A value as text, with its fields in order: the database returns them in an order of its own. */
const inOrder = (value: unknown): string =>
  JSON.stringify(value ?? null, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort())
      : part,
  );
