import type { AllocationType } from './allocation.ts';
import { decimalOf, minorAmount, minorOf } from './money.ts';
import { billedUnits, type Charge, type Charged, isSamePrice, type OveragePrice } from './overage-charge.ts';

/**
 * What was taken past what was granted. Under `charge` it is bought: charged at once, and it takes nothing from later
 * grants. Otherwise it is owed until the period ends. Amounts of term are cases or minutes.
 */
export interface Bought {
  /** Counts the turns of periods, so that a case can tell in which period it took. */
  readonly turn: number;
  /** What was bought in this period, the last purchase last. */
  readonly runs: readonly PurchaseRun[];
  /** Of `runs` and by channel: what was bought because the channel's own total was used up. */
  readonly byChannel: Readonly<Record<string, number>>;
  /** What was taken past the grants in this period without being bought. */
  readonly owed: number;
  /** What was bought in earlier periods and can still be credited, by price, the newest last. */
  readonly earlier: readonly EarlierPurchases[];
  /** What was owed when periods turned, and did not come back since. */
  readonly forgiven: number;
}

/** Units bought in a row at one price. */
export interface PurchaseRun {
  readonly price: OveragePrice;
  readonly units: number;
  /** What they were charged, less what was credited: a decimal. */
  readonly amount: string;
  /** Who was charged last, with the units bought: as many as are remembered. */
  readonly charged: readonly (Charged & { readonly units: number })[];
}

export type EarlierPurchases = Omit<PurchaseRun, 'charged'>;

export const NOTHING_BOUGHT: Bought = { turn: 0, runs: [], byChannel: {}, owed: 0, earlier: [], forgiven: 0 };

/**
 * Purchases at changing prices that are kept apart in one period, and prices of earlier periods. Past it a run joins
 * the next one of the same price; where all prices differ, the oldest counts as one of an earlier period.
 */
export const MAX_PURCHASE_RUNS = 8;
/**
 * Purchases that a run remembers, and runs that remember any: a credit that reaches further back names its price alone.
 * Every row past the grants carries all of this, and an update answers 500 rows in a payload of 2 MB.
 */
const MAX_CHARGED = 3;
const RUNS_THAT_REMEMBER = 2;

/** Cases or minutes bought in this period. */
export const boughtUnits = (bought: Bought | undefined): number =>
  bought === undefined ? 0 : bought.runs.reduce((sum, { units }) => sum + units, 0);

export const boughtOfChannels = ({ byChannel }: Bought): number =>
  Object.values(byChannel).reduce((sum, units) => sum + units, 0);

export const boughtOfChannel = (bought: Bought | undefined, channel: string): number =>
  bought !== undefined && Object.hasOwn(bought.byChannel, channel) ? (bought.byChannel[channel] ?? 0) : 0;

export function withBoughtOfChannel(bought: Bought, channel: string | null, units: number): Bought {
  if (channel === null || units === boughtOfChannel(bought, channel)) return bought;
  const { [channel]: _before, ...others } = bought.byChannel;
  return { ...bought, byChannel: units === 0 ? others : { ...others, [channel]: units } };
}

/** Something that happened to the money: the units, and the charge, null where they are within a begun increment. */
export interface Billing {
  readonly bought: Bought;
  readonly units: number;
  readonly charge: Charge | null;
}

/**
 * Buys `units` more; at the price of the purchase before it they are billed together, so increments are rounded up
 * once.
 */
export function purchase(
  bought: Bought,
  units: number,
  price: OveragePrice,
  unit: AllocationType,
  by: Charged,
): Billing {
  const top = bought.runs.at(-1);
  const joins = top !== undefined && isSamePrice(top.price, price);
  const before: PurchaseRun = joins ? top : { price, units: 0, amount: decimalOf(0n, price.currency), charged: [] };
  const amount = larger(minorOf(before.amount), costOf(before.units + units, price, unit));
  const run: PurchaseRun = {
    price,
    units: before.units + units,
    amount: decimalOf(amount, price.currency),
    charged: [...before.charged, { ...by, units }].slice(-MAX_CHARGED),
  };
  const below = joins ? bought.runs.slice(0, -1) : forgetful(bought.runs);
  const runs = [...below, run];
  return { bought: bounded({ ...bought, runs }), units, charge: chargeBetween(before, run) };
}

/**
 * Gives back `units` of what was bought in this period, the last purchase first, each at the price that it was charged.
 */
export function creditPurchases(bought: Bought, units: number, unit: AllocationType): readonly Billing[] {
  const billings: Billing[] = [];
  let left = bought;
  for (let rest = units; rest > 0; ) {
    const run = left.runs.at(-1);
    if (run === undefined) break;
    const back = Math.min(rest, run.units);
    const after = reduced(run, back, unit);
    left = { ...left, runs: [...left.runs.slice(0, -1), ...(after.units === 0 ? [] : [after])] };
    const charge = chargeBetween(run, after);
    const credits = creditedBy(run, back);
    billings.push({
      bought: left,
      units: back,
      charge: charge === null || credits.length === 0 ? charge : { ...charge, credits },
    });
    rest -= back;
  }
  return billings;
}

/** The runs below a new one: the older of them forget who was charged. */
const forgetful = (runs: readonly PurchaseRun[]): readonly PurchaseRun[] =>
  runs.map((run, index) => (index + RUNS_THAT_REMEMBER > runs.length ? run : { ...run, charged: [] }));

