import { type EpochMs, plusDays, startOfDay } from '../calendar.ts';
import type { EntitlementDetails } from '../terms/details.ts';
import type { Entitlement } from './entitlement.ts';

/** The start of the day that lies `days` before the end; with 0 the end itself. */
export function daysBeforeEnd(
  { endDate, timeZone }: Pick<EntitlementDetails, 'endDate' | 'timeZone'>,
  days: number,
): EpochMs {
  return startOfDay(plusDays(endDate, 1 - days), timeZone);
}

/**
 * When an active entitlement starts its renewal: the policy's notice days before its end, which may be in the past.
 * Null without a policy, with a living successor, and once the renewal for this end has been started.
 */
export function renewalDue({ status, details, endsAt, renewedById, renewal }: Entitlement): EpochMs | null {
  const { renewalPolicy: policy } = details;
  if (status !== 'active' || policy === null || endsAt === null || renewedById !== null) return null;
  return renewal?.endsAt === endsAt ? null : daysBeforeEnd(details, policy.noticeDays);
}
