import { keptVoidable, type Voidable } from '../terms/amendments.ts';
import type { EntitlementDetails } from '../terms/details.ts';
import { sameTopUps, type TopUp } from '../terms/top-ups.ts';
import { channelAmount, remainingTerm } from './balance.ts';
import type { Entitlement } from './entitlement.ts';

/**
 * What a contract would be without its amendments, so that a void makes it that. What happens to the contract meanwhile
 * does not do the same with an amendment as without it: at the turn of a period more rolls over, and a top-up that is used
 * less lapses by more. So each amendment that can be voided keeps the difference up to date.
 */

/** A contract at one moment, as it is or as it would be without some of its amendments. */
export interface Side {
  readonly details: EntitlementDetails;
  /** Cases or minutes; 0 where nothing is counted. */
  readonly remaining: number;
  readonly usedByChannel: Readonly<Record<string, number>>;
  readonly topUps: readonly TopUp[];
}

/** The contract as it is. */
const sideOf = (entitlement: Entitlement): Side => ({
  details: entitlement.details,
  remaining: remainingTerm(entitlement) ?? 0,
  usedByChannel: entitlement.usedByChannel,
  topUps: entitlement.topUps,
});

/** The contract of `side` without the last of its amendments. */
const withoutLast = (side: Side, { before, change, ofChannels, topUps }: Voidable): Side => ({
  details: { ...side.details, ...before },
  remaining: side.remaining - change,
  usedByChannel: less(side.usedByChannel, ofChannels),
  topUps: topUps ?? side.topUps,
});

/** The amendments that can be voided, after something that happens to the contract with each of them and without it. */
export function amendmentsAfter(entitlement: Entitlement, happens: (side: Side) => Side): readonly Voidable[] {
  const { amendments = [] } = entitlement;
  const after: Voidable[] = [];
  let side = sideOf(entitlement);
  for (const one of amendments.toReversed()) {
    const { topUps: _, ...others } = one;
    const without = withoutLast(side, one);
    const [withIt, withoutIt] = [happens(side), happens(without)];
    after.unshift({
      ...others,
      change: withIt.remaining - withoutIt.remaining,
      ofChannels: less(withIt.usedByChannel, withoutIt.usedByChannel),
      ...(sameTopUps(withIt.topUps, withoutIt.topUps) ? {} : { topUps: withoutIt.topUps }),
    });
    side = without;
  }
  return keptVoidable(after);
}

/** One less the other, channel by channel; without those that are equal. */
function less(
  one: Readonly<Record<string, number>>,
  other: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const channels = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  const differences = channels.map(
    (channel) => [channel, channelAmount(one, channel) - channelAmount(other, channel)] as const,
  );
  return Object.fromEntries(differences.filter(([, difference]) => difference !== 0));
}
