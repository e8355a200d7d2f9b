import type { Template } from '../entitlements/template.ts';
import { needText } from './demand-words.ts';
import { larger, largerRows, tierWithChannels } from './larger-proposals.ts';
import { type CountedSituation, type Proposal, type Situation, type Suggestion, sameTerms } from './proposal.ts';
import { type Reason, reason } from './proposal-reasons.ts';
import { amountText, countOf, daysText } from './proposal-words.ts';
import { ENOUGH_USE_PERCENT, smaller, unlimitedHint } from './smaller-proposals.ts';
import { refusedAs, refusedForLack, type TermUsage } from './term-usage.ts';
import { ladderOf } from './tiers.ts';
import { usageReasons } from './usage-reasons.ts';

export interface ProposalQuestion extends Omit<Situation, 'ladder'> {
  /** The templates that the organisation sells. Those without a tier are ignored. */
  readonly templates: readonly Template[];
}

/** Less than a month shows no habit yet. */
const MIN_HISTORY_DAYS = 30;
/** Fewer cases are single events and make no pace. */
const MIN_CASES = 3;

/**
 * What to renew an entitlement with: the same terms, more or less of them, or another tier. The same question always
 * gets the same answer. With the policy `same_terms` the same terms are proposed, and the reasons describe the use
 * all the same.
 */
export function proposeRenewal({ details, usage, templates }: ProposalQuestion): Proposal {
  const suggestion = suggest({ details, usage, ladder: ladderOf(details, templates) });
  return {
    ...suggestion,
    reasons: [...usageReasons(details, usage, !saysNothing(usage)), ...suggestion.reasons],
    usage,
  };
}

function suggest(situation: Situation): Suggestion {
  const { details, usage } = situation;
  const { totalTerm: total, renewalPolicy } = details;
  const early = tooEarly(usage);
  const hint = total === null && early === undefined ? unlimitedHint(situation, usage) : [];
  if (renewalPolicy?.propose === 'same_terms')
    return sameTerms(reason('policy_same_terms', 'The renewal policy says to propose the same terms.'), ...hint);
  if (early !== undefined) return sameTerms(early);
  if (total === null)
    return sameTerms(reason('unlimited', 'The entitlement is unlimited, so the same terms are proposed.'), ...hint);
  const counted = { ...situation, total };
  return (
    largerRows(counted) ?? larger(counted) ?? tierWithChannels(counted) ?? smaller(counted) ?? sameTerms(fits(counted))
  );
}

/** Whether the use so far is too little to project. */
export const saysNothing = (usage: TermUsage): boolean => tooEarly(usage) !== undefined;

/** Why the use so far is too little to project; undefined if it is enough. Refused cases count as cases. */
function tooEarly(usage: TermUsage): Reason | undefined {
  const { historyDays } = usage;
  const asked = usage.cases + refusedForLack(usage) + refusedAs(usage, 'channel_not_covered');
  if (historyDays >= MIN_HISTORY_DAYS && asked >= MIN_CASES) return undefined;
  const why =
    historyDays < MIN_HISTORY_DAYS
      ? `Cases could attach for only ${daysText(historyDays)} so far, and a projection needs ${MIN_HISTORY_DAYS}`
      : `${asked === 0 ? 'No case' : `Only ${countOf(asked, 'case')}`} came in ${daysText(historyDays)}, and a projection needs ${MIN_CASES}`;
  return reason('little_history', `${why}. The same terms are proposed.`);
}

function fits({ details, usage, total }: CountedSituation): Reason {
  const { projectedAllotmentUse: projected, unit } = usage;
  const percent = total === 0 ? 0 : Math.round((projected * 100) / total);
  const need = `${needText(details, usage, projected)}, ${percent} % of the current ${amountText(total, unit)}`;
  return reason('fits', `${need}. The terms fit from ${ENOUGH_USE_PERCENT} % to 100 %.`);
}
