import type { OveragePrice } from '../../../domain/terms/overage-charge.ts';

/**
 * A slow ledger that is right at a glance, to hold the domain against. It keeps the list of all that happened, and
 * computes everything anew from the whole list, unit by unit, whenever it is asked: no aggregates, no runs, no
 * shortcuts.
 */

export interface Channel {
  readonly name: string;
  /** Null: it has the whole total. */
  readonly total: number | null;
}

/** The contract as it is written at a moment. */
export interface Terms {
  readonly total: number;
  readonly rollover: number;
  readonly channels: readonly Channel[];
}

export interface Purchaser {
  readonly id: string;
  /** Null: what goes past the grants is owed. */
  readonly price: OveragePrice | null;
}

export type Entry =
  | { readonly kind: 'terms'; readonly terms: Terms }
  | { readonly kind: 'turn' }
  | { readonly kind: 'top-up'; readonly amount: number; readonly expires: number | null }
  | { readonly kind: 'expiry'; readonly day: number }
  /** The case takes `takes` in all from now on. */
  | { readonly kind: 'case'; readonly by: Purchaser; readonly channel: string | null; readonly takes: number };

interface Part {
  taken: number;
  over: number;
}

interface CaseSoFar {
  channel: string | null;
  now: Part;
  earlier: Part;
}

/** What is left to credit of one price of the periods before. */
interface Settled {
  readonly price: OveragePrice;
  units: number;
  minor: number;
}

export class PlainLedger {
  readonly entries: Entry[] = [];
  private readonly perHour: boolean;

  constructor(perHour: boolean) {
    this.perHour = perHour;
  }

  note(entry: Entry): void {
    this.entries.push(entry);
  }

  /** Everything anew from the first entry on. */
  read(): Reading {
    const reading = new Reading(this.perHour);
    for (const entry of this.entries) reading.take(entry);
    return reading;
  }
}

export class Reading {
  terms: Terms = { total: 0, rollover: 0, channels: [] };
  /** Granted and not taken; below 0: owed, or a total that was lowered later. */
  remaining = 0;
  /** One price for each unit that is bought in this period, the last purchase last. */
  bought: OveragePrice[] = [];
  owed = 0;
  forgiven = 0;
  settled: Settled[] = [];
  topUps: { amount: number; expires: number | null }[] = [];
  /** Units that each channel took in this period, less what rolled over, and those it bought past its own total. */
  private readonly used = new Map<string, number>();
  private readonly excess = new Map<string, number>();
  private readonly cases = new Map<string, CaseSoFar>();
  private readonly perHour: boolean;

  constructor(perHour: boolean) {
    this.perHour = perHour;
  }

  /** What all charges less all credits come to, by currency, in minor units. */
  get bill(): Readonly<Record<string, number>> {
    const sums: Record<string, number> = {};
    const add = (currency: string, minor: number) => {
      sums[currency] = (sums[currency] ?? 0) + minor;
    };
    for (const { price, minor } of this.settled) add(price.currency, minor);
    for (const { price, units } of runsOf(this.bought)) add(price.currency, this.cost(units, price));
    return Object.fromEntries(Object.entries(sums).filter(([, minor]) => minor !== 0));
  }

  get taken(): number {
    return [...this.cases.values()].reduce((sum, { now, earlier }) => sum + now.taken + earlier.taken, 0);
  }

  leftOf(channel: string): number | null {
    const row = this.terms.channels.find(({ name }) => name === channel);
    if (row === undefined) return null;
    return row.total === null ? this.remaining : row.total + get(this.excess, channel) - get(this.used, channel);
  }

  private ownLeft(channel: string | null): number {
    const row = this.terms.channels.find(({ name }) => name === channel);
    return row === undefined || row.total === null ? Number.POSITIVE_INFINITY : (this.leftOf(row.name) ?? 0);
  }

  take(entry: Entry): void {
    if (entry.kind === 'terms') {
      this.remaining += entry.terms.total - this.terms.total;
      this.terms = entry.terms;
    } else if (entry.kind === 'turn') this.turn();
    else if (entry.kind === 'top-up') {
      this.topUps = [...this.topUpsLeft(), { amount: entry.amount, expires: entry.expires }].sort(byExpiry);
      this.remaining += entry.amount;
    } else if (entry.kind === 'expiry') {
      const left = this.topUpsLeft();
      const isOver = ({ expires }: { expires: number | null }) => expires !== null && expires < entry.day;
      if (!this.topUps.some(isOver)) return;
      this.remaining -= sumOf(left.filter(isOver).map(({ amount }) => amount));
      this.topUps = left.filter((topUp) => !isOver(topUp));
    } else this.changeOfCase(entry);
  }

