import { type MarkedClock, readClocks } from '../../db/clocks/case-clocks.ts';
import { readCaseOfClocks, recordClocks } from '../../db/clocks/clock-records.ts';
import { holdingClocks } from '../../db/clocks/clock-work.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import type { EpochMs } from '../../domain/calendar.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import { isGoing } from '../../domain/slas/case-clock.ts';
import { announcedAfter, isWorthTelling, unannounced } from '../../domain/slas/clock-announcements.ts';
import { type ClockReading, readingOf } from '../../domain/slas/clock-reading.ts';
import type { ClockTurn, ClockTurnTaken } from '../../workflows/clocks/ports.ts';
import { announceOccurrences } from './announce-occurrences.ts';
import type { Announced } from './announced.ts';

export interface ClockParts {
  readonly sql: Sql;
  /** Writes what an entitlement decided about a case and perhaps nobody has written; see EntitlementsGateway. */
  readonly gateway: { writeUnwritten(id: EntitlementId, caseId: string): Promise<boolean> };
  /** The address at which people reach the console. */
  readonly publicUrl: string;
}

interface ReadClock extends MarkedClock {
  readonly reading: ClockReading;
}

/**
 * Takes one turn of a case's clocks; see `ClockActivities`. Before a warning or a breach is announced, what the case's
 * entitlement has decided and nobody has written is written: an answer that was given in time counts, even if the
 * database was away. After that, records and announcements are one transaction. A run that was started again after the
 * next one had begun does nothing, and is told that it is over.
 */
export async function takeClockTurn(parts: ClockParts, { caseId, run, now }: ClockTurn): Promise<ClockTurnTaken> {
  const { sql, gateway, publicUrl } = parts;
  for (const owner of ownersToAsk(await clocksAt(sql, caseId, now))) await gateway.writeUnwritten(owner, caseId);
  const taken = await holdingClocks(sql, { caseId, run }, async (tx) => {
    const clocks = await clocksAt(tx, caseId, now);
    const about = await readCaseOfClocks(tx, caseId);
    if (about !== undefined) {
      const news = clocks.flatMap(newsOf);
      await announceOccurrences(tx, { caseId, ...about, publicUrl }, news);
      await recordClocks(
        tx,
        { caseId, customerId: about.customerId, asOf: now },
        clocks.map(({ clock, reading, mark }) => ({
          clock,
          reading,
          announced: announcedAfter(reading.occurrences, mark?.announced ?? []),
        })),
      );
    }
    const going = clocks.filter(({ clock }) => isGoing(clock));
    return { wakesAt: firstWake(going), isOver: going.length === 0, lines: going.map(lineOf) };
  });
  return taken ?? { wakesAt: null, isOver: true, lines: [] };
}

async function clocksAt(sql: Sql, caseId: string, now: EpochMs): Promise<readonly ReadClock[]> {
  const { clocks } = await readClocks(sql, caseId, now);
  return clocks.map((each) => ({ ...each, reading: readingOf(each.clock, now, each.mark?.breachedAt ?? null) }));
}

/** The entitlements whose clocks would be announced as nearing or breached now. */
const ownersToAsk = (clocks: readonly ReadClock[]): ReadonlySet<EntitlementId> =>
  new Set(
    clocks
      .filter(({ clock }) => isGoing(clock))
      .filter((each) => newsOf(each).some(({ occurrence: { kind } }) => kind === 'nearing' || kind === 'breached'))
      .map(({ clock }) => clock.entitlementId),
  );

const newsOf = ({ clock, reading, mark }: ReadClock): readonly Announced[] =>
  unannounced(reading.occurrences, mark?.announced ?? [])
    .filter((occurrence) => isWorthTelling(occurrence, reading))
    .map((occurrence) => ({ clock, reading, occurrence }));

const firstWake = (clocks: readonly ReadClock[]): EpochMs | null =>
  clocks.reduce<EpochMs | null>((first, { reading: { wakesAt } }) => {
    if (wakesAt === null) return first;
    return first === null ? wakesAt : Math.min(first, wakesAt);
  }, null);

/** One line for an operator. */
const lineOf = ({ clock: { target, sla }, reading: { status, dueAt } }: ReadClock): string =>
  `- ${target === 'first_response' ? 'First response' : 'Resolution'}: ${status}, due ${new Date(dueAt).toISOString()} (${sla.slaId}, version ${sla.version})`;
