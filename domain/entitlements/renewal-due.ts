import { type EpochMs, plusDays, startOfDay } from '../calendar.ts';
import type { EntitlementDetails } from '../terms/details.ts';
import type { Entitlement } from './entitlement.ts';
import { isHeldUp } from './pause-time.ts';

/** The start of the day that is `days` days before the end. 0 gives the end itself. */
export function daysBeforeEnd(
  { endDate, timeZone }: Pick<EntitlementDetails, 'endDate' | 'timeZone'>,
  days: number,
): EpochMs {
  return startOfDay(plusDays(endDate, 1 - days), timeZone);
}

/**
 * When an active entitlement starts its renewal: as many days before its end as its policy says. The instant may be
 * past. Null without a policy, with a successor, while paused, or if the renewal for this end was started already.
 */
export function renewalDue(entitlement: Entitlement): EpochMs | null {
  const { status, details, endsAt, renewedById, renewal } = entitlement;
  const { renewalPolicy: policy } = details;
  if (isHeldUp(entitlement)) return null;
  if (status !== 'active' || policy === null || endsAt === null || renewedById !== null) return null;
  return renewal?.endsAt === endsAt ? null : startOfNotice(details, policy.noticeDays);
}

/**
 * Every decision of an entitlement asks for this instant several times, and reckoning it takes longer than the rest of
 * the question. Details are never changed, only replaced, so what was reckoned from them stays right.
 */
const known = new WeakMap<EntitlementDetails, EpochMs>();

function startOfNotice(details: EntitlementDetails, noticeDays: number): EpochMs {
  const found = known.get(details);
  if (found !== undefined) return found;
  const start = daysBeforeEnd(details, noticeDays);
  known.set(details, start);
  return start;
}
