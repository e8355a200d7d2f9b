import { fingerprint } from '../fingerprint.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { MAX_HOLD_REASONS } from '../slas/clock-rules.ts';

/**
 * The reasons that hold a case, as far as they must be counted. A case carries a short mark of each: the texts, up to
 * twenty times a hundred characters, would go into every row about it. Two texts with one mark count as one reason.
 */

/** Characters of a mark: of two billion marks, twenty reasons hardly ever share one. */
export const HOLD_MARK_CHARS = 6;

/** The mark of a reason: at most `HOLD_MARK_CHARS` letters and digits. */
export const holdMark = (reason: string): string => fingerprint([reason]).slice(-HOLD_MARK_CHARS);

/**
 * The marks of these reasons, after those that are `known`, each once and at most `MAX_HOLD_REASONS`: what was recorded
 * before the limit may be more.
 */
export const holdMarks = (reasons: readonly string[], known: readonly string[] = []): readonly string[] =>
  [...new Set([...known, ...reasons.map(holdMark)])].slice(0, MAX_HOLD_REASONS);

/**
 * Why a case with these marks cannot be held for one more reason, or undefined. A reason that holds it already is never
 * refused. Refuses `too_many_holds`, with the field `reason`.
 */
export function holdRefusal(caseId: string, marks: readonly string[], reason: string): Refusal | undefined {
  if (marks.length < MAX_HOLD_REASONS || marks.includes(holdMark(reason))) return undefined;
  return refuse(
    'too_many_holds',
    `The case ${caseId} is held for ${MAX_HOLD_REASONS} reasons, the most that a case can have: release one of them first.`,
  ).refused;
}

interface Held {
  /** Absent: none is known. */
  readonly heldFor?: readonly string[];
}

/** The case with the reason among those that hold it. */
export function withHold<Case extends Held>(supportCase: Case, reason: string): Case {
  const { heldFor = [] } = supportCase;
  const mark = holdMark(reason);
  return heldFor.includes(mark) ? supportCase : { ...supportCase, heldFor: [...heldFor, mark] };
}

/** The case without the reason. A reason that is not known changes nothing. */
export function withoutHold<Case extends Held>(supportCase: Case, reason: string): Case {
  const { heldFor, ...others } = supportCase;
  const mark = holdMark(reason);
  if (heldFor?.includes(mark) !== true) return supportCase;
  const left = heldFor.filter((each) => each !== mark);
  return (left.length === 0 ? others : { ...others, heldFor: left }) as Case;
}
