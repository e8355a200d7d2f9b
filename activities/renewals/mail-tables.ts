import { dateAt } from '../../domain/calendar.ts';
import { channelsText, termText } from '../../domain/renewals/offer-words.ts';
import {
  amountText,
  countOf,
  listed,
  moneyText,
  numberText,
  ofText,
  paceText,
} from '../../domain/renewals/proposal-words.ts';
import { saysNothing } from '../../domain/renewals/renewal-proposal.ts';
import { spelledDate } from '../../domain/renewals/spelled-date.ts';
import type { TermUsage } from '../../domain/renewals/term-usage.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import type { MailTable } from './mail-content.ts';

type Pair<T> = readonly [now: T, next: T];

/** The terms of two entitlements side by side. */
export function termsTable(
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

/** How much was used. Paces are left out if there is too little history to project. */
export function useTable(usage: TermUsage, { timeZone }: EntitlementDetails): MailTable {
  const { unit, used, granted, usedShare, projectedUse, pace, refused, overage, charged, cases, openCases } = usage;
  const share = usedShare === null ? '' : ` (${Math.round(usedShare * 100)} %)`;
  const refusedCases = refused.reduce((sum, one) => sum + one.cases, 0);
  const optional = (isShown: boolean, name: string, text: string) => (isShown ? [[name, text]] : []);
  return {
    head: [`Use as of ${spelledDate(dateAt(usage.at, timeZone))}`, ''],
    rows: [
      ['Used', granted === null ? amountText(used, unit) : `${ofText(used, granted, unit)}${share}`],
      ...(saysNothing(usage)
        ? []
        : [
            ['Whole term at this pace', amountText(projectedUse, unit)],
            ['Pace over the term', paceText(pace.term, unit)],
            ['Pace of the last 90 days', paceText(pace.last90Days, unit)],
            ['Pace of the last 30 days', paceText(pace.last30Days, unit)],
          ]),
      ['Cases', `${numberText(cases)}, ${numberText(openCases)} of them open`],
      ...optional(refusedCases > 0, 'Refused', countOf(refusedCases, 'case')),
      ...optional(overage > 0, 'Beyond the allotment', amountText(overage, unit)),
      ...optional(charged.length > 0, 'Charged for it', listed(charged.map(moneyText))),
    ],
  };
}
