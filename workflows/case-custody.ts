import type { DetachEvent } from '../domain/case-events.ts';
import type { CaseId, EntitlementId } from '../domain/ids.ts';
import type { LedgerRow } from '../domain/ledger.ts';

/**
 * A case has one entitlement, and its record says which. An attach that was written and did not get the case comes to
 * nothing and is given up; one that took the case over has the old entitlement give back.
 */

/** A case that a written row attached, and that another entitlement has, or none. */
export interface LostCase {
  readonly caseId: CaseId;
  readonly owner: EntitlementId | null;
}

/** A case that row `seq` of one entitlement took over from another, where it was known by the row `through`. */
export interface CaseMove {
  readonly caseId: string;
  readonly from: EntitlementId;
  readonly through: number;
  readonly to: EntitlementId;
  readonly seq: number;
}

/** The key of what gives an attach up. It names the row, so that the row's own key is known to have come to nothing. */
export const lostKey = (caseId: CaseId, seq: number): string => `lost:${caseId}:${seq}`;

/** The events that give up what these rows attached to no effect: each only while its row is the one that attached the case. */
export const givingUp = (
  rows: readonly LedgerRow[],
  lost: readonly LostCase[],
): readonly (DetachEvent & { through: number })[] =>
  rows.flatMap(({ kind, caseId, seq }) =>
    kind === 'attached' && caseId !== null && lost.some((each) => each.caseId === caseId)
      ? [{ kind: 'detach' as const, key: lostKey(caseId, seq), caseId, through: seq }]
      : [],
  );

/**
 * The rows whose cases came from another entitlement that is to give back: all but those whose case that one still has. A
 * case that has moved on since is none of its either.
 */
export const movesToFinish = (rows: readonly LedgerRow[], lost: readonly LostCase[]): readonly LedgerRow[] =>
  rows.filter(({ kind, case: kase }) => {
    const from = kase?.movedFrom?.entitlementId;
    if (kind !== 'attached' || kase === null || from == null) return false;
    return lost.every(({ caseId, owner }) => caseId !== kase.caseId || owner !== from);
  });

/** Why an attach came to nothing that was too late. */
export const changedMeanwhileDetail = (caseId: string): string =>
  `The case ${caseId} was changed or attached elsewhere at the same time: ask again, with a new key.`;
