import type { Shapes } from '../../data/api.ts';
import { fieldsOf } from '../../data/api-problem.ts';
import { minutesText } from '../../ui/format.ts';

export type Sla = Shapes['Sla'];
type Promise = Shapes['SlaPromise'];
type ClockRules = Pick<Sla, 'warnAtPercent' | 'firstResponsePausedBy' | 'resolutionPausedBy' | 'mailTo'>;

/** The days of the week in their order, as the API names them. */
export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

export const dayName = (weekday: Weekday): string => `${weekday.charAt(0).toUpperCase()}${weekday.slice(1)}`;

/** The day after; after Sunday comes Monday. */
export const dayAfter = (weekday: Weekday): Weekday =>
  WEEKDAYS[(WEEKDAYS.indexOf(weekday) + 1) % WEEKDAYS.length] ?? 'monday';

/** A span of service as two time fields hold it: `00:00` as its end is midnight at the end of the day. */
export interface SpanValues {
  readonly from: string;
  readonly to: string;
}

export type WeekValues = Readonly<Record<Weekday, readonly SpanValues[]>>;

export interface SlaValues {
  readonly id: string;
  readonly name: string;
  readonly firstResponseMinutes: number | string;
  readonly resolutionMinutes: number | string;
  readonly always: boolean;
  readonly timeZone: string | null;
  readonly hours: WeekValues;
  readonly holidays: readonly string[];
  /** The rules of its clocks; undefined: those of the API. */
  readonly clockRules: ClockRules | undefined;
  readonly reason: string;
}

const MIDNIGHT = '00:00';
const END_OF_DAY = '24:00';

const OFFICE: readonly SpanValues[] = [{ from: '09:00', to: '17:00' }];
/** Monday to Friday, from nine to five. */
export const OFFICE_HOURS: WeekValues = {
  monday: OFFICE,
  tuesday: OFFICE,
  wednesday: OFFICE,
  thursday: OFFICE,
  friday: OFFICE,
  saturday: [],
  sunday: [],
};

/** Whether the span goes on after midnight: it ends at an earlier time than it begins. */
export const goesOverMidnight = ({ from, to }: SpanValues): boolean =>
  from !== '' && to !== '' && to !== MIDNIGHT && to < from;

const spansOf = (hours: Shapes['BusinessHours']['hours'], weekday: Weekday): readonly SpanValues[] =>
  (hours[weekday] ?? []).map(({ from, to }) => ({ from, to: to === END_OF_DAY ? MIDNIGHT : to }));

const weekOf = (of: (weekday: Weekday) => readonly SpanValues[]): WeekValues => ({
  monday: of('monday'),
  tuesday: of('tuesday'),
  wednesday: of('wednesday'),
  thursday: of('thursday'),
  friday: of('friday'),
  saturday: of('saturday'),
  sunday: of('sunday'),
});

/** The values that a form begins with. */
export function valuesOf(sla: Sla | undefined): SlaValues {
  const calendar = sla?.calendar;
  const isAlways = calendar?.kind === '24x7';
  return {
    id: sla?.id ?? '',
    name: sla?.name ?? '',
    firstResponseMinutes: sla === undefined ? 240 : (sla.firstResponseMinutes ?? ''),
    resolutionMinutes: sla?.resolutionMinutes ?? '',
    always: isAlways,
    timeZone: calendar?.kind === 'business_hours' ? calendar.timeZone : 'UTC',
    hours: calendar?.kind === 'business_hours' ? weekOf((weekday) => spansOf(calendar.hours, weekday)) : OFFICE_HOURS,
    holidays: calendar?.kind === 'business_hours' ? [...calendar.holidays].sort() : [],
    clockRules: sla && clockRulesOf(sla),
    reason: '',
  };
}

const clockRulesOf = (sla: Sla): ClockRules => ({
  warnAtPercent: sla.warnAtPercent,
  firstResponsePausedBy: sla.firstResponsePausedBy,
  resolutionPausedBy: sla.resolutionPausedBy,
  mailTo: sla.mailTo,
});

/** The hours with the spans of each day in order, as the API takes them. */
export const inOrder = (hours: WeekValues): WeekValues =>
  weekOf((weekday) => [...hours[weekday]].sort((one, other) => one.from.localeCompare(other.from)));

const minutesOf = (entered: number | string): number | null => (entered === '' ? null : Number(entered));

/** What the SLA promises, as the API takes it. What is wrong with it, the API says. */
export function promiseOf(values: SlaValues): Promise {
  const { always, timeZone, hours, holidays } = values;
  const spans = WEEKDAYS.filter((weekday) => hours[weekday].length > 0).map((weekday) => [
    weekday,
    inOrder(hours)[weekday].map(({ from, to }) => ({ from, to: to === MIDNIGHT ? END_OF_DAY : to })),
  ]);
  return {
    firstResponseMinutes: minutesOf(values.firstResponseMinutes),
    resolutionMinutes: minutesOf(values.resolutionMinutes),
    calendar: always
      ? { kind: '24x7' }
      : {
          kind: 'business_hours',
          timeZone: timeZone ?? 'UTC',
          hours: Object.fromEntries(spans),
          holidays: [...holidays].sort(),
        },
  };
}

/** The refused fields of an answer as this form names them. */
export const slaErrorsOf = (error: unknown): Record<string, string> =>
  Object.fromEntries(
    fieldsOf(error).map(({ field, message }) => [
      field
        .replace(/^sla\./, '')
        .replace(/^calendar\./, '')
        .replaceAll(/\[(\d+)\]/g, '.$1'),
      message,
    ]),
  );

/** A promised time in words: 4 h; none. */
export const promisedText = (minutes: number | null): string => (minutes === null ? 'none' : minutesText(minutes));

/** When service time passes, in one line. */
export function calendarText({ calendar }: Sla): string {
  if (calendar.kind === '24x7') return 'always';
  const days = WEEKDAYS.filter((weekday) => (calendar.hours[weekday]?.length ?? 0) > 0);
  return `${days.map((weekday) => dayName(weekday).slice(0, 3)).join(', ')}, in ${calendar.timeZone}`;
}
