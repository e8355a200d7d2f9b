import type { AllocationType } from './allocation.ts';
import type { Billing, Bought, PurchaseRun } from './bought.ts';
import { bounded } from './earlier-purchases.ts';
import { decimalOf, minorAmount, minorOf } from './money.ts';
import { billedUnits, type Charged, chargeBetween, isSamePrice, type OveragePrice } from './overage-charge.ts';

/**
 * A run is a series of purchases at one price. This many purchases are kept for each run, and only the last runs keep
 * any. A credit that reaches further back names its price and no case. Every row past the grants carries all of this,
 * and an update answers 500 rows in a payload of 2 MB.
 */
const MAX_CHARGED = 3;
const RUNS_THAT_REMEMBER = 2;

/**
 * Buys `units` more, charged to the case and row `by`. Purchases at one price in a row are billed together, so their
 * billing increments are rounded up once.
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
 * Credits `units` of what was bought in this period, the last purchase first, each at the price at which it was
 * charged. One billing for each price.
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

/** The runs below a new one: only the newest of them still know who was charged. */
const forgetful = (runs: readonly PurchaseRun[]): readonly PurchaseRun[] =>
  runs.map((run, index) => (index + RUNS_THAT_REMEMBER > runs.length ? run : { ...run, charged: [] }));

/** What these units cost at this price, in minor units of the currency. */
const costOf = (units: number, price: OveragePrice, unit: AllocationType): bigint =>
  minorAmount(billedUnits(units, price), price, unit);

const larger = (one: bigint, other: bigint): bigint => (one > other ? one : other);
const smaller = (one: bigint, other: bigint): bigint => (one < other ? one : other);

function reduced(run: PurchaseRun, back: number, unit: AllocationType): PurchaseRun {
  const units = run.units - back;
  // Runs that were joined may have been rounded up one by one: never credit more than was charged.
  const amount = units === 0 ? 0n : smaller(minorOf(run.amount), costOf(units, run.price, unit));
  let rest = back;
  const charged = run.charged.toReversed().flatMap((one) => {
    const ofThis = Math.min(rest, one.units);
    rest -= ofThis;
    return ofThis === one.units ? [] : [{ ...one, units: one.units - ofThis }];
  });
  return { ...run, units, amount: decimalOf(amount, run.price.currency), charged: charged.toReversed() };
}

/** The charges that the last `back` units of the run belong to. */
function creditedBy({ charged }: PurchaseRun, back: number): readonly Charged[] {
  let rest = back;
  return charged.toReversed().flatMap(({ caseId, seq, units }) => {
    if (rest <= 0) return [];
    rest -= units;
    return [{ caseId, seq }];
  });
}
