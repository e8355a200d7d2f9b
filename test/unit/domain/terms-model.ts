import { dateAt, type EpochMs, plusDays, startOfDay } from '../../../domain/calendar.ts';
import { caseId } from '../../../domain/ids.ts';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import type { OveragePrice } from '../../../domain/terms/overage-charge.ts';
import { chargeAmount } from '../../../domain/terms/overage-charge.ts';
import { Book } from './book.ts';
import { type Channel, PlainLedger, type Purchaser } from './plain-ledger.ts';
import {
  attach,
  cancel,
  decrement,
  detailsWith,
  type Happening,
  instant,
  reactivate,
  resolve,
  update,
} from './samples.ts';
import type { Overage, Plan, Step } from './terms-plans.ts';

const START = instant('2026-06-01T12:00Z');

interface KnownCase {
  status: 'active' | 'resolved' | 'canceled';
  minutes: number;
  channel: string | null;
  decrements: boolean;
  counted: boolean;
  on: 'creation' | 'resolution';
  price: OveragePrice | null;
}

interface Ahead {
  readonly amount: number;
  readonly starts: EpochMs;
  readonly expires: EpochMs | null;
}

/** One life, played on the domain and on the plain ledger side by side. */
export class Life {
  readonly book: Book;
  readonly plain: PlainLedger;
  private readonly plan: Plan;
  private readonly cases = new Map<string, KnownCase>();
  private ahead: Ahead[] = [];
  private total: number;
  private webTotal: number;
  private overage: Overage;

  constructor(plan: Plan) {
    this.plan = plan;
    this.total = plan.total;
    this.webTotal = plan.webTotal;
    this.overage = plan.overage;
    this.plain = new PlainLedger(plan.unit === 'hours');
    this.book = new Book(this.details(), START);
    this.book.command({ kind: 'activate' });
    this.noteTerms();
  }

  private get size(): number {
    return this.plan.unit === 'hours' ? 30 : 1;
  }

  private channels(): readonly Channel[] {
    if (this.plan.channels === 'none') return [];
    const own = this.webTotal < this.total ? this.webTotal * this.size : null;
    return [
      { name: 'web', total: own },
      { name: 'email', total: null },
    ];
  }

  private details(): EntitlementDetails {
    const { unit, on, hold, period, rollover } = this.plan;
    const totalTerm = this.total * this.size;
    return detailsWith({
      allocationType: unit,
      decreaseRemainingOn: on,
      hold: hold && on === 'resolution',
      totalTerm,
      period,
      rolloverCap: period === null ? 0 : rollover * this.size,
      channels: this.channels().map(({ name, total }) => ({ channel: name, totalTerm: total ?? totalTerm })),
      restrict: this.overage === 'block',
      overagePrice: this.price(),
    });
  }

  private price(): OveragePrice | null {
    if (typeof this.overage === 'string') return null;
    const { price, currency, step } = this.overage;
    return { unitPrice: price, currency, billingIncrementMinutes: this.plan.unit === 'hours' ? step : 1 };
  }

  private noteTerms(): void {
    const { totalTerm, rolloverCap } = this.details();
    this.plain.note({
      kind: 'terms',
      terms: { total: totalTerm ?? 0, rollover: rolloverCap, channels: this.channels() },
    });
  }

  /** Plays a step on both; returns the codes of the refusals for want of term: the domain's, and the plain ledger's. */
  play(step: Step): { readonly domain: string | undefined; readonly plain: string | undefined } {
    switch (step.do) {
      case 'pass':
        this.pass(step.days);
        return AGREED;
      case 'top-up':
        this.topUp(step);
        return AGREED;
      case 'edit':
        this.edit(step);
        return AGREED;
      default:
        return this.happens(step);
    }
  }

  private pass(days: number): void {
    const until = this.book.now + days * 86_400_000;
    for (let day = plusDays(dateAt(this.book.now, 'UTC'), 1); startOfDay(day, 'UTC') <= until; day = plusDays(day, 1)) {
      const at = startOfDay(day, 'UTC');
      if (day > '2026-12-31') break;
      this.plain.note({ kind: 'expiry', day: at });
      if (this.plan.period !== null && day.endsWith('-01')) this.plain.note({ kind: 'turn' });
      for (const { amount, expires } of this.ahead.filter(({ starts }) => starts === at))
        this.plain.note({ kind: 'top-up', amount, expires });
      this.ahead = this.ahead.filter(({ starts }) => starts > at);
    }
    this.book.passTo(until);
  }

