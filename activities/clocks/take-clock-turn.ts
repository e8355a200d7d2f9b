import { readCaseOfClocks, recordClocks } from '../../db/clocks/clock-records.ts';
import { holdingClocks } from '../../db/clocks/clock-work.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import { isGoing } from '../../domain/slas/case-clock.ts';
import { announcedAfter } from '../../domain/slas/clock-announcements.ts';
import type { ClockTurn, ClockTurnTaken } from '../../workflows/clocks/ports.ts';
import { announceOccurrences } from './announce-occurrences.ts';
import { clocksAt, newsOf, type ReadClock, turnTaken } from './clock-standing.ts';

export interface ClockParts {
  readonly sql: Sql;
  /** Writes what an entitlement decided about a case and perhaps nobody has written; see EntitlementsGateway. */
  readonly gateway: { writeUnwritten(id: EntitlementId, caseId: string): Promise<boolean> };
  /** The address at which people reach the console. */
  readonly publicUrl: string;
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
    return turnTaken(clocks);
  });
  return taken ?? { wakesAt: null, isOver: true, lines: [] };
}

/** The entitlements whose clocks would be announced as nearing or breached now. */
const ownersToAsk = (clocks: readonly ReadClock[]): ReadonlySet<EntitlementId> =>
  new Set(
    clocks
      .filter(({ clock }) => isGoing(clock))
      .filter((each) => newsOf(each).some(({ occurrence: { kind } }) => kind === 'nearing' || kind === 'breached'))
      .map(({ clock }) => clock.entitlementId),
  );
