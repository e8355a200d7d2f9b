import { Instant, ZonedDateTime, ZoneId } from '@js-joda/core';
import '@js-joda/timezone';
import type { BusinessHours, ServiceCalendar } from '../../domain/slas/business-calendar.ts';
import type { ClockFact, SlaVersion } from '../../domain/slas/case-clocks.ts';

/**
 * What the clocks of a case come to, read minute by minute and without any of the product's arithmetic: at each minute
 * it asks a wall clock whether there is service, and counts. It takes facts at whole minutes alone.
 */

const MINUTE_MS = 60_000;
const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
const twoDigits = (number: number): string => String(number).padStart(2, '0');

/** The minutes that were looked at before: a wall clock is slow. */
const known = new WeakMap<ServiceCalendar, Map<number, boolean>>();

/** Whether the minute that begins at the instant is service. */
function isServed(calendar: ServiceCalendar, at: number): boolean {
  if (calendar.kind === '24x7') return true;
  const minutes = known.get(calendar) ?? new Map<number, boolean>();
  known.set(calendar, minutes);
  const served = minutes.get(at) ?? isServedThen(calendar, at);
  minutes.set(at, served);
  return served;
}

function isServedThen(calendar: BusinessHours, at: number): boolean {
  const local = ZonedDateTime.ofInstant(Instant.ofEpochMilli(at), ZoneId.of(calendar.timeZone));
  if (calendar.holidays.includes(local.toLocalDate().toString())) return false;
  const time = `${twoDigits(local.hour())}:${twoDigits(local.minute())}`;
  const day = local.dayOfWeek().value() - 1;
  const [today, yesterday] = [
    calendar.hours[DAYS[day] ?? 'monday'] ?? [],
    calendar.hours[DAYS[(day + 6) % 7] ?? 'sunday'] ?? [],
  ];
  return (
    today.some(({ from, to }) => from <= time && (to < from || time < to)) ||
    yesterday.some(({ from, to }) => to < from && time < to)
  );
}

export interface MinuteReading {
  readonly target: 'first_response' | 'resolution';
  readonly status: string;
  readonly usedMinutes: number;
  readonly pausedMinutes: number;
  readonly breachedAt: number | null;
  readonly metAt: number | null;
  /** When it warned, by per cent. */
  readonly warned: readonly (readonly [percent: number, at: number])[];
}

/** One clock in the making. */
class Counted {
  readonly target: 'first_response' | 'resolution';
  readonly sla: SlaVersion;
  used = 0;
  paused = 0;
  breachedAt: number | null = null;
  metAt: number | null = null;
  canceledAt: number | null = null;
  isLeft = false;
  readonly warned: [number, number][] = [];

  constructor(target: 'first_response' | 'resolution', sla: SlaVersion) {
    this.target = target;
    this.sla = sla;
  }

  get isGoing(): boolean {
    return this.metAt === null && this.canceledAt === null && !this.isLeft;
  }

  isHeld(holds: ReadonlySet<string>): boolean {
    const stops = this.target === 'first_response' ? this.sla.firstResponsePausedBy : this.sla.resolutionPausedBy;
    return [...holds].some((reason) => stops === null || stops.includes(reason));
  }

  /** What is due at the instant happens, unless the clock stands still there. */
  ring(at: number): void {
    const promised =
      (this.target === 'first_response' ? this.sla.firstResponseMinutes : this.sla.resolutionMinutes) ?? 0;
    if (this.breachedAt !== null) return;
    for (const percent of this.sla.warnAtPercent)
      if (this.used * 100 >= promised * percent && !this.warned.some(([known]) => known === percent))
        this.warned.push([percent, at]);
    if (this.used >= promised) this.breachedAt = at;
  }

  read(holds: ReadonlySet<string>): MinuteReading {
    const { target, used, paused, breachedAt, metAt, warned } = this;
    const isCanceled = this.canceledAt !== null;
    const status = isCanceled
      ? 'canceled'
      : breachedAt !== null
        ? 'breached'
        : metAt !== null
          ? 'met'
          : this.isLeft
            ? 'canceled'
            : this.isHeld(holds)
              ? 'paused'
              : warned.length > 0
                ? 'nearing'
                : 'in_progress';
    return { target, status, usedMinutes: used, pausedMinutes: paused, breachedAt, metAt, warned };
  }
}

/** The clocks of the case at `until`, a whole minute, in the order in which they started. */
export function readByMinutes(facts: readonly ClockFact[], until: number): readonly MinuteReading[] {
  const clocks: Counted[] = [];
  const holds = new Set<string>();
  let answered = false;
  let resolved = false;
  let late: SlaVersion | null = null;
  let owner: string | null = null;
  const first = Math.min(...facts.map(({ at }) => at));
  for (let at = first; at <= until; at += MINUTE_MS) {
    for (const fact of facts.filter((each) => each.at === at)) {
      const isOwn = fact.entitlementId === owner;
      if (fact.kind === 'attached') {
        for (const clock of clocks) clock.isLeft = true;
        owner = fact.entitlementId;
        if (fact.sla?.firstResponseMinutes != null && !answered) clocks.push(new Counted('first_response', fact.sla));
        late = resolved ? fact.sla : null;
        if (fact.sla?.resolutionMinutes != null && !resolved) clocks.push(new Counted('resolution', fact.sla));
      }
      if (fact.kind === 'held') holds.add(fact.reason);
      if (fact.kind === 'released') holds.delete(fact.reason);
      if (fact.kind === 'responded' || (fact.kind === 'resolved' && isOwn)) {
        answered = true;
        for (const clock of clocks)
          if (clock.isGoing && (fact.kind === 'resolved' || clock.target === 'first_response')) clock.metAt = at;
      }
      if (fact.kind === 'resolved' && isOwn) resolved = true;
      if (fact.kind === 'canceled' && isOwn) for (const clock of clocks) if (clock.isGoing) clock.canceledAt = at;
      if (fact.kind === 'detached' && isOwn) {
        owner = null;
        late = null;
        for (const clock of clocks) clock.isLeft = true;
      }
      if (fact.kind === 'reactivated' && isOwn) {
        for (const clock of clocks) {
          if (clock.isLeft) continue;
          clock.canceledAt = null;
          if (clock.target === 'resolution' && clock.breachedAt === null) clock.metAt = null;
        }
        if (late?.resolutionMinutes != null) clocks.push(new Counted('resolution', late));
        [resolved, late] = [false, null];
      }
    }
    for (const clock of clocks) {
      if (!clock.isGoing) continue;
      const isHeld = clock.isHeld(holds);
      if (!isHeld) clock.ring(at);
      if (at === until || !isServed(clock.sla.calendar, at)) continue;
      if (isHeld) clock.paused += 1;
      else clock.used += 1;
    }
  }
  return clocks.map((clock) => clock.read(holds));
}