  /** Top-ups are used after the allotment, the first to expire first. */
  private topUpsLeft() {
    let unused = Math.max(0, Math.min(this.remaining, sumOf(this.topUps.map(({ amount }) => amount))));
    return this.topUps
      .toReversed()
      .flatMap(({ amount, expires }) => {
        const left = Math.min(unused, amount);
        unused -= left;
        return left === 0 ? [] : [{ amount: left, expires }];
      })
      .toReversed();
  }

  private turn(): void {
    const { total, rollover, channels } = this.terms;
    const topUps = this.topUpsLeft();
    const ofTopUps = sumOf(topUps.map(({ amount }) => amount));
    const rolled = (left: number) => Math.max(0, Math.min(left, rollover));
    this.forgiven += Math.min(this.owed, Math.max(0, -this.remaining));
    this.owed = 0;
    const over = channels.map(({ name, total: own }) => {
      const left = (own ?? total) + get(this.excess, name) - get(this.used, name);
      return [name, -rolled(left)] as const;
    });
    this.remaining = total + ofTopUps + rolled(this.remaining - ofTopUps);
    this.topUps = topUps;
    this.used.clear();
    this.excess.clear();
    for (const [name, units] of over) this.used.set(name, units);
    for (const { price, units } of runsOf(this.bought)) this.settle(price, units, this.cost(units, price));
    this.bought = [];
    for (const one of this.cases.values()) {
      one.earlier = { taken: one.earlier.taken + one.now.taken, over: one.earlier.over + one.now.over };
      one.now = { taken: 0, over: 0 };
    }
  }

  private settle(price: OveragePrice, units: number, minor: number): void {
    const same = this.settled.find((one) => isSame(one.price, price));
    this.settled = this.settled.filter((one) => one !== same);
    this.settled.push({ price, units: units + (same?.units ?? 0), minor: minor + (same?.minor ?? 0) });
  }

  private changeOfCase({ by, channel, takes }: Extract<Entry, { kind: 'case' }>): void {
    const one = this.cases.get(by.id) ?? { channel, now: { taken: 0, over: 0 }, earlier: { taken: 0, over: 0 } };
    this.cases.set(by.id, one);
    const taken = one.now.taken + one.earlier.taken;
    if (one.channel !== channel) this.moveOfCase(one, by, channel, takes);
    else if (takes <= taken) this.giveBack(one, by, taken - takes);
    else {
      one.now.over += this.takeUnits(takes - taken, channel, by.price);
      one.now.taken += takes - taken;
    }
  }

  /** The old channel gets back what was taken in this period; what was bought for it is not billed anew. */
  private moveOfCase(one: CaseSoFar, by: Purchaser, channel: string | null, takes: number): void {
    const kept = Math.min(one.earlier.taken, takes);
    const was = { ...one.now };
    if (takes === kept) {
      this.giveBack(one, by, one.now.taken + one.earlier.taken - takes);
      one.channel = channel;
      return;
    }
    const before = { bought: [...this.bought], owed: this.owed };
    this.giveBack(one, by, one.now.taken);
    const inTransit = before.bought.slice(this.bought.length).toReversed();
    one.channel = channel;
    const units = takes - kept;
    const more = Math.max(0, units - was.taken);
    const short = Math.max(0, units - Math.max(0, this.ownLeft(channel)));
    // What it had within the total stays within, unless its new row is short.
    const most = Math.max(inTransit.length + before.owed - this.owed + more, short) - short;
    const past = this.takeUnits(units, channel, by.price, { most, inTransit });
    one.now = { taken: units, over: Math.min(past, Math.max(was.over + more, short)) };
  }

