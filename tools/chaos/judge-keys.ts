import { firstTold, type Journal } from './journal.ts';
import type { Asked, Books, Finding } from './judge-record.ts';

/** Kinds of commands that leave no row with their key in a ledger. */
const ELSEWHERE = new Set<string>(['set-default', 'clear-default', 'accept', 'decline', 'snooze']);

/** Every acknowledged event and command is on record exactly once, every other at most once. */
export function* judgeKeys({ cases, commands }: Journal, books: Books): Generator<Finding> {
  for (const asked of [...cases, ...commands]) {
    const rows = books.rowsOf(asked.key);
    const places = rows.length + (books.isUnattached(asked.key) ? 1 : 0);
    const about = asked.key;
    if (places > 1) yield { verdict: 'twice', what: `stands in ${places} places`, about, evidence: { asked, rows } };
    if (ELSEWHERE.has(asked.kind)) continue;
    if (places === 0 && mustBeThere(asked, books))
      yield { verdict: 'lost', what: 'was acknowledged and is not on record', about, evidence: asked };
    if (rows.some(({ refusal }) => refusal === null) && wasRefusedForGood(asked))
      yield { verdict: 'inconsistent', what: 'was refused and yet decided', about, evidence: { asked, rows } };
  }
}

function mustBeThere(asked: Asked, books: Books): boolean {
  const told = asked.attempts.flatMap((attempt) => attempt.told ?? []);
  if (told.some(({ outcome, seq }) => outcome === 'accepted' || seq !== null)) return true;
  return told.some(({ outcome }) => outcome === 'told') && !books.tellsOf(asked.key);
}

/**
 * Its only answers are refusals without a row, and no attempt was under way of which nobody knows what became. A refusal
 * without a row is not kept, so an attempt that was sent earlier and arrives later may well be taken.
 */
function wasRefusedForGood(asked: Asked): boolean {
  const first = firstTold(asked);
  return (
    first !== undefined &&
    asked.attempts.every(({ told }) => told !== null && told.outcome === 'refused' && told.seq === null)
  );
}
