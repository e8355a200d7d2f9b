import type { EpochMs } from '../../domain/calendar.ts';
import { type ClockFact, clocksOf, holdsOf, type NamedClock } from '../../domain/slas/case-clocks.ts';
import type { Sql } from '../postgres/sql.ts';
import { readClockFacts } from './clock-facts.ts';
import { type ClockMark, clockName, readClockMarks } from './clock-records.ts';

/** A clock, with what it has announced. */
export interface MarkedClock {
  readonly clock: NamedClock;
  readonly mark: ClockMark | undefined;
}

/** The clocks of a case and the reasons that hold it, by everything that is on record now. */
export interface ReadClocks {
  readonly clocks: readonly MarkedClock[];
  readonly holds: readonly string[];
  /** The time of the clocks' workflow where that is ahead of the given one. */
  readonly now: EpochMs;
}

/** Reads the clocks of a case, which need not have any. */
export async function readClocks(sql: Sql, caseId: string, now: EpochMs): Promise<ReadClocks> {
  const marks = await readClockMarks(sql, caseId);
  const facts: readonly ClockFact[] = await readClockFacts(sql, caseId);
  const clocks = clocksOf(facts).map((clock) => ({ clock, mark: marks.get(clockName(clock)) }));
  const ahead = clocks.map(({ mark }) => mark?.asOf ?? now);
  return { clocks, holds: holdsOf(facts), now: Math.max(now, ...ahead) };
}
