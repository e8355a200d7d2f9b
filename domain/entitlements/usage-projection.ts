import { DAY_MS, type EpochMs } from '../calendar.ts';
import { type DepletionForecast, FARTHEST_DAYS, forecastDepletion, paceSince } from '../terms/depletion-forecast.ts';
import { remainingTerm } from './balance.ts';
import type { Entitlement } from './entitlement.ts';

/** Why nothing can be projected. */
export const NO_PROJECTION = ['unlimited', 'draft', 'waiting', 'ended'] as const;
export type NoProjection = (typeof NO_PROJECTION)[number];

/** The instant from which the pace of an entitlement is measured, as in the report on near depletion. */
export const paceSinceOf = ({ startsAt }: Pick<Entitlement, 'startsAt'>, now: EpochMs): EpochMs =>
  paceSince(startsAt ?? now, now);

/** Why the entitlement has no projection, or undefined. */
export function whyNoProjection(entitlement: Entitlement): NoProjection | undefined {
  const { status } = entitlement;
  if (remainingTerm(entitlement) === null) return 'unlimited';
  if (status === 'draft' || status === 'waiting') return status;
  return status === 'active' ? undefined : 'ended';
}

/** What will remain, in cases or minutes, if cases go on at their pace. */
export interface UsageProjection extends DepletionForecast {
  /** The end of the present period, or of the entitlement where it has no periods. */
  readonly until: EpochMs;
  /** What remains then; negative: so much is missing. Null if that is more than a hundred years away. */
  readonly endsWith: number | null;
  /** The line from now to `until`, by its corners; it has a corner where nothing is left. */
  readonly line: readonly { readonly at: EpochMs; readonly remaining: number }[];
}

/**
 * What remains of `remaining` until the present period or the entitlement ends, if cases go on taking as much a day as
 * `used` since `since`. If more came back than was taken, the line stays level. Later allotments are not considered.
 */
export function projectUse(
  { remaining, used, since }: { readonly remaining: number; readonly used: number; readonly since: EpochMs },
  { details, period, endsAt }: Pick<Entitlement, 'details' | 'period' | 'endsAt'>,
  now: EpochMs,
): UsageProjection {
  const forecast = forecastDepletion({ remaining, used, since }, now, details.timeZone);
  const until = Math.max(now, Math.min(endsAt ?? now, period?.endsAt ?? Number.POSITIVE_INFINITY));
  const pacePerMs = Math.max(0, used) / (now - since);
  const shown = Math.min(until, now + FARTHEST_DAYS * DAY_MS);
  const leftAt = (at: EpochMs): number => Math.round(remaining - pacePerMs * (at - now));
  const emptyAt = now + Math.round(remaining / pacePerMs);
  const corners = pacePerMs > 0 && remaining > 0 && emptyAt < shown ? [{ at: emptyAt, remaining: 0 }] : [];
  return {
    ...forecast,
    until,
    endsWith: shown < until ? null : leftAt(until),
    line: [{ at: now, remaining }, ...corners, { at: shown, remaining: leftAt(shown) }],
  };
}
