import type { Billing, Bought, EarlierPurchases } from './bought.ts';
import { decimalOf, minorOf } from './money.ts';
import { chargeBetween, isSamePrice, type OveragePrice } from './overage-charge.ts';

/**
 * How many runs of purchases are kept apart in one period, and how many prices of earlier periods. Beyond that a run
 * joins the next one of the same price; if all prices differ, the oldest run counts as a purchase of an earlier period.
 */
export const MAX_PURCHASE_RUNS = 8;

/**
 * What is left of `bought` after the turn of a period: all that was bought is settled, and the debt is forgiven. `debt`
 * is what is owed at that moment, in cases or minutes.
 */
export function boughtAfterTurn(bought: Bought, debt: number): Bought {
  return {
    turn: bought.turn + 1,
    runs: [],
    byChannel: {},
    owed: 0,
    earlier: bought.runs.reduce(withEarlier, bought.earlier),
    forgiven: bought.forgiven + Math.min(bought.owed, debt),
  };
}

/**
 * Credits up to `units` of what was bought in earlier periods: first at the case's own price, then the newest. Each
 * price gives back a proportional share of its amount, and its last unit gives back the rest.
 */
export function creditEarlierPurchases(bought: Bought, units: number, price: OveragePrice | null): readonly Billing[] {
  const own = price === null ? undefined : bought.earlier.find((one) => isSamePrice(one.price, price));
  const order = [...(own === undefined ? [] : [own]), ...bought.earlier.filter((one) => one !== own).toReversed()];
  const billings: Billing[] = [];
  let rest = units;
  let left = bought;
  for (const purchases of order) {
    if (rest === 0) break;
    const back = Math.min(rest, purchases.units);
    const charged = minorOf(purchases.amount);
    const credit = back === purchases.units ? charged : (charged * BigInt(back)) / BigInt(purchases.units);
    const after = {
      ...purchases,
      units: purchases.units - back,
      amount: decimalOf(charged - credit, purchases.price.currency),
    };
    left = {
      ...left,
      earlier: left.earlier.flatMap((one) => (one !== purchases ? [one] : after.units === 0 ? [] : [after])),
    };
    billings.push({ bought: left, units: back, charge: chargeBetween(purchases, after) });
    rest -= back;
  }
  return billings;
}

/** With no more than `MAX_PURCHASE_RUNS` runs, so that the state of a workflow stays small. */
export function bounded(bought: Bought): Bought {
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
  return oldest === undefined ? bought : { ...bought, runs: others, earlier: withEarlier(bought.earlier, oldest) };
}

const sumOf = (one: EarlierPurchases, other: EarlierPurchases): EarlierPurchases => ({
  price: other.price,
  units: one.units + other.units,
  amount: decimalOf(minorOf(one.amount) + minorOf(other.amount), other.price.currency),
});

function withEarlier(
  earlier: readonly EarlierPurchases[],
  { price, units, amount }: EarlierPurchases,
): readonly EarlierPurchases[] {
  const same = earlier.find((one) => isSamePrice(one.price, price));
  const added = { price, units, amount };
  const all = [...earlier.filter((one) => one !== same), same === undefined ? added : sumOf(same, added)];
  if (all.length <= MAX_PURCHASE_RUNS) return all;
  const [oldest, next, ...others] = all;
  if (oldest === undefined || next === undefined) return all;
  // Too many prices: the oldest joins the next one. In another currency its amount cannot be added, so it stays
  // charged.
  const isSameCurrency = oldest.price.currency === next.price.currency;
  return [isSameCurrency ? sumOf(oldest, next) : { ...next, units: oldest.units + next.units }, ...others];
}
