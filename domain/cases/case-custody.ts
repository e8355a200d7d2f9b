import type { CaseId, EntitlementId } from '../ids.ts';
import type { OwnPrefix } from '../input-limits.ts';
import type { LedgerRow } from '../ledger/ledger-row.ts';
import type { CaseEvent, DetachEvent } from './case-event.ts';

/**
 * A case has one entitlement, and the case's record says which. Two things can go wrong between an entitlement's
 * decision and that record. An attach can lose the case to another entitlement that was quicker: then it gives the case
 * up. And a case can come from another entitlement: then that one must give back what the case took.
 */

/** A case that a written row attached although another entitlement, or none, has it. */
export interface LostCase {
  readonly caseId: CaseId;
  readonly owner: EntitlementId | null;
}

/** A case that row `seq` of the entitlement `to` took over from `from`, where the row `through` was its newest. */
export interface CaseMove {
  readonly caseId: string;
  readonly from: EntitlementId;
  readonly through: number;
  readonly to: EntitlementId;
  readonly seq: number;
}

/** A key that begins with the prefix and names the rest. */
const ownKey = (prefix: OwnPrefix, ...named: readonly (string | number)[]): string => `${prefix}${named.join(':')}`;

/** The key under which an entitlement gives up what its row `seq` attached. It marks that row's own key as given up. */
export const lostKey = (caseId: string, seq: number): string => ownKey('lost:', caseId, seq);

/** The key under which the old entitlement gives a case back that moved to row `seq` of `to`. */
export const movedKey = (caseId: string, to: EntitlementId, seq: number): string => ownKey('moved:', caseId, to, seq);

/**
 * The key under which `to` takes over a case that attached in the grace of `from`, whose newest row about it is `seq`, and
 * the one under which it resolves it where it was resolved.
 */
export const graceKey = (
  {
    caseId,
    from,
    to,
    seq,
  }: { readonly caseId: string; readonly from: string; readonly to: string; readonly seq: number },
  kind: 'attach' | 'resolve',
): string => ownKey('moved:', caseId, to, from, seq, kind);

/** The key with which entitlement `of` asks the entitlement at place `index` to take its part of row `seq`. */
export const spillKey = (caseId: string, of: string, seq: number, index: number): string =>
  ownKey('spill:', caseId, of, seq, index);

/** The key under which an entitlement gives back a part that it took under `spill` and that nobody counts. */
export const undoKey = (spill: string): string => `${spill}:undo`;

/** The key under which the case's own entitlement `of` is told how much each entitlement took of its row `seq`. */
export const spilledKey = (caseId: string, of: string, seq: number): string => ownKey('spilled:', caseId, of, seq);

/** What `isOwnEvent` looks at: a case event, or the same as it travels. */
interface Recognizable {
  readonly kind: CaseEvent['kind'];
  readonly key: string;
  readonly caseId: string;
  readonly through?: number | undefined;
  readonly of?: string | undefined;
}

/**
 * Whether the event is one that entitlements send each other about a lost, moved or shared case, with exactly the key
 * that such an event has. Only these may come under the product's own name.
 */
export function isOwnEvent({ kind, key, caseId, through, of }: Recognizable): boolean {
  if (kind === 'spilled') return key.startsWith(ownKey('spilled:', caseId, '')) && key.endsWith(`:${through}`);
  if (kind === 'spill')
    return /^\d{1,2}(?::undo)?$/.test(after(ownKey('spill:', caseId, `${of}`, `${through}`, ''), key));
  if (kind === 'detach' && through !== undefined && key === lostKey(caseId, through)) return true;
  const rest = after(ownKey('moved:', caseId, ''), key);
  if (kind === 'detach') return through !== undefined && /^.+:\d+$/.test(rest);
  return (
    ['attach', 'update', 'resolve', 'cancel'].includes(kind) &&
    /^.+:\d+:[a-z]+$/.test(rest) &&
    rest.endsWith(`:${kind}`)
  );
}

/** What follows the start; empty where the text begins otherwise. */
const after = (start: string, text: string): string => (text.startsWith(start) ? text.slice(start.length) : '');

/** The events that give up the lost cases among these rows. Each names its row, so a later attach of the case stays. */
export const givingUp = (
  rows: readonly LedgerRow[],
  lost: readonly LostCase[],
): readonly (DetachEvent & { readonly through: number })[] =>
  rows.flatMap(({ kind, caseId, seq }) =>
    kind === 'attached' && caseId !== null && lost.some((each) => each.caseId === caseId)
      ? [{ kind: 'detach' as const, key: lostKey(caseId, seq), caseId, through: seq }]
      : [],
  );

/**
 * The rows whose cases came from another entitlement that must give back: all but those whose case that entitlement
 * still has. Where a third one has the case by now, the first gives back all the same.
 */
export const movesToFinish = (rows: readonly LedgerRow[], lost: readonly LostCase[]): readonly LedgerRow[] =>
  rows.filter(({ kind, case: supportCase }) => {
    const from = supportCase?.movedFrom?.entitlementId;
    if (kind !== 'attached' || supportCase === null || from == null) return false;
    return lost.every(({ caseId, owner }) => caseId !== supportCase.caseId || owner !== from);
  });

/** The move that a row of `to` made, where it attached a case of another entitlement; undefined for any other row. */
export function moveOf(to: EntitlementId, { seq, case: supportCase }: LedgerRow): CaseMove | undefined {
  const { entitlementId: from, seq: through } = supportCase?.movedFrom ?? {};
  if (supportCase === null || from == null || through === undefined) return undefined;
  return { caseId: supportCase.caseId, from, through, to, seq };
}

/** Why an attach failed that came too late. */
export const changedMeanwhileDetail = (caseId: string): string =>
  `The case ${caseId} was changed or attached elsewhere at the same time: ask again, with a new key.`;
