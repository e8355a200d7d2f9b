import type { Charge, Charged, OveragePrice } from './overage-charge.ts';

/**
 * What was taken past the grants. Under overage `charge` it is bought: charged at once, and it takes nothing from later
 * grants. Otherwise it is owed until the period ends. Amounts are cases or minutes.
 */
export interface Bought {
  /** How many periods have turned, so that a case can tell in which period it took. */
  readonly turn: number;
  /** What was bought in this period, the last purchase last. */
  readonly runs: readonly PurchaseRun[];
  /** The part of `runs` that was bought because a channel's own total was used up, by channel. */
  readonly byChannel: Readonly<Record<string, number>>;
  /** What was taken past the grants in this period without being bought. */
  readonly owed: number;
  /** What was bought in earlier periods and can still be credited, by price, the newest last. */
  readonly earlier: readonly EarlierPurchases[];
  /** What was owed when periods turned and has not come back since. */
  readonly forgiven: number;
}

/** Purchases one after the other at one price. */
export interface PurchaseRun {
  readonly price: OveragePrice;
  readonly units: number;
  /** What was charged for them less what was credited, a decimal. */
  readonly amount: string;
  /** The cases that were charged last, with the units that they bought. Only the newest few are remembered. */
  readonly charged: readonly (Charged & { readonly units: number })[];
}

/** Purchases of earlier periods at one price: whom they were charged to is no longer known. */
export type EarlierPurchases = Omit<PurchaseRun, 'charged'>;

/** One purchase or credit: its units, and its charge, which is null within an increment that was billed already. */
export interface Billing {
  /** What is bought afterwards. */
  readonly bought: Bought;
  readonly units: number;
  readonly charge: Charge | null;
}

export const NOTHING_BOUGHT: Bought = { turn: 0, runs: [], byChannel: {}, owed: 0, earlier: [], forgiven: 0 };

/** Cases or minutes bought in this period. */
export const boughtUnits = (bought: Bought | undefined): number =>
  bought === undefined ? 0 : bought.runs.reduce((sum, { units }) => sum + units, 0);

/** Cases or minutes bought in this period because channels' own totals were used up. */
export const boughtOfChannels = ({ byChannel }: Bought): number =>
  Object.values(byChannel).reduce((sum, units) => sum + units, 0);

/** The same for one channel. */
export const boughtOfChannel = (bought: Bought | undefined, channel: string): number =>
  bought !== undefined && Object.hasOwn(bought.byChannel, channel) ? (bought.byChannel[channel] ?? 0) : 0;

/** With the amount of one channel set to `units`. */
export function withBoughtOfChannel(bought: Bought, channel: string | null, units: number): Bought {
  if (channel === null || units === boughtOfChannel(bought, channel)) return bought;
  const { [channel]: _before, ...others } = bought.byChannel;
  return { ...bought, byChannel: units === 0 ? others : { ...others, [channel]: units } };
}
