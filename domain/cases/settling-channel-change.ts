import { boughtOf } from '../entitlements/balance.ts';
import type { Entitlement } from '../entitlements/entitlement.ts';
import type { SupportCase } from '../ledger/support-case.ts';
import { type Bought, boughtUnits } from '../terms/bought.ts';
import { creditPurchases, purchase } from '../terms/purchases.ts';
import { pastGrants, type Settlement, withExcess } from './settling.ts';
import { takenByPeriod, withTakenByPeriod } from './taken-by-period.ts';

/** What a case had taken in this period before its channel changed, and what was bought and owed then. */
export interface BeforeChannelChange {
  readonly bought: Bought;
  readonly taken: number;
  readonly over: number;
}

export function beforeChannelChange(entitlement: Entitlement, supportCase: SupportCase): BeforeChannelChange {
  const bought = boughtOf(entitlement);
  return { bought, ...takenByPeriod(supportCase, bought.turn).now };
}

/**
 * The second half of a change of channel. `given` has already got back what the case took in this period. What was
 * bought before stays bought at its price, as far as the case needs it in its new channel, so only the difference is
 * billed. What the case took within the total stays within it, unless the row of the new channel has too little left.
 */
export function settleInNewChannel(
  given: Entitlement,
  before: SupportCase,
  after: SupportCase,
  was: BeforeChannelChange,
): readonly Settlement[] {
  const units = after.taken - before.taken;
  const more = Math.max(0, units - was.taken);
  const reached = boughtOf(given);
  const wereBought = boughtUnits(was.bought) - boughtUnits(reached);
  const anew = pastGrants(given, after.channel, units);
  const past = Math.min(anew.past, Math.max(wereBought + was.bought.owed - reached.owed + more, anew.ofChannel));
  const over = Math.min(past, Math.max(was.over + more, anew.ofChannel));
  const { now, earlier } = takenByPeriod(before, reached.turn);
  const supportCase = withTakenByPeriod(after, { now: { taken: now.taken + units, over }, earlier }, reached.turn);
  const { price, unit } = after.rule;
  const boughtPart = price === undefined ? Math.min(past, wereBought) : past;
  const owed = past - boughtPart;
  const ofChannel = Math.max(0, boughtPart - (past - anew.ofChannel));
  const restored = { ...reached, runs: was.bought.runs, owed: reached.owed + owed };
  const excess = withExcess(restored, after.channel, ofChannel);
  const whole = { case: supportCase, change: boughtPart - units || 0, overage: past };
  if (price !== undefined && past > wereBought) {
    const by = { caseId: after.caseId, seq: given.seq + 1 };
    const { bought, charge } = purchase(excess, past - wereBought, price, unit, by);
    return [{ ...whole, bought, charge, case: { ...supportCase, chargedSeq: by.seq } }];
  }
  const billings = creditPurchases(excess, wereBought - boughtPart, unit);
  const credits = billings.filter(({ charge }) => charge !== null);
  const steps = credits
    .slice(0, -1)
    .map(({ charge, bought }) => ({ case: before, change: 0, overage: 0, charge, bought }));
  return [...steps, { ...whole, charge: credits.at(-1)?.charge ?? null, bought: billings.at(-1)?.bought ?? excess }];
}
