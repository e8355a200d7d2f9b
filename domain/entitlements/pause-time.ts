import type { EpochMs } from '../calendar.ts';
import type { Pause } from '../terms/pauses.ts';
import type { Entitlement } from './entitlement.ts';

/** Which pause counts when. Pauses never overlap, so at most one does. */

/** The pause that runs; undefined while the entitlement is not paused. */
export const runningPause = ({
  pausedSince,
  pauses,
}: Pick<Entitlement, 'pausedSince' | 'pauses'>): Pause | undefined =>
  pausedSince === undefined ? undefined : pauses?.[0];

/**
 * Whether a pause holds up what waits for its end: the turn of a period and the start of a renewal. At the instant at
 * which one pause ends and the next begins it still does, so two pauses that meet are as one.
 */
export function isHeldUp(entitlement: Entitlement): boolean {
  const { pausedSince, pauses, updatedAt, separatesPauses } = entitlement;
  // What is recorded at the first instant of a pause that has not begun is the end of another one, or a start or an
  // amendment that comes before the pause.
  return pausedSince !== undefined || (separatesPauses !== true && pauses?.[0]?.startsAt === updatedAt);
}

/**
 * Whether a pause holds up amendments that come with the turn of a period. Where the period ends at the instant at which a
 * pause begins, they all count before the pause.
 */
export const holdsAmendmentsUp = (entitlement: Entitlement): boolean =>
  entitlement.pausedSince !== undefined ||
  (isHeldUp(entitlement) && entitlement.period?.endsAt !== entitlement.updatedAt);

/** Whether another pause begins at the instant `at`, at which the one that runs ends. */
export const isFollowedAt = ({ pauses, separatesPauses }: Entitlement, at: EpochMs): boolean =>
  separatesPauses !== true && pauses?.[1]?.startsAt === at;

/** Whether the pause that runs meets the next one, or whether the entitlement is between the two: there older versions decided otherwise. */
export function pausesMeet({ pausedSince, pauses = [], updatedAt }: Entitlement): boolean {
  const [first, second] = pauses;
  if (first === undefined) return false;
  return pausedSince === undefined ? first.startsAt === updatedAt : second?.startsAt === first.endsAt;
}

/** Whether a pause runs that moves the end: then neither the end nor the turn of a period comes before it is over. */
export const standsStill = (entitlement: Pick<Entitlement, 'pausedSince' | 'pauses'>): boolean =>
  runningPause(entitlement)?.end === 'shift';

/** When a pause next begins or ends by itself; null if none does. */
export function nextPauseInstant({ pausedSince, pauses = [] }: Entitlement): EpochMs | null {
  const [first] = pauses;
  if (first === undefined) return null;
  return pausedSince === undefined ? first.startsAt : first.endsAt;
}

/** The pause that counts at `now`, even if a late timer has not begun it; undefined if none does. */
export const pauseAt = ({ pauses = [] }: Entitlement, now: EpochMs): Pause | undefined =>
  pauses.find(({ startsAt, endsAt }) => startsAt <= now && (endsAt === null || now < endsAt));