  private topUp({ amount, startsIn, lasts }: Extract<Step, { do: 'top-up' }>): void {
    const today = dateAt(this.book.now, 'UTC');
    const startsOn = startsIn === null ? null : plusDays(today, startsIn);
    const expiresOn = lasts === null ? null : plusDays(startsOn ?? today, lasts);
    const size = amount * this.size;
    const command = { kind: 'top-up', amount: size, startsOn, expiresOn, price: null, currency: null } as const;
    if (this.book.command(command) !== undefined) return;
    const expires = expiresOn === null ? null : startOfDay(plusDays(expiresOn, 1), 'UTC') - 1;
    const starts = startsOn === null ? null : startOfDay(startsOn, 'UTC');
    if (starts !== null && starts > this.book.now) this.ahead.push({ amount: size, starts, expires });
    else this.plain.note({ kind: 'top-up', amount: size, expires });
  }

  private edit({
    total = this.total,
    webTotal = this.webTotal,
    overage: next = this.overage,
  }: Extract<Step, { do: 'edit' }>): void {
    if (this.book.command({ kind: 'deactivate' }) !== undefined) return;
    this.total = total;
    this.webTotal = webTotal;
    this.overage = next;
    const refused =
      this.book.command({ kind: 'edit', changes: this.details() }) ?? this.book.command({ kind: 'activate' });
    if (refused !== undefined) throw new Error(`An edit was refused: ${refused.detail}`);
    this.noteTerms();
  }

  private happens(step: Exclude<Step, { do: 'pass' | 'top-up' | 'edit' }>) {
    const known = this.cases.get(step.id);
    const wanted = this.wanted(step, known);
    const exhausted =
      wanted === undefined || step.do === 'resolve' ? undefined : this.exhaustedFor(step, known, wanted);
    const refused = this.book.happens(eventOf(step));
    const ofTerm = refused?.code === 'exhausted' || refused?.code === 'channel_exhausted' ? refused.code : undefined;
    if (refused !== undefined || wanted === undefined)
      return { domain: ofTerm, plain: refused !== undefined && ofTerm === undefined ? undefined : exhausted };
    if (step.do === 'detach') this.cases.delete(step.id);
    else this.cases.set(step.id, wanted);
    const by: Purchaser = { id: step.id, price: wanted.price };
    this.plain.note({
      kind: 'case',
      by,
      channel: wanted.channel,
      takes: step.do === 'detach' ? 0 : this.taken(wanted),
    });
    return { domain: ofTerm, plain: exhausted };
  }

  private taken({ counted, minutes: told }: KnownCase): number {
    return counted ? (this.plan.unit === 'cases' ? 1 : told) : 0;
  }

  private holds({ on, status, decrements, counted }: KnownCase): boolean {
    return this.plan.hold && on === 'resolution' && status === 'active' && decrements && !counted;
  }

  /** The case as the event would leave it; undefined where it does nothing. */
  private wanted(step: Step & { id: string }, known: KnownCase | undefined): KnownCase | undefined {
    if (step.do === 'attach') {
      if (known !== undefined) return undefined;
      const { channel: by, minutes: told, decrements } = step;
      const counted = decrements && this.plan.on === 'creation';
      return {
        status: 'active',
        minutes: told,
        channel: by,
        decrements,
        counted,
        on: this.plan.on,
        price: this.price(),
      };
    }
    if (known === undefined) return undefined;
    const { on, decrements, counted, status } = known;
    if (step.do === 'resolve')
      return {
        ...known,
        status: 'resolved',
        minutes: step.minutes,
        counted: counted || (decrements && on === 'resolution'),
      };
    if (step.do === 'cancel') return { ...known, status: 'canceled', counted: false };
    if (step.do === 'detach') return { ...known, counted: false };
    if (step.do === 'decrement') return { ...known, counted: true };
    if (step.do === 'reactivate') {
      const again = on === 'creation' && (status === 'canceled' ? decrements : counted);
      return { ...known, status: 'active', counted: again };
    }
    if (step.do !== 'update') return undefined;
    const next = {
      ...known,
      ...(step.minutes === undefined ? {} : { minutes: step.minutes }),
      ...(step.channel === undefined ? {} : { channel: step.channel }),
      ...(step.decrements === undefined ? {} : { decrements: step.decrements }),
    };
    return { ...next, counted: next.decrements && counted };
  }

