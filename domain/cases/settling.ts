import { boughtOf, channelRemaining, hasWholeTotal, remainingTerm } from '../entitlements/balance.ts';
import type { Entitlement } from '../entitlements/entitlement.ts';
import type { SupportCase } from '../ledger/support-case.ts';
import {
  type Billing,
  type Bought,
  boughtOfChannel,
  boughtOfChannels,
  boughtUnits,
  withBoughtOfChannel,
} from '../terms/bought.ts';
import { creditEarlierPurchases } from '../terms/earlier-purchases.ts';
import type { Charge, OveragePrice } from '../terms/overage-charge.ts';
import { creditPurchases, purchase } from '../terms/purchases.ts';
import { lowered, takenByPeriod, tookByVersion1, withTakenByPeriod } from './taken-by-period.ts';
import { version1Charge } from './version-1.ts';

/**
 * What it means for the terms and for the money when a case takes more or less than before. Everything that a case does
 * to the terms goes through here. Amounts are cases or minutes.
 *
 * Under `charge`, available = granted + bought - used, never below 0. What a case needs beyond that is bought and
 * charged. What comes back in the same period first lowers what is bought and credits the last charge; only the rest
 * raises what is available. What was bought in an earlier period is credited and never returns as term.
 */
export interface Settlement {
  readonly case: SupportCase;
  /** Added to what remains. */
  readonly change: number;
  /** Added to what lies past the grants, bought or owed. */
  readonly overage: number;
  readonly charge: Charge | null;
  readonly bought: Bought;
}

/** Settles the difference between before and after. More than one settlement if several charges are credited. */
export function settle(
  entitlement: Entitlement,
  before: SupportCase | undefined,
  after: SupportCase,
): readonly Settlement[] {
  const more = after.taken - (before?.taken ?? 0);
  if (more > 0) return [taking(entitlement, before, after, more)];
  if (more < 0 && before !== undefined) return giving(entitlement, before, after, -more);
  return [{ case: after, change: 0, overage: 0, charge: null, bought: boughtOf(entitlement) }];
}

/** If a case takes `units` more: how many lie past the grants, and how many of those the channel's own total lacks. */
export function pastGrants(entitlement: Entitlement, channel: string | null, units: number) {
  const left = Math.max(0, remainingTerm(entitlement) ?? units);
  const own = ownLeft(entitlement, channel);
  const ofChannel = own === null ? units : Math.max(0, own);
  return { past: units - Math.min(units, left, ofChannel), ofChannel: units - Math.min(units, ofChannel) };
}

/** What the channel's row has left; null where it is no limit of its own. */
const ownLeft = (entitlement: Entitlement, channel: string | null): number | null =>
  channel === null || hasWholeTotal(entitlement, channel) ? null : channelRemaining(entitlement, channel);

function taking(
  entitlement: Entitlement,
  before: SupportCase | undefined,
  after: SupportCase,
  units: number,
): Settlement {
  const bought = boughtOf(entitlement);
  const { now, earlier } = takenByPeriod(before, bought.turn);
  const { past, ofChannel } = pastGrants(entitlement, after.channel, units);
  const part = { taken: now.taken + units, over: now.over + past };
  const { price, unit } = after.rule;
  if (tookByVersion1(before) || price === undefined || past === 0) {
    const overBefore = before?.over ?? 0;
    const charge = tookByVersion1(before) ? version1Charge(overBefore, overBefore + past, price ?? null) : null;
    return {
      case: tookByVersion1(before)
        ? { ...after, over: after.over + past }
        : withTakenByPeriod(after, { now: part, earlier }, bought.turn),
      change: -units,
      overage: past,
      charge,
      bought: past === 0 ? bought : { ...bought, owed: bought.owed + past },
    };
  }
  const supportCase = withTakenByPeriod(after, { now: part, earlier }, bought.turn);
  const excess = withExcess(bought, after.channel, ofChannel);
  const by = { caseId: after.caseId, seq: entitlement.seq + 1 };
  const billing = purchase(excess, past, price, unit, by);
  return {
    case: billing.charge === null ? supportCase : { ...supportCase, chargedSeq: by.seq },
    change: past - units || 0,
    overage: past,
    charge: billing.charge,
    bought: billing.bought,
  };
}

/** With `more` units that are bought because the channel's own total is used up. */
export const withExcess = (bought: Bought, channel: string | null, more: number): Bought =>
  channel === null || more === 0
    ? bought
    : withBoughtOfChannel(bought, channel, boughtOfChannel(bought, channel) + more);

