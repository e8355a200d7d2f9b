import type { EpochMs } from '../calendar.ts';
import type { ClockStatus } from './clock-reading.ts';

/**
 * A clock that runs is at risk once a warning has come, and at the latest so many minutes before its due time. It stays
 * at risk until it is met, also after it was breached. While a hold stops it, it is not.
 */
export const DUE_SOON_MINUTES = 60;

/** A clock as it is on record. */
interface RecordedClock {
  readonly status: ClockStatus;
  readonly dueAt: EpochMs;
}

/** The status at an instant of a clock that was recorded earlier: its due time can have passed since. */
export const statusAt = ({ status, dueAt }: RecordedClock, now: EpochMs): ClockStatus =>
  (status === 'in_progress' || status === 'nearing') && dueAt <= now ? 'breached' : status;