/** What a purchase of this price costs in minor units. */
const costOf = (units: number, price: OveragePrice, unit: AllocationType): bigint =>
  minorAmount(billedUnits(units, price), price, unit);

const larger = (one: bigint, other: bigint): bigint => (one > other ? one : other);
const smaller = (one: bigint, other: bigint): bigint => (one < other ? one : other);

function reduced(run: PurchaseRun, back: number, unit: AllocationType): PurchaseRun {
  const units = run.units - back;
  // No more than was charged: runs that were joined may have been rounded up one by one.
  const amount = units === 0 ? 0n : smaller(minorOf(run.amount), costOf(units, run.price, unit));
  let rest = back;
  const charged = run.charged.toReversed().flatMap((one) => {
    const ofThis = Math.min(rest, one.units);
    rest -= ofThis;
    return ofThis === one.units ? [] : [{ ...one, units: one.units - ofThis }];
  });
  return { ...run, units, amount: decimalOf(amount, run.price.currency), charged: charged.toReversed() };
}

/** Whose charges the last `back` units were. */
function creditedBy({ charged }: PurchaseRun, back: number): readonly Charged[] {
  let rest = back;
  return charged.toReversed().flatMap(({ caseId, seq, units }) => {
    if (rest <= 0) return [];
    rest -= units;
    return [{ caseId, seq }];
  });
}

function chargeBetween(before: EarlierPurchases, after: EarlierPurchases): Charge | null {
  const { price } = after;
  const quantity = billedUnits(after.units, price) - billedUnits(before.units, price);
  const amount = minorOf(after.amount) - minorOf(before.amount);
  if (quantity === 0 && amount === 0n) return null;
  const { unitPrice, currency } = price;
  return { quantity, unitPrice, currency, amount: decimalOf(amount, currency) };
}

function bounded(bought: Bought): Bought {
  const { runs } = bought;
  if (runs.length <= MAX_PURCHASE_RUNS) return bought;
  for (const [index, run] of runs.entries()) {
    const next = runs.findIndex((other, place) => place > index && isSamePrice(run.price, other.price));
    const same = runs[next];
    if (same === undefined) continue;
    const joined = { ...same, ...sumOf(run, same) };
    return { ...bought, runs: runs.map((one) => (one === same ? joined : one)).filter((one) => one !== run) };
  }
  const [oldest, ...others] = runs;
  return oldest === undefined ? bought : { ...bought, runs: others, earlier: withSettled(bought.earlier, oldest) };
}

const sumOf = (one: EarlierPurchases, other: EarlierPurchases): EarlierPurchases => ({
  price: other.price,
  units: one.units + other.units,
  amount: decimalOf(minorOf(one.amount) + minorOf(other.amount), other.price.currency),
});

function withSettled(
  earlier: readonly EarlierPurchases[],
  { price, units, amount }: EarlierPurchases,
): readonly EarlierPurchases[] {
  const same = earlier.find((one) => isSamePrice(one.price, price));
  const added = { price, units, amount };
  const all = [...earlier.filter((one) => one !== same), same === undefined ? added : sumOf(same, added)];
  if (all.length <= MAX_PURCHASE_RUNS) return all;
  const [oldest, next, ...others] = all;
  if (oldest === undefined || next === undefined) return all;
  // Too many prices: the oldest charge becomes final where it cannot be added to the next one.
  const isSameCurrency = oldest.price.currency === next.price.currency;
  return [isSameCurrency ? sumOf(oldest, next) : { ...next, units: oldest.units + next.units }, ...others];
}

/**
 * What the turn of a period leaves: all that was bought is settled, and a debt is forgiven; `debt` is what is still
 * owed.
 */
export function boughtAfterTurn(bought: Bought, debt: number): Bought {
  return {
    turn: bought.turn + 1,
    runs: [],
    byChannel: {},
    owed: 0,
    earlier: bought.runs.reduce(withSettled, bought.earlier),
    forgiven: bought.forgiven + Math.min(bought.owed, debt),
  };
}

/**
 * Credits up to `units` of what was bought in earlier periods: first at the case's own price, then the newest. Each
 * gives a proportional share of its amount back, the last unit what is left of it.
 */
export function creditEarlierPurchases(bought: Bought, units: number, price: OveragePrice | null): readonly Billing[] {
  const own = price === null ? undefined : bought.earlier.find((one) => isSamePrice(one.price, price));
  const order = [...(own === undefined ? [] : [own]), ...bought.earlier.filter((one) => one !== own).toReversed()];
  const billings: Billing[] = [];
  let rest = units;
  let left = bought;
  for (const settled of order) {
    if (rest === 0) break;
    const back = Math.min(rest, settled.units);
    const charged = minorOf(settled.amount);
    const credit = back === settled.units ? charged : (charged * BigInt(back)) / BigInt(settled.units);
    const after = {
      ...settled,
      units: settled.units - back,
      amount: decimalOf(charged - credit, settled.price.currency),
    };
    left = {
      ...left,
      earlier: left.earlier.flatMap((one) => (one !== settled ? [one] : after.units === 0 ? [] : [after])),
    };
    billings.push({ bought: left, units: back, charge: chargeBetween(settled, after) });
    rest -= back;
  }
  return billings;
}
