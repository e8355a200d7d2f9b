import type { DetachEvent } from '../../domain/cases/case-event.ts';
import type { CaseId, EntitlementId } from '../../domain/ids.ts';
import type { LedgerRow } from '../../domain/ledger/ledger-row.ts';
import type { WireCaseEvent, WireSpill, WireSpilled } from './case-event-input.ts';

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
export const lostKey = (caseId: string, seq: number): string => `lost:${caseId}:${seq}`;

/** The key of what has an entitlement give back a case that moved away; what the new one is told has it with the kind. */
export const movedKey = (caseId: string, to: EntitlementId, seq: number): string => `moved:${caseId}:${to}:${seq}`;

/**
 * Whether the event is one of those that entitlements tell each other about a case that was lost or moved, word for word.
 * Only such events come under the product's own name, and nobody else's key looks like theirs.
 */
export function isOwnEvent(event: WireCaseEvent): boolean {
  const { kind, key, caseId } = event;
  if (kind === 'detach' && event.through !== undefined && key === lostKey(caseId, event.through)) return true;
  if (kind === 'spilled') return isSpilledKey(event);
  if (kind === 'spill') return isSpillKey(event);
  const start = `moved:${caseId}:`;
  if (!key.startsWith(start)) return false;
  const rest = key.slice(start.length);
  if (kind === 'detach') return event.through !== undefined && /^.+:\d+$/.test(rest);
  return ['update', 'resolve', 'cancel'].includes(kind) && /^.+:\d+:[a-z]+$/.test(rest) && rest.endsWith(`:${kind}`);
}

const isSpilledKey = ({ key, caseId, through }: WireSpilled): boolean =>
  key.startsWith(`spilled:${caseId}:`) && key.endsWith(`:${through}`);

const isSpillKey = ({ key, caseId, of, through }: WireSpill): boolean => {
  const start = `spill:${caseId}:${of}:${through}:`;
  return key.startsWith(start) && /^\d{1,2}(?::undo)?$/.test(key.slice(start.length));
};

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
  rows.filter(({ kind, case: supportCase }) => {
    const from = supportCase?.movedFrom?.entitlementId;
    if (kind !== 'attached' || supportCase === null || from == null) return false;
    return lost.every(({ caseId, owner }) => caseId !== supportCase.caseId || owner !== from);
  });

/** Why an attach came to nothing that was too late. */
export const changedMeanwhileDetail = (caseId: string): string =>
  `The case ${caseId} was changed or attached elsewhere at the same time: ask again, with a new key.`;
