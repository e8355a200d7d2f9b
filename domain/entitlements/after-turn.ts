import { boughtOfChannel } from '../terms/bought.ts';
import { rolledOver } from '../terms/periods.ts';
import { topUpsLeft, topUpTotal } from '../terms/top-ups.ts';
import { channelAmount } from './balance.ts';
import type { Entitlement } from './entitlement.ts';
import type { Side } from './without-amendments.ts';

/** A side of the contract once the period has turned: its allotment is granted anew, and some of the old one rolls over. */
export function sideAfterTurn(entitlement: Entitlement, side: Side): Side {
  const { details, usedByChannel, remaining, topUps } = side;
  const left = topUpsLeft(topUps, remaining);
  const ofTopUps = topUpTotal(left);
  const granted = (details.totalTerm ?? 0) + rolledOver(remaining - ofTopUps, rolloverCapOf(entitlement));
  return {
    details,
    remaining: granted + ofTopUps,
    usedByChannel: usedAfterTurn(entitlement, { details, usedByChannel }),
    topUps: left,
  };
}

/** The most that rolls over out of the present period. */
export const rolloverCapOf = ({ details, period }: Pick<Entitlement, 'details' | 'period'>): number =>
  period?.isPaused === true ? 0 : details.rolloverCap;

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
