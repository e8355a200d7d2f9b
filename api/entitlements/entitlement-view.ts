import { channelRemaining, remainingTerm } from '../../domain/entitlements/balance.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { boughtUnits } from '../../domain/terms/bought.ts';
import { topUpsLeft } from '../../domain/terms/top-ups.ts';

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/**
 * What counts now and what is left of it, and what begins later; what is used up is left out when it lapses, or when a
 * period turns.
 */
function topUpsView(entitlement: Entitlement) {
  const left = topUpsLeft(entitlement.topUps, remainingTerm(entitlement) ?? 0);
  const leftOf = (until: string | null) => left.find(({ expiresOn }) => expiresOn === until)?.amount ?? 0;
  const counting = entitlement.topUps.map(({ amount, expiresOn }) => ({
    amount,
    left: leftOf(expiresOn),
    startsOn: null,
    expiresOn,
  }));
  const ahead = (entitlement.topUpsAhead ?? []).map(({ amount, startsOn, expiresOn }) => ({
    amount,
    left: 0,
    startsOn,
    expiresOn,
  }));
  return [...counting, ...ahead];
}

/** What happens past the allotment. */
export function overageOf({
  restrict,
  overagePrice,
}: Pick<Entitlement['details'], 'restrict' | 'overagePrice'>): 'block' | 'allow' | 'charge' {
  if (restrict) return 'block';
  return overagePrice === null ? 'allow' : 'charge';
}

/** An entitlement as callers see it. Terms of hours are whole minutes; null terms mean unlimited. */
export function entitlementView(entitlement: Entitlement, isDefault: boolean) {
  const { details, seq, period } = entitlement;
  return {
    id: entitlement.id,
    name: details.name,
    description: details.description,
    owner: details.owner,
    customerId: details.customerId,
    status: entitlement.status,
    renewed: entitlement.renewedById !== null,
    startDate: details.startDate,
    endDate: details.endDate,
    timeZone: details.timeZone,
    startsAt: iso(entitlement.startsAt),
    endsAt: iso(entitlement.endsAt),
    allocationType: details.allocationType,
    totalTerm: details.totalTerm,
    remainingTerm: remainingTerm(entitlement),
    heldTerm: entitlement.held,
    boughtTerm: boughtUnits(entitlement.bought),
    decreaseRemainingOn: details.decreaseRemainingOn,
    restrict: details.restrict,
    overage: overageOf(details),
    overagePrice: details.overagePrice,
    period: details.period,
    rolloverCap: details.rolloverCap,
    hold: details.hold,
    channels: details.channels.map(({ channel, totalTerm }) => ({
      channel,
      totalTerm,
      remainingTerm: channelRemaining(entitlement, channel),
    })),
    productIds: details.productIds,
    contactIds: details.contactIds,
    slaId: details.slaId,
    priority: details.priority,
    tier: details.tier,
    templateId: details.templateId,
    renewalPolicy: details.renewalPolicy,
    isDefault,
    currentPeriod: period === null ? null : { startsAt: iso(period.startsAt), endsAt: iso(period.endsAt) },
    topUps: topUpsView(entitlement),
    openCases: entitlement.openCases,
    renewedById: entitlement.renewedById,
    renewsId: entitlement.renewsId,
    version: seq,
    createdAt: iso(entitlement.createdAt),
    updatedAt: iso(entitlement.updatedAt),
  };
}

export type EntitlementView = ReturnType<typeof entitlementView>;
