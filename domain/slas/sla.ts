import type { EpochMs } from '../calendar.ts';
import type { SlaId } from '../ids.ts';
import { invalid, type Refusal } from '../refusals.ts';
import { dueAt, maxServiceMinutes, problemWithCalendar, type ServiceCalendar } from './business-calendar.ts';
import { type ClockRules, problemWithClockRules } from './clock-rules.ts';

/** How soon a case must be answered and resolved, in the service time of a calendar. */
export interface SlaPromise {
  /** Whole minutes of service time; null: no promise. */
  readonly firstResponseMinutes: number | null;
  readonly resolutionMinutes: number | null;
  readonly calendar: ServiceCalendar;
}

/** A promise with its name and the rules of its clocks, which entitlements give their cases. */
export interface Sla extends SlaPromise, ClockRules {
  readonly id: SlaId;
  readonly name: string;
}

export interface DueTimes {
  readonly firstResponseDueAt: EpochMs | null;
  readonly resolutionDueAt: EpochMs | null;
}

/** Almost two years, if every minute is service time. */
export const MAX_SLA_MINUTES = 1_000_000;

/** When a case that came under the SLA at `from` must be answered and resolved; null where nothing is promised. */
export function dueTimes({ calendar, firstResponseMinutes, resolutionMinutes }: SlaPromise, from: EpochMs): DueTimes {
  const due = (minutes: number | null) => (minutes === null ? null : dueAt(calendar, from, minutes));
  return { firstResponseDueAt: due(firstResponseMinutes), resolutionDueAt: due(resolutionMinutes) };
}

/** The first thing wrong with an SLA, or undefined. Always `validation_failed`, with the field. */
export function problemWithSla(sla: Omit<Sla, 'id'>): Refusal | undefined {
  if (sla.name.trim() === '') return invalid('name', 'An SLA needs a name.');
  return problemWithPromise(sla) ?? problemWithClockRules(sla);
}

/** The same of what an SLA promises, whatever it is called. */
export const problemWithPromise = (promise: SlaPromise): Refusal | undefined =>
  problemWithCalendar(promise.calendar) ??
  problemWithMinutes('firstResponseMinutes', promise) ??
  problemWithMinutes('resolutionMinutes', promise) ??
  problemWithOrder(promise);

function problemWithOrder({ firstResponseMinutes, resolutionMinutes }: SlaPromise): Refusal | undefined {
  if (firstResponseMinutes === null || resolutionMinutes === null || firstResponseMinutes <= resolutionMinutes)
    return undefined;
  return invalid('resolutionMinutes', 'The resolution cannot be due before the first response.');
}

function problemWithMinutes(
  field: 'firstResponseMinutes' | 'resolutionMinutes',
  promise: SlaPromise,
): Refusal | undefined {
  const minutes = promise[field];
  if (minutes === null) return undefined;
  if (!Number.isSafeInteger(minutes) || minutes < 1 || minutes > MAX_SLA_MINUTES)
    return invalid(field, `A service time is a whole number of minutes from 1 to ${MAX_SLA_MINUTES}, or null.`);
  if (minutes > maxServiceMinutes(promise.calendar))
    return invalid(field, `${minutes} minutes are more than ten years of the calendar's hours.`);
  return undefined;
}