  /** One unit after the other: what is there, else it is bought or owed. Returns how many were. */
  private takeUnits(
    units: number,
    channel: string | null,
    price: OveragePrice | null,
    { most, inTransit }: { most: number; inTransit: OveragePrice[] } = {
      most: Number.POSITIVE_INFINITY,
      inTransit: [],
    },
  ): number {
    let past = 0;
    let pastTotal = 0;
    for (let unit = 0; unit < units; unit++) {
      const isShort = this.ownLeft(channel) <= 0;
      const isPast = isShort || (this.remaining <= 0 && pastTotal < most);
      if (isPast) past += 1;
      if (isPast && !isShort) pastTotal += 1;
      const paid = isPast ? (inTransit.pop() ?? price) : null;
      if (paid !== null) {
        if (isShort && channel !== null) add(this.excess, channel, 1);
        this.bought.push(paid);
      } else {
        if (isPast) this.owed += 1;
        this.remaining -= 1;
      }
      if (channel !== null) add(this.used, channel, 1);
    }
    return past;
  }

  private giveBack(one: CaseSoFar, by: Purchaser, units: number): void {
    const ofNow = Math.min(units, one.now.taken);
    let raised = 0;
    for (let unit = 0; unit < ofNow; unit++) {
      if (one.channel !== null) {
        add(this.used, one.channel, -1);
        if (get(this.excess, one.channel) > 0) add(this.excess, one.channel, -1);
      }
      if (this.bought.length > sumOf([...this.excess.values()])) this.bought.pop();
      else raised += 1;
    }
    const standing = this.terms.channels.reduce((sum, { name }) => sum + Math.max(0, -finite(this.ownLeft(name))), 0);
    this.owed -= Math.min(raised, Math.max(0, this.owed - standing));
    this.remaining += raised;
    one.now = { taken: one.now.taken - ofNow, over: Math.max(0, one.now.over - ofNow) };
    this.giveBackEarlier(one, by, units - ofNow);
  }

  /** What was bought in an earlier period is credited, what was owed was forgiven: only the rest is term again. */
  private giveBackEarlier(one: CaseSoFar, { price }: Purchaser, units: number): void {
    const over = Math.min(units, one.earlier.over);
    one.earlier = { taken: one.earlier.taken - units, over: one.earlier.over - over };
    const noTerm = price === null ? Math.min(over, this.forgiven) : this.credit(over, price);
    if (price === null) this.forgiven -= noTerm;
    this.remaining += units - noTerm;
    if (one.channel !== null) add(this.used, one.channel, noTerm - units);
  }

  private credit(units: number, price: OveragePrice): number {
    let left = units;
    const own = this.settled.filter((one) => isSame(one.price, price));
    for (const one of [...own, ...this.settled.filter((other) => !own.includes(other)).toReversed()]) {
      const back = Math.min(left, one.units);
      one.minor -= back === one.units ? one.minor : Math.floor((one.minor * back) / one.units);
      one.units -= back;
      left -= back;
    }
    this.settled = this.settled.filter((one) => one.units > 0);
    return units - left;
  }

  /** Minor units, half up: the currencies of the test have 2 decimal places, or none. */
  private cost(units: number, { unitPrice, currency, billingIncrementMinutes: step }: OveragePrice): number {
    const billedUnits = Math.ceil(units / step) * step;
    const tenThousandths = Math.round(Number(unitPrice) * 10_000);
    const per = (currency === 'JPY' ? 10_000 : 100) * (this.perHour ? 60 : 1);
    return Math.floor((2 * tenThousandths * billedUnits + per) / (2 * per));
  }
}

function runsOf(prices: readonly OveragePrice[]): { price: OveragePrice; units: number }[] {
  const runs: { price: OveragePrice; units: number }[] = [];
  for (const price of prices) {
    const last = runs.at(-1);
    if (last !== undefined && isSame(last.price, price)) last.units += 1;
    else runs.push({ price, units: 1 });
  }
  return runs;
}

const isSame = (one: OveragePrice, other: OveragePrice): boolean => JSON.stringify(one) === JSON.stringify(other);
const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);
const get = (map: ReadonlyMap<string, number>, name: string): number => map.get(name) ?? 0;
const add = (map: Map<string, number>, name: string, units: number): Map<string, number> =>
  map.set(name, get(map, name) + units);
const finite = (left: number): number => (Number.isFinite(left) ? left : 0);
const byExpiry = (one: { expires: number | null }, other: { expires: number | null }): number =>
  (one.expires ?? Number.MAX_SAFE_INTEGER) - (other.expires ?? Number.MAX_SAFE_INTEGER);
