import { available, channelAvailable, hasWholeTotal } from '../entitlements/balance.ts';
import type { Entitlement } from '../entitlements/entitlement.ts';
import type { EntitlementId } from '../ids.ts';
import type { RowDraft } from '../ledger/ledger-row.ts';
import type { Spill, SupportCase } from '../ledger/support-case.ts';

/**
 * Spill: a case that resolves on an entitlement that counts hours takes what is left there, and other entitlements that
 * cover the case take the rest. The case's own entitlement decides how many minutes the others should take and whom to
 * ask. Each of the others takes a share, as much as it can: see `spill-shares.ts`. What none of them takes stays with
 * the case's own entitlement.
 */

/** Entitlements that one resolve asks for a share. Each of them costs a question to its workflow. */
export const MAX_SPILL_ASKED = 10;
/** Entitlements of one spill: those that a resolve asks, and those that had a share before. */
export const MAX_SPILL_SHARES = 2 * MAX_SPILL_ASKED;

/** Whether a row asks other entitlements to take a share of its case or to give it back, and they have not answered. */
export const asksOthers = ({ seq, case: ofRow }: { seq: number; case: SupportCase | null }): boolean =>
  ofRow?.spill !== undefined && ofRow.spill.seq === seq && ofRow.spill.parts === undefined;

/** Stands for the number of its row until that is known. */
const NOT_NUMBERED = 0;

/** Gives each new spill the number of the last row that has it: that row asks the others. */
export function withSpillsNumbered(rows: readonly RowDraft[], newestSeq: number): readonly RowDraft[] {
  const last = new Map<Spill, number>();
  for (const [index, { case: ofRow }] of rows.entries())
    if (ofRow?.spill?.seq === NOT_NUMBERED) last.set(ofRow.spill, newestSeq + 1 + index);
  if (last.size === 0) return rows;
  return rows.map((row) => {
    const seq = row.case?.spill === undefined ? undefined : last.get(row.case.spill);
    if (row.case?.spill === undefined || seq === undefined) return row;
    return { ...row, case: { ...row.case, spill: { ...row.case.spill, seq } } };
  });
}

/**
 * A case that resolves, with the minutes that do not fit into what is left marked as spilled to the entitlements `to`.
 * Nothing spills where cases are counted, where the case takes nothing, and where there is nobody to ask.
 */
export function withSpillMarked(
  entitlement: Entitlement,
  before: SupportCase,
  after: SupportCase,
  to: readonly EntitlementId[],
): SupportCase {
  const others = to.filter((id) => id !== entitlement.id).slice(0, MAX_SPILL_ASKED);
  // Version 1 ignored the entitlements that a message named.
  if (entitlement.decidesAsVersion1) return after;
  if (others.length === 0 || after.rule.unit !== 'hours' || !after.counted) return after;
  const room = roomFor(entitlement, before);
  if (room === null || after.taken <= room) return after;
  const holders = holdersOf(before.spill);
  const spill = {
    seq: NOT_NUMBERED,
    minutes: after.minutes - room,
    to: [...new Set([...holders, ...others])].slice(0, MAX_SPILL_SHARES),
    holders,
  };
  return { ...after, taken: room, spill };
}

/** The most minutes that a case can take without overage, including what it takes and holds now. Null if unlimited. */
export function roomFor(
  entitlement: Entitlement,
  { channel, taken, held }: Pick<SupportCase, 'channel' | 'taken' | 'held'>,
): number | null {
  const ofAll = available(entitlement);
  if (ofAll === null) return null;
  const ofRow = channel === null || hasWholeTotal(entitlement, channel) ? null : channelAvailable(entitlement, channel);
  return Math.max(0, Math.min(ofAll, ofRow ?? ofAll) + taken + held);
}

/**
 * A case that changes after others took a share of it. If it no longer counts, or counts fewer minutes than before, the
 * others are asked to give back first, and only then its own entitlement gives back.
 */
export function withSpillAdjusted(before: SupportCase | undefined, after: SupportCase): SupportCase {
  const known = before?.spill;
  if (known === undefined || after.spill !== known) return after;
  const counts = after.counted && !after.detached;
  const fewer = Math.max(0, (before?.minutes ?? 0) - after.minutes);
  const minutes = counts ? Math.max(0, known.minutes - fewer) : 0;
  if (minutes === known.minutes) return after;
  const holders = holdersOf(known);
  return {
    ...after,
    taken: counts ? after.minutes - minutes : 0,
    spill: { seq: NOT_NUMBERED, minutes, to: holders, holders },
  };
}

/** The entitlements that have a share, or may have one as long as not all have answered. */
const holdersOf = (spill: Spill | undefined): readonly EntitlementId[] =>
  spill === undefined
    ? []
    : (spill.parts?.map(({ entitlementId }) => entitlementId) ?? [...new Set([...spill.to, ...spill.holders])]);
