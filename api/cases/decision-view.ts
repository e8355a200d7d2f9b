import type { z } from 'zod';
import type { DecidingRow, RecordedDecision } from '../../db/cases/case-decision.ts';
import type { CaseRecord } from '../../db/cases/cases.ts';
import type { Considered } from '../../domain/cases/considered.ts';
import { attachInWords, spillInWords, takenOffInWords, unfitInWords } from '../../domain/cases/decision-words.ts';
import type { decision } from './decision-answers.ts';

type Decision = z.infer<typeof decision>;

/** `mayCompare`: the caller may see all entitlements of the customer; else only the picked one is shown, and no count. */
interface Sight {
  readonly mayCompare: boolean;
}

type Decided = Omit<Decision, 'candidates' | 'candidatesTotal' | 'spill'>;

/** A case with the decision that gave it its entitlement; null if nothing is on record about it. */
export const withDecision = (supportCase: CaseRecord, recorded: RecordedDecision | undefined, options: Sight) => ({
  ...supportCase,
  decision: recorded === undefined ? null : decisionView(recorded, options),
});

export type CaseWithDecision = ReturnType<typeof withDecision>;

function decisionView(recorded: RecordedDecision, { mayCompare }: Sight): Decision | null {
  const decided = decidedBy(recorded);
  if (decided === null) return null;
  const { considered, entitlementId } = recorded;
  const candidates = candidatesView(considered, entitlementId);
  return {
    ...decided,
    candidates: mayCompare ? candidates : candidates.filter(({ picked }) => picked),
    candidatesTotal: mayCompare
      ? (considered?.total ?? (decided.rule === 'named' || decided.rule === 'taken_off' ? 0 : null))
      : null,
    spill: spillView(recorded, { mayCompare }),
  };
}

/** What each entitlement would have done with the case, for an answer. */
export const candidatesView = (considered: Considered | null, pickedId: string | null): Decision['candidates'] =>
  (considered?.candidates ?? []).map(({ id, name, code, words }) => ({
    entitlementId: id,
    name,
    picked: id === pickedId,
    outcome: code ?? 'covers',
    words,
  }));

/** What was decided, when, by which rule and who asked for it. */
function decidedBy(recorded: RecordedDecision): Decided | null {
  const { reason, explanation, createdAt, entitlementId, leftId, attached, left } = recorded;
  if (attached !== null) {
    const pickedBy = attached.case?.pickedBy ?? 'named';
    const movedFromId = attached.facts?.movedFromId ?? null;
    const overrode = [...(attached.facts?.overrode ?? [])];
    const words = attachInWords({ pickedBy, why: attached.detail, movedFromId, overrode });
    return { ...fromRow(attached, entitlementId), rule: pickedBy, words, movedFromId, overrode };
  }
  // Its entitlement has it, but the row that attached it cannot be found: there is nothing to tell.
  if (entitlementId !== null) return null;
  const nothingElse = { movedFromId: null, overrode: [] };
  if (left !== null && reason === 'taken_off')
    return { ...fromRow(left, leftId), rule: reason, words: takenOffInWords(leftId, left.by), ...nothingElse };
  return {
    at: createdAt.toISOString(),
    by: null,
    reason: null,
    entitlementId: null,
    seq: null,
    rule: reason,
    words: explanation ?? takenOffInWords(leftId, null),
    ...nothingElse,
  };
}

const fromRow = ({ at, by, reason, seq }: DecidingRow, entitlementId: string | null) => ({
  at: new Date(at).toISOString(),
  by,
  reason,
  entitlementId,
  seq,
});

/** A caller who may not compare learns what did not fit, and of no other entitlement. */
function spillView({ spilled, parts }: RecordedDecision, { mayCompare }: Sight): Decision['spill'] {
  const spill = spilled?.case?.spill;
  if (spilled === null || spill === undefined) return null;
  return {
    at: new Date(spilled.at).toISOString(),
    seq: spilled.seq,
    minutes: spill.minutes,
    askedIds: mayCompare ? [...spill.to] : [],
    words: mayCompare
      ? spillInWords({ minutes: spill.minutes, asked: spill.to }, parts)
      : unfitInWords(spill.minutes, parts),
  };
}
