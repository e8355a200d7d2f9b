import type { z } from 'zod';
import type { MarkedClock, ReadClocks } from '../../db/clocks/case-clocks.ts';
import { CLOCK_STATUS_CODE, readingOf } from '../../domain/slas/clock-reading.ts';
import { spansOf } from '../../domain/slas/clock-spans.ts';
import { iso, isoOrNull } from '../http/instants.ts';
import type { clocks as clocksAnswer } from './answers.ts';

type ClocksView = z.infer<typeof clocksAnswer>;

/** The clocks of a case as answers show them, counted for the instant of the reading. */
export const clocksView = ({ clocks, now }: ReadClocks): ClocksView => clocks.map((each) => clockView(each, now));

function clockView({ clock, mark }: MarkedClock, now: number): ClocksView[number] {
  const { breachedAt, metAt, startedAt, dueAt, warnsAt, pausedSince, status, pausedMinutes, usedMinutes } = readingOf(
    clock,
    now,
    mark?.breachedAt ?? null,
  );
  return {
    target: clock.target,
    status,
    statusCode: CLOCK_STATUS_CODE[status],
    isCurrent: !clock.isOver,
    entitlementId: clock.entitlementId,
    slaId: clock.sla.slaId,
    slaVersion: clock.sla.version,
    promisedMinutes: clock.terms.promisedMinutes,
    startedAt: iso(startedAt),
    dueAt: iso(dueAt),
    warnsAt: isoOrNull(warnsAt),
    pausedSince: isoOrNull(pausedSince),
    pausedMinutes,
    usedMinutes,
    metAt: isoOrNull(metAt),
    breachedAt: isoOrNull(breachedAt),
    spans: spansOf(clock, now).map(({ from, to, counts, why, holds, serviceMs }) => ({
      from: iso(from),
      to: isoOrNull(to),
      counts,
      why,
      holds: [...holds],
      serviceSeconds: Math.floor(serviceMs / 1_000),
    })),
  };
}
