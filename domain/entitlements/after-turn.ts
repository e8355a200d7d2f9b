import { boughtOfChannel } from '../terms/bought.ts';
import type { EntitlementDetails } from '../terms/details.ts';
import { rolledOver } from '../terms/periods.ts';
import { topUpTotal } from '../terms/top-ups.ts';
import { channelAmount, remainingTerm } from './balance.ts';
import type { Entitlement } from './entitlement.ts';

/** What an amendment has added: cases or minutes that remain, and by channel those that count as used. */
interface Added {
  readonly change: number;
  readonly ofChannels: Readonly<Record<string, number>>;
}

/** A contract with an amendment or without it, at the end of a period. */
interface Side {
  readonly details: EntitlementDetails;
  readonly remaining: number;
  readonly usedByChannel: Readonly<Record<string, number>>;
}

/**
 * What each amendment that can be voided will have added once the period has turned: what the contract then has with it,
 * less what it would have without it. Counts what rolls over. In the order of `amendments`; to be asked before the turn.
 */
export function addedAfterTurn(entitlement: Entitlement): readonly Added[] {
  const { details, usedByChannel, amendments = [] } = entitlement;
  let side: Side = { details, remaining: remainingTerm(entitlement) ?? 0, usedByChannel };
  const added: Added[] = [];
  for (const one of amendments.toReversed()) {
    const without: Side = {
      details: { ...side.details, ...one.before },
      remaining: side.remaining - one.change,
      usedByChannel: less(side.usedByChannel, one.ofChannels),
    };
    added.unshift({
      change: termAfterTurn(entitlement, side) - termAfterTurn(entitlement, without),
      ofChannels: less(usedAfterTurn(entitlement, side), usedAfterTurn(entitlement, without)),
    });
    side = without;
  }
  return added;
}

/** The most that rolls over out of the present period. */
export const rolloverCapOf = ({ details, period }: Pick<Entitlement, 'details' | 'period'>): number =>
  period?.isPaused === true ? 0 : details.rolloverCap;

function termAfterTurn(entitlement: Entitlement, { details, remaining }: Side): number {
  const ofTopUps = Math.max(0, Math.min(remaining, topUpTotal(entitlement.topUps)));
  return (details.totalTerm ?? 0) + rolledOver(remaining - ofTopUps, rolloverCapOf(entitlement)) + ofTopUps;
}

/** What counts as used of each channel once the period has turned: less than 0 for what rolled over. */
export function usedAfterTurn(
  entitlement: Entitlement,
  { details, usedByChannel }: Pick<Side, 'details' | 'usedByChannel'> = entitlement,
): Readonly<Record<string, number>> {
  const carried = details.channels.flatMap(({ channel, totalTerm }) => {
    const total = (totalTerm ?? 0) + boughtOfChannel(entitlement.bought, channel);
    const over = rolledOver(total - channelAmount(usedByChannel, channel), rolloverCapOf(entitlement));
    return over === 0 ? [] : [[channel, -over] as const];
  });
  return Object.fromEntries(carried);
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
