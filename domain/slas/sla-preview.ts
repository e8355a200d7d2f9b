import { DateTimeParseException, LocalDateTime, ZoneId } from '@js-joda/core';
import { type EpochMs, isCivilDate } from '../calendar.ts';
import { type DueTimes, dueTimes, type SlaPromise } from './sla.ts';

/** A day and a time on the clocks of a zone, `YYYY-MM-DDTHH:MM`. */
export type LocalTime = string;

const LOCAL_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/;

/** True for a real day from 1900-01-01 to 9999-12-31 with a time from 00:00 to 23:59, written `YYYY-MM-DDTHH:MM`. */
export function isLocalTime(text: string): boolean {
  if (!LOCAL_TIME.test(text) || !isCivilDate(text.slice(0, 10))) return false;
  try {
    LocalDateTime.parse(text);
    return true;
  } catch (error) {
    if (error instanceof DateTimeParseException) return false;
    throw error;
  }
}

/**
 * The instant at which the clocks of the zone show this time. If clocks are set back and show it twice, the first of the
 * two; if they are set forward and skip it, as much later as they skip: 02:30 is 03:30.
 */
export const instantOnClocks = (time: LocalTime, timeZone: string): EpochMs =>
  LocalDateTime.parse(time).atZone(ZoneId.of(timeZone)).toInstant().toEpochMilli();

/** When a case comes in: at an instant, or at a time on the clocks of the zone of the preview. */
export type PreviewedMoment = { readonly at: EpochMs } | { readonly localTime: LocalTime };

/** What a case that comes under an SLA at `from` would be promised. */
export interface SlaPreview extends DueTimes {
  readonly from: EpochMs;
  /** The zone in which a local time was read. */
  readonly timeZone: string;
}

/**
 * The due times of a case that comes in at the moment. The SLA need not be saved, but `problemWithPromise` must have
 * found nothing wrong with it. A local time is read in `timeZone`; null: in the zone of the calendar, and in UTC if
 * service never stops.
 */
export function previewOf(promise: SlaPromise, moment: PreviewedMoment, timeZone: string | null): SlaPreview {
  const { calendar } = promise;
  const zone = timeZone ?? (calendar.kind === '24x7' ? 'UTC' : calendar.timeZone);
  const from = 'at' in moment ? moment.at : instantOnClocks(moment.localTime, zone);
  return { from, timeZone: zone, ...dueTimes(promise, from) };
}
