import { type MarkedClock, readClocks } from '../../db/clocks/case-clocks.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import type { EpochMs } from '../../domain/calendar.ts';
import { isGoing } from '../../domain/slas/case-clock.ts';
import { isWorthTelling, unannounced } from '../../domain/slas/clock-announcements.ts';
import { type ClockReading, readingOf } from '../../domain/slas/clock-reading.ts';
import type { ClockTurnTaken } from '../../workflows/clocks/ports.ts';
import type { Announced } from './announced.ts';

/** A clock of a case as it stands at an instant. */
export interface ReadClock extends MarkedClock {
  readonly reading: ClockReading;
}

/** The clocks of a case as they stand at `now`, by everything that is on record. */
export async function clocksAt(sql: Sql, caseId: string, now: EpochMs): Promise<readonly ReadClock[]> {
  const { clocks } = await readClocks(sql, caseId, now);
  return clocks.map((each) => readAt(each, now));
}

const readAt = (each: MarkedClock, now: EpochMs): ReadClock => ({
  ...each,
  reading: readingOf(each.clock, now, each.mark?.breachedAt ?? null),
});

/** What happened to a clock, is worth telling, and was not announced. */
export const newsOf = ({ clock, reading, mark }: ReadClock): readonly Announced[] =>
  unannounced(reading.occurrences, mark?.announced ?? [])
    .filter((occurrence) => isWorthTelling(occurrence, reading))
    .map((occurrence) => ({ clock, reading, occurrence }));

/** What a turn answers to the workflow of the clocks. */
export function turnTaken(clocks: readonly ReadClock[]): ClockTurnTaken {
  const going = clocks.filter(({ clock }) => isGoing(clock));
  return { wakesAt: firstWake(going), isOver: going.length === 0, lines: going.map(lineOf) };
}

/** What the workflow of a case's clocks would answer if it took a turn now. */
export interface ClockStanding extends Pick<ClockTurnTaken, 'wakesAt' | 'isOver'> {
  /** The turn would announce something, or record a clock otherwise than it is recorded. */
  readonly isOwed: boolean;
}

/** How the clocks of a case stand by everything that is on record, at `now` or where their workflow is ahead of it. */
export async function readClockStanding(sql: Sql, caseId: string, now: EpochMs): Promise<ClockStanding> {
  const read = await readClocks(sql, caseId, now);
  const clocks = read.clocks.map((each) => readAt(each, read.now));
  const { wakesAt, isOver } = turnTaken(clocks);
  const isOwed = clocks.some((each) => each.mark?.status !== each.reading.status || newsOf(each).length > 0);
  return { wakesAt, isOver, isOwed };
}

const firstWake = (clocks: readonly ReadClock[]): EpochMs | null =>
  clocks.reduce<EpochMs | null>((first, { reading: { wakesAt } }) => {
    if (wakesAt === null) return first;
    return first === null ? wakesAt : Math.min(first, wakesAt);
  }, null);

/** One line for an operator. */
const lineOf = ({ clock: { target, sla }, reading: { status, dueAt } }: ReadClock): string =>
  `- ${target === 'first_response' ? 'First response' : 'Resolution'}: ${status}, due ${new Date(dueAt).toISOString()} (${sla.slaId}, version ${sla.version})`;
