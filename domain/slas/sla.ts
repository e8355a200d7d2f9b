import type { EpochMs } from '../calendar.ts';
import type { SlaId } from '../ids.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { dueAt, maxServiceMinutes, problemWithCalendar, type ServiceCalendar } from './business-calendar.ts';

/** How soon a case is answered and resolved, counted in the service time of a calendar. */
export interface Sla {
  readonly id: SlaId;
  readonly name: string;
  /** Whole minutes of service time; null: nothing is promised. */
  readonly firstResponseMinutes: number | null;
  readonly resolutionMinutes: number | null;
  readonly calendar: ServiceCalendar;
}

export interface DueTimes {
  readonly firstResponseDueAt: EpochMs | null;
  readonly resolutionDueAt: EpochMs | null;
}

/** Near two years of every minute. */
export const MAX_SLA_MINUTES = 1_000_000;

/**
 * When a case that came under the SLA at `from` must have its answer and its resolution; null where none is promised.
 */
export function dueTimes({ calendar, firstResponseMinutes, resolutionMinutes }: Sla, from: EpochMs): DueTimes {
  const due = (minutes: number | null) => (minutes === null ? null : dueAt(calendar, from, minutes));
  return { firstResponseDueAt: due(firstResponseMinutes), resolutionDueAt: due(resolutionMinutes) };
}

/** The first thing wrong with an SLA, or undefined. Always `validation_failed`, with the field. */
export function problemWithSla(sla: Omit<Sla, 'id'>): Refusal | undefined {
  if (sla.name.trim() === '') return refuse('validation_failed', 'An SLA needs a name.', 'name').refused;
  return (
    problemWithCalendar(sla.calendar) ??
    problemWithMinutes('firstResponseMinutes', sla) ??
    problemWithMinutes('resolutionMinutes', sla) ??
    problemWithOrder(sla)
  );
}

function problemWithOrder({ firstResponseMinutes, resolutionMinutes }: Omit<Sla, 'id'>): Refusal | undefined {
  if (firstResponseMinutes === null || resolutionMinutes === null || firstResponseMinutes <= resolutionMinutes)
    return undefined;
  return refuse('validation_failed', 'A case is answered before it is resolved.', 'resolutionMinutes').refused;
}

function problemWithMinutes(
  field: 'firstResponseMinutes' | 'resolutionMinutes',
  sla: Omit<Sla, 'id'>,
): Refusal | undefined {
  const minutes = sla[field];
  if (minutes === null) return undefined;
  const wrong = (detail: string) => refuse('validation_failed', detail, field).refused;
  if (!Number.isSafeInteger(minutes) || minutes < 1 || minutes > MAX_SLA_MINUTES)
    return wrong(`A service time is a whole number of minutes from 1 to ${MAX_SLA_MINUTES}, or null.`);
  if (minutes > maxServiceMinutes(sla.calendar))
    return wrong(`${minutes} minutes are more than ten years of the calendar's hours.`);
  return undefined;
}
