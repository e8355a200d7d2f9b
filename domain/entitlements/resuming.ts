import { dateAt, type EpochMs, endOfDay, LAST_INSTANT, plusDays, startOfDay, wholeDays } from '../calendar.ts';
import { lifeRow, type Origin, type RowDraft, type RowFacts } from '../ledger/ledger-row.ts';
import { movedDay, type Pause } from '../terms/pauses.ts';
import { periodAt, type TermPeriod } from '../terms/periods.ts';
import { movedTopUp } from '../terms/top-ups.ts';
import type { Entitlement } from './entitlement.ts';
import { isFollowedAt } from './pause-time.ts';
import { planOf } from './period-turn.ts';

/** The row that ends the running pause, with what it moves or leaves out. */
export function resumedRow(entitlement: Entitlement, pause: Pause, origin: Origin): RowDraft {
  const facts = pause.end === 'shift' ? shifted(entitlement, origin.at) : withoutPausedPeriods(entitlement, origin.at);
  const present = facts.period ?? entitlement.period;
  const period = present === null ? null : marked(entitlement, present, pause, origin.at);
  return lifeRow(origin, 'resumed', { pause, ...facts, ...(period === entitlement.period ? {} : { period }) });
}

/**
 * The whole days of cover that the pause took, in the entitlement's zone. Days before the start are no cover, and a rest
 * of less than a day counts nothing.
 */
function pausedDays({ pausedSince, startsAt, details }: Entitlement, now: EpochMs): number {
  const since = Math.max(pausedSince ?? now, startsAt ?? now);
  return since >= now ? 0 : wholeDays(since, now, details.timeZone);
}

/** Moves the end, the turn of the period and the expiry of the top-ups; the turns after it follow from `movedDays`. */
function shifted(entitlement: Entitlement, now: EpochMs): RowFacts {
  const days = pausedDays(entitlement, now);
  if (days === 0) return { movedDays: 0 };
  const { details, period, topUps, topUpsAhead } = entitlement;
  const { timeZone } = details;
  const endDate = movedDay(details.endDate, days);
  return {
    movedDays: days,
    details: { ...details, endDate },
    before: { endDate: details.endDate },
    endsAt: endOfDay(endDate, timeZone),
    ...(period === null ? {} : { period: movedPeriod(period, days, timeZone) }),
    topUps: topUps.map((topUp) => movedTopUp(topUp, days, timeZone)),
    ...(topUpsAhead === undefined ? {} : { topUpsAhead: topUpsAhead.map((one) => movedTopUp(one, days, timeZone)) }),
  };
}

function movedPeriod(period: TermPeriod, days: number, timeZone: string): TermPeriod {
  if (period.endsAt >= LAST_INSTANT) return period;
  const endsAt = startOfDay(plusDays(dateAt(period.endsAt, timeZone), days), timeZone);
  return { ...period, endsAt, movedDays: (period.movedDays ?? 0) + days };
}

/**
 * While the pause ran, no period turned. The one that is current now begins after this row, or after the pauses that
 * follow it at once; those that lay wholly in the pause grant nothing, so the old one lasts until the current one begins.
 */
function withoutPausedPeriods(entitlement: Entitlement, now: EpochMs): RowFacts {
  const { period } = entitlement;
  if (period === null || period.endsAt > now) return {};
  const current = periodAt(planOf(entitlement), now);
  return current === null ? {} : { period: { ...period, endsAt: current.startsAt } };
}

/**
 * Marks the period where all of it lay in pauses: it is the first one, since no other begins in a pause, and the pause
 * began before the term, or followed at once on one that did. Before the period is over, the mark says that this holds so
 * far: it stays only while another pause follows.
 */
function marked(entitlement: Entitlement, period: TermPeriod, pause: Pause, now: EpochMs): TermPeriod {
  const { startsAt } = entitlement;
  const { isPaused: wasPaused, ...plain } = period;
  const isFirst = period.startsAt === startsAt && pause.startsAt <= startsAt;
  const goesOn = period.endsAt > now && !isFollowedAt(entitlement, now);
  if (goesOn || !(isFirst || wasPaused === true)) return wasPaused === undefined ? period : plain;
  return wasPaused === true ? period : { ...period, isPaused: true };
}
