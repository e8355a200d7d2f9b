import { channelRemaining, remainingTerm } from '../../domain/entitlements/balance.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { graceEndsAt } from '../../domain/entitlements/grace.ts';
import { boughtUnits } from '../../domain/terms/bought.ts';
import { topUpsLeft } from '../../domain/terms/top-ups.ts';
import { isoOrNull } from '../http/instants.ts';
import { amendmentAheadView } from './amendment-view.ts';
import { pauseView } from './pause-view.ts';

/**
 * The top-ups that count now, each with what is left of it, and those that begin later. One that is used up stays in
 * the list until it expires or a period turns.
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

/** What happens to use beyond the term. */
export function overageOf({
  restrict,
  overagePrice,
}: Pick<Entitlement['details'], 'restrict' | 'overagePrice'>): 'block' | 'allow' | 'charge' {
  if (restrict) return 'block';
  return overagePrice === null ? 'allow' : 'charge';
}

/** An entitlement as callers see it. Terms of hours are whole minutes; a null term is unlimited. */
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
    startsAt: isoOrNull(entitlement.startsAt),
    endsAt: isoOrNull(entitlement.endsAt),
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
    currentPeriod: period === null ? null : { startsAt: isoOrNull(period.startsAt), endsAt: isoOrNull(period.endsAt) },
    topUps: topUpsView(entitlement),
    price: details.price ?? null,
    graceDays: details.graceDays ?? 0,
    graceEndsAt: isoOrNull(graceEndsAt(entitlement)),
    amendmentsAhead: (entitlement.amendmentsAhead ?? []).map(amendmentAheadView),
    pausedSince: isoOrNull(entitlement.pausedSince ?? null),
    pauses: (entitlement.pauses ?? []).map(pauseView),
    openCases: entitlement.openCases,
    renewedById: entitlement.renewedById,
    renewsId: entitlement.renewsId,
    version: seq,
    createdAt: isoOrNull(entitlement.createdAt),
    updatedAt: isoOrNull(entitlement.updatedAt),
  };
}

export type EntitlementView = ReturnType<typeof entitlementView>;

/** An entitlement in a list, with the name of its customer. */
export const listedEntitlementView = ({ state, isDefault, customerName }: ListedEntitlement) => ({
  ...entitlementView(state, isDefault),
  customerName,
});

interface ListedEntitlement {
  readonly state: Entitlement;
  readonly isDefault: boolean;
  readonly customerName: string | null;
}

export type ListedEntitlementView = ReturnType<typeof listedEntitlementView>;
