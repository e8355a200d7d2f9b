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
export async function takeClockTurn(parts: ClockParts, turn: ClockTurn): Promise<ClockTurnTaken> {
  const { toAsk, taken } = await tryTurn(parts, turn, { areAsked: false });
  if (taken !== undefined) return taken;
  for (const owner of toAsk) await parts.gateway.writeUnwritten(owner, turn.caseId);
  return (await tryTurn(parts, turn, { areAsked: true })).taken ?? NOTHING_LEFT;
}

/** Like `takeClockTurn`. Undefined, and nothing is recorded, where an entitlement must be asked first. */
export const takeFirstClockTurn = async (
  parts: Omit<ClockParts, 'gateway'>,
  turn: ClockTurn,
): Promise<ClockTurnTaken | undefined> => (await tryTurn(parts, turn, { areAsked: false })).taken;

const NOTHING_LEFT: ClockTurnTaken = { wakesAt: null, isOver: true, lines: [] };

interface TriedTurn {
  /** The entitlements to ask before the turn can be taken. */
  readonly toAsk: ReadonlySet<EntitlementId>;
  /** Undefined where there are some. */
  readonly taken: ClockTurnTaken | undefined;
}

async function tryTurn(
  { sql, publicUrl }: Omit<ClockParts, 'gateway'>,
  { caseId, run, now }: ClockTurn,
  { areAsked }: { readonly areAsked: boolean },
): Promise<TriedTurn> {
  const tried = await holdingClocks(sql, { caseId, run }, async (tx): Promise<TriedTurn & { isOver: boolean }> => {
    const clocks = await clocksAt(tx, caseId, now);
    const toAsk = areAsked ? new Set<EntitlementId>() : ownersToAsk(clocks);
    if (toAsk.size > 0) return { toAsk, taken: undefined, isOver: false };
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
    const taken = turnTaken(clocks);
    return { toAsk, taken, isOver: taken.isOver };
  });
  return tried ?? { toAsk: new Set(), taken: NOTHING_LEFT };
}

/** The entitlements whose clocks would be announced as nearing or breached now. */
const ownersToAsk = (clocks: readonly ReadClock[]): ReadonlySet<EntitlementId> =>
  new Set(
    clocks
      .filter(({ clock }) => isGoing(clock))
      .filter((each) => newsOf(each).some(({ occurrence: { kind } }) => kind === 'nearing' || kind === 'breached'))
      .map(({ clock }) => clock.entitlementId),
  );