  /** Under block: what takes or reserves anew needs something left in all, and of its channel. */
  private exhaustedFor(
    step: Step & { id: string },
    known: KnownCase | undefined,
    wanted: KnownCase,
  ): string | undefined {
    if (this.overage !== 'block') return undefined;
    if (step.do === 'attach' && step.overrides) return undefined;
    const claims = (one: KnownCase) => one.counted || this.holds(one);
    const isNew = known === undefined || (claims(wanted) && !claims(known));
    const changesChannel = step.do === 'update' && known !== undefined && known.channel !== wanted.channel;
    const reading = this.plain.read();
    const held = [...this.cases.values()].filter((one) => this.holds(one));
    const heldIn = (list: readonly KnownCase[]) =>
      list.reduce((sum, one) => sum + this.taken({ ...one, counted: true }), 0);
    const own = this.channels().find(({ name }) => name === wanted.channel)?.total ?? null;
    const ofChannel = own === null || wanted.channel === null ? null : (reading.leftOf(wanted.channel) ?? 0);
    const isShort = ofChannel !== null && ofChannel - heldIn(held.filter((one) => one.channel === wanted.channel)) < 1;
    if (changesChannel) return isShort ? 'channel_exhausted' : undefined;
    if (!isNew) return undefined;
    if (isShort) return 'channel_exhausted';
    return reading.remaining - heldIn(held) < 1 ? 'exhausted' : undefined;
  }

  /** What the domain says, in the plain ledger's words. */
  ofDomain() {
    const { entitlement, rows } = this.book;
    const bill: Record<string, bigint> = {};
    for (const { charge } of rows) {
      if (charge === null) continue;
      const minor = BigInt(chargeAmount(charge, this.plan.unit).replace('.', ''));
      bill[charge.currency] = (bill[charge.currency] ?? 0n) + minor;
    }
    return {
      remaining: this.book.remaining,
      sumOfChanges: rows.reduce((sum, { change }) => sum + change, 0),
      channels: this.channels().map(({ name }) => this.book.remainingOf(name)),
      bought: (entitlement.bought?.runs ?? []).reduce((sum, { units }) => sum + units, 0),
      taken: rows.reduce((sum, row) => sum + (row.caseId === null ? 0 : (row.useChange ?? -row.change)), 0),
      bill: Object.fromEntries(
        Object.entries(bill).flatMap(([currency, minor]) => (minor === 0n ? [] : [[currency, Number(minor)]])),
      ),
    };
  }

  ofPlain() {
    const reading = this.plain.read();
    return {
      remaining: reading.remaining,
      sumOfChanges: reading.remaining,
      channels: this.channels().map(({ name }) => reading.leftOf(name)),
      bought: reading.bought.length,
      taken: reading.taken,
      bill: reading.bill,
    };
  }
}

/** What so many units cost at the contract's price, in minor units by currency. */
export function costOf({ overagePrice, allocationType }: EntitlementDetails, units: number): Record<string, number> {
  if (overagePrice === null || units === 0) return {};
  const { unitPrice, currency, billingIncrementMinutes: step } = overagePrice;
  const quantity = Math.ceil(units / step) * step;
  const minor = Number(chargeAmount({ quantity, unitPrice, currency }, allocationType).replace('.', ''));
  return minor === 0 ? {} : { [currency]: minor };
}

const AGREED = { domain: undefined, plain: undefined };

function eventOf(step: Exclude<Step, { do: 'pass' | 'top-up' | 'edit' }>): Happening {
  switch (step.do) {
    case 'attach': {
      const { id: of, channel: by, minutes: told, decrements, overrides } = step;
      return attach(of, { channel: by, minutes: told, decrements, overrides });
    }
    case 'resolve':
      return resolve(step.id, step.minutes);
    case 'cancel':
      return cancel(step.id);
    case 'reactivate':
      return reactivate(step.id);
    case 'decrement':
      return decrement(step.id);
    case 'detach':
      return { kind: 'detach', caseId: caseId(step.id) };
    case 'update': {
      const { do: _do, id: of, ...changes } = step;
      return update(of, changes);
    }
  }
}