function giving(
  entitlement: Entitlement,
  before: SupportCase,
  after: SupportCase,
  units: number,
): readonly Settlement[] {
  const bought = boughtOf(entitlement);
  const parts = takenByPeriod(before, bought.turn);
  const ofNow = Math.min(units, parts.now.taken);
  const ofEarlier = units - ofNow;
  const now = lowered(parts.now, ofNow);
  const earlier = lowered(parts.earlier, ofEarlier);
  const returning = { entitlement, before, bought };
  const current = returnOfThisPeriod(returning, ofNow);
  const past = returnOfEarlier(returning, current.bought, parts.earlier.over - earlier.over);
  const change = units - current.boughtBack - past.noTerm;
  const own = tookByVersion1(before)
    ? version1Charge(before.over, now.over + earlier.over, before.rule.price ?? null)
    : null;
  const settledCase = tookByVersion1(before)
    ? asVersion1(after, before, now.over + earlier.over)
    : withTakenByPeriod(after, { now, earlier }, bought.turn);
  const last: Settlement = {
    case: settledCase,
    change: change || 0,
    overage: -(current.boughtBack + current.owedNoMore + past.noTerm) || 0,
    charge: own,
    bought: past.bought,
  };
  return inSteps(before, last, [...current.billings, ...past.billings]);
}

/** A case that goes on by the rules of version 1 keeps no period. Once it takes nothing it is like any other case. */
function asVersion1(after: SupportCase, before: SupportCase, over: number): SupportCase {
  return { ...after, over: after.taken === 0 ? 0 : Math.min(over, before.over) };
}

interface Returning {
  readonly entitlement: Entitlement;
  readonly before: SupportCase;
  readonly bought: Bought;
}

function returnOfThisPeriod({ entitlement, before, bought }: Returning, units: number) {
  const { channel, rule } = before;
  const ofChannel = channel === null ? 0 : boughtOfChannel(bought, channel);
  const excess = withBoughtOfChannel(bought, channel, Math.max(0, ofChannel - units));
  // What other channels bought past their own rows is not credited, whatever comes back here.
  const creditable = Math.max(0, boughtUnits(excess) - boughtOfChannels(excess));
  const boughtBack = tookByVersion1(before) ? 0 : Math.min(units, creditable);
  const standing = owedByChannels(entitlement, channel, units);
  const owedNoMore = Math.min(units - boughtBack, Math.max(0, excess.owed - standing));
  const left = owedNoMore === 0 ? excess : { ...excess, owed: excess.owed - owedNoMore };
  const billings = creditPurchases(left, boughtBack, rule.unit);
  return { bought: billings.at(-1)?.bought ?? left, billings, boughtBack, owedNoMore };
}

/** What the channels owe past their own rows once `units` have come back to `channel`. */
function owedByChannels(entitlement: Entitlement, channel: string | null, units: number): number {
  return entitlement.details.channels.reduce((sum, row) => {
    const left = ownLeft(entitlement, row.channel);
    const back = row.channel === channel ? units : 0;
    return left === null ? sum : sum + Math.max(0, -left - back);
  }, 0);
}

/**
 * `over` units of what comes back were past the grants of earlier periods. They are credited, unless they were
 * forgiven.
 */
function returnOfEarlier({ before }: Returning, bought: Bought, over: number) {
  const { price } = before.rule;
  if (price === undefined || tookByVersion1(before)) {
    const noTerm = Math.min(over, bought.forgiven);
    const left = noTerm === 0 ? bought : { ...bought, forgiven: bought.forgiven - noTerm };
    return { bought: left, billings: [], noTerm };
  }
  const billings = creditEarlierPurchases(bought, over, price).map((billing) => withOwnCharge(billing, before, price));
  const noTerm = billings.reduce((sum, { units }) => sum + units, 0);
  return { bought: billings.at(-1)?.bought ?? bought, billings, noTerm };
}

/** A credit at the case's own price takes back the case's own charge. */
function withOwnCharge(billing: Billing, { caseId, chargedSeq }: SupportCase, price: OveragePrice): Billing {
  const { charge } = billing;
  const isOwn = charge?.unitPrice === price.unitPrice && charge.currency === price.currency;
  if (charge === null || !isOwn || chargedSeq === undefined) return billing;
  return { ...billing, charge: { ...charge, credits: [{ caseId, seq: chargedSeq }] } };
}

/** A row has one charge: where several are credited, each but the last gets a step of its own. */
function inSteps(before: SupportCase, whole: Settlement, billings: readonly Billing[]): readonly Settlement[] {
  const lastCharged = billings.findLastIndex(({ charge }) => charge !== null);
  const steps: Settlement[] = [];
  let done = 0;
  let units = 0;
  for (const [index, billing] of billings.entries()) {
    if (index >= lastCharged) break;
    units += billing.units;
    if (billing.charge === null) continue;
    const supportCase = {
      ...before,
      taken: before.taken - done - units,
      over: Math.max(0, before.over - done - units),
    };
    steps.push({ case: supportCase, change: 0, overage: -units, charge: billing.charge, bought: billing.bought });
    done += units;
    units = 0;
  }
  const charge = billings[lastCharged]?.charge ?? whole.charge;
  return [...steps, { ...whole, overage: whole.overage + done || 0, charge }];
}
