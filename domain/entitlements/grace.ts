import { type EpochMs, endOfDay } from '../calendar.ts';
import type { EntitlementId } from '../ids.ts';
import { lifeRow, type Origin, type RowDraft } from '../ledger/ledger-row.ts';
import { type Decided, refuse } from '../refusals.ts';
import { movedDay } from '../terms/pauses.ts';
import type { Entitlement } from './entitlement.ts';
import { pauseAt, standsStill } from './pause-time.ts';

/**
 * The grace of an entitlement: the days after its end in which it still takes cases. It ends when a successor starts. It
 * needs no timer and no row, because each attach compares the instants.
 */

/**
 * The first instant after the grace; null for an entitlement that has none: without `graceDays`, a draft, canceled, ended
 * while it was paused, or with a successor that starts where it ends.
 */
export function graceEndsAt(entitlement: Entitlement): EpochMs | null {
  const { status, details, endsAt, successorStartsAt, deleted } = entitlement;
  const { graceDays = 0, endDate, timeZone } = details;
  if (graceDays === 0 || endsAt === null || deleted || status === 'draft' || status === 'canceled') return null;
  if (entitlement.endedPaused === true || pauseAt(entitlement, endsAt) !== undefined) return null;
  const last = endOfDay(movedDay(endDate, graceDays), timeZone);
  const ends = successorStartsAt === undefined ? last : Math.min(last, successorStartsAt);
  return ends > endsAt ? ends : null;
}

/** Whether the entitlement has ended at `now` and still takes cases. */
export function isInGrace(entitlement: Entitlement, now: EpochMs): boolean {
  const { endsAt } = entitlement;
  if (endsAt === null || now < endsAt || standsStill(entitlement)) return false;
  const ends = graceEndsAt(entitlement);
  return ends !== null && now < ends;
}

/**
 * The successor says when it starts, or that it is a draft again (`startsAt` null). Refuses `wrong_state` for a successor
 * that is not that of this entitlement, and where there is nothing to do: without a grace, or if it is known already.
 */
export function decideSuccessorStarts(
  { details, renewedById, successorStartsAt }: Entitlement,
  { successorId, startsAt }: { readonly successorId: EntitlementId; readonly startsAt: EpochMs | null },
  origin: Origin,
): Decided<RowDraft> {
  if (renewedById !== successorId)
    return refuse('wrong_state', `The successor of the entitlement is ${renewedById ?? 'nobody'}, not ${successorId}.`);
  if ((details.graceDays ?? 0) === 0) return refuse('wrong_state', 'The entitlement has no grace that could end.');
  if ((successorStartsAt ?? null) === startsAt) return refuse('wrong_state', 'The entitlement knows that already.');
  return lifeRow(origin, 'successor_starts', { successorId, ...(startsAt === null ? {} : { startsAt }) });
}

/**
 * What an entitlement has to tell its predecessor: when it starts, or null once it is a draft again. Undefined where it
 * has none, or where `told` is what it would say; null: it has said nothing yet. What ends later has started all the same.
 */
export function startToTell(
  { renewsId, status, startsAt, deleted }: Entitlement,
  told: EpochMs | null,
): EpochMs | null | undefined {
  if (renewsId === null || deleted || status === 'expired' || status === 'canceled') return undefined;
  const starts = status === 'draft' ? null : startsAt;
  return starts === told ? undefined : starts;
}

/** Whether the successor follows without a gap, so that it takes over the cases of the grace. */
export const followsWithoutGap = ({ endsAt }: Entitlement, startsAt: EpochMs | null): boolean =>
  startsAt !== null && startsAt === endsAt;
