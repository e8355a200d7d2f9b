import type { EntitlementId } from '../ids.ts';
import type { Refusal, RefusalCode } from '../refusals.ts';
import { type Judgement, whyAfter } from './matching.ts';
import type { Candidate } from './picking.ts';

/** The most candidates that a decision keeps, the one that was picked first; the rest are only counted. */
export const MAX_CONSIDERED = 20;
/** Longer words of one candidate are cut, so that a decision stays within some 10 kB. */
const MAX_WORDS_CHARS = 300;

/** What one entitlement of the customer would have done with a case, as it was judged when another was picked. */
export interface ConsideredCandidate {
  readonly id: EntitlementId;
  readonly name: string;
  /** Why it did not take the case; null: it took the case, or would have. */
  readonly code: RefusalCode | null;
  /** Why it was picked, passed over or refused. */
  readonly words: string;
}

/** What was considered when an entitlement was picked for a case, or none was. It is kept with the decision. */
export interface Considered {
  readonly candidates: readonly ConsideredCandidate[];
  /** How many active entitlements the customer had. */
  readonly total: number;
}

/** How the candidates were asked. */
interface Asked {
  /** The one that takes the case; undefined: none does. */
  readonly picked: Candidate | undefined;
  /** What those answered that were asked and refused: they were used up since they were judged. */
  readonly refusals: ReadonlyMap<EntitlementId, Refusal>;
  readonly matching: boolean;
}

/** What is kept of the judgements about a case: at most `MAX_CONSIDERED` of them, in the order of matching. */
export function considered(judgements: readonly Judgement[], asked: Asked): Considered {
  const own = judgements.find(({ entitlement }) => entitlement.id === asked.picked?.entitlement.id);
  const inOrder = own === undefined ? judgements : [own, ...judgements.filter((judgement) => judgement !== own)];
  return {
    candidates: inOrder.slice(0, MAX_CONSIDERED).map((judgement) => candidateOf(judgement, own, asked)),
    total: judgements.length,
  };
}

function candidateOf(judgement: Judgement, own: Judgement | undefined, asked: Asked): ConsideredCandidate {
  const { id, details } = judgement.entitlement;
  const refused = judgement === own ? undefined : (asked.refusals.get(id) ?? judgement.refused);
  const words = refused?.detail ?? (judgement === own ? 'It took the case.' : whyPassedOver(judgement, own, asked));
  return { id, name: details.name, code: refused?.code ?? null, words: words.slice(0, MAX_WORDS_CHARS) };
}

/** Why the case went to another entitlement, or to none, although this one would have taken it. */
function whyPassedOver(judgement: Judgement, own: Judgement | undefined, { picked, matching }: Asked): string {
  if (own === undefined || picked === undefined)
    return matching
      ? 'It covers the case, but it was not asked.'
      : "It covers the case, but it is not the customer's default, and the organisation does not use matching.";
  if (picked.rule === 'default') return "It covers the case, but the customer's default comes first.";
  return `It covers the case, but ${whyAfter(own, judgement)}`;
}
