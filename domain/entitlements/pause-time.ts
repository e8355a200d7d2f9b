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
