/** Dates, amounts and lengths of time as people read them, in the language of their browser. */

/** The language of the browser; undefined, the default of the engine, where it names one that `Intl` does not take. */
const LOCALE = isLocale(navigator.language) ? navigator.language : undefined;

/** The zone of the person at the screen; for instants that belong to no contract. */
export const OWN_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

const dayFormat = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeZone: 'UTC' });
const numberFormat = new Intl.NumberFormat(LOCALE);
const MINUTES_PER_HOUR = 60;

/** Some systems call their language `en-US@posix`, at which `Intl` throws. */
function isLocale(language: string): boolean {
  try {
    return Intl.getCanonicalLocales(language).length === 1;
  } catch {
    return false;
  }
}

/** A day `YYYY-MM-DD`, in no zone: 31 Jan 2027. */
export const dayText = (day: string): string => dayFormat.format(new Date(`${day}T00:00:00Z`));

const instantFormats = new Map<string, Intl.DateTimeFormat>();

function instantFormat(timeZone: string): Intl.DateTimeFormat {
  const known = instantFormats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short', timeZone });
  instantFormats.set(timeZone, format);
  return format;
}

/** An instant (RFC 3339) on the clock of a time zone, without the zone's name: 31 Jan 2027, 09:30. */
export const instantText = (instant: string, timeZone = OWN_ZONE): string =>
  instantFormat(timeZone).format(new Date(instant));

/** The day of an instant in a time zone: 31 Jan 2027. */
export const dayOfText = (instant: string, timeZone = OWN_ZONE): string =>
  new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeZone }).format(new Date(instant));

/** A whole number with the separators of the language: 12,500. */
export const numberText = (value: number): string => numberFormat.format(value);

/** Whole minutes as hours and minutes: 90 is 1 h 30 min, −15 is −15 min. */
export function minutesText(minutes: number): string {
  const sign = minutes < 0 ? '−' : '';
  const size = Math.abs(minutes);
  const hours = Math.floor(size / MINUTES_PER_HOUR);
  const rest = size % MINUTES_PER_HOUR;
  if (hours === 0) return `${sign}${rest} min`;
  return rest === 0 ? `${sign}${numberText(hours)} h` : `${sign}${numberText(hours)} h ${rest} min`;
}

export type AllocationType = 'cases' | 'hours' | 'unlimited';

/** An amount of term in its unit: 12 cases, 3 h 20 min; `null` and unlimited: unlimited. */
export function termText(amount: number | null, allocationType: AllocationType): string {
  if (amount === null || allocationType === 'unlimited') return 'unlimited';
  if (allocationType === 'hours') return minutesText(amount);
  return `${numberText(amount)} ${Math.abs(amount) === 1 ? 'case' : 'cases'}`;
}

const MS_PER_DAY = 86_400_000;
const relativeFormat = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto' });

/** How far an instant is from now, by its largest unit: in 3 days, 2 hours ago, in 5 minutes. */
export function fromNowText(instant: string, nowMs = Date.now()): string {
  const ms = new Date(instant).getTime() - nowMs;
  const size = Math.abs(ms);
  if (size >= MS_PER_DAY) return relativeFormat.format(Math.trunc(ms / MS_PER_DAY), 'day');
  if (size >= 3_600_000) return relativeFormat.format(Math.trunc(ms / 3_600_000), 'hour');
  return relativeFormat.format(Math.trunc(ms / 60_000), 'minute');
}

/** How far a day `YYYY-MM-DD` is from the reader's today: in 3 days, today, yesterday. */
export function daysFromTodayText(day: string, today = new Date()): string {
  const midnight = Date.UTC(today.getFullYear(), today.getMonth(), today.getDate());
  return relativeFormat.format(Math.round((Date.parse(day) - midnight) / MS_PER_DAY), 'day');
}

/** An amount of money in its currency: €1,200.00. The API gives amounts as decimal texts. */
export const moneyText = (amount: number | string, currency: string): string =>
  new Intl.NumberFormat(LOCALE, { style: 'currency', currency }).format(Number(amount));
