import type { CivilDate, EpochMs } from '../calendar.ts';
import type { Money } from './contract-price.ts';
import type { EntitlementDetails } from './details.ts';
import type { DaySpan, ProratedDay } from './proration.ts';
import type { TopUp } from './top-ups.ts';

/** What an amendment can change of a running contract. */
export const AMENDABLE = [
  'totalTerm',
  'channels',
  'endDate',
  'slaId',
  'tier',
  'templateId',
  'restrict',
  'overagePrice',
  'productIds',
  'contactIds',
  'priority',
  'renewalPolicy',
  'price',
] as const satisfies readonly (keyof EntitlementDetails)[];
type Amendable = (typeof AMENDABLE)[number];

/** The fields that an amendment changes. A channel's total that is null means the whole total. */
export type AmendmentChanges = Partial<Pick<EntitlementDetails, Amendable>>;

/**
 * What a changed total grants of the present term or period. `full`: the whole difference. `prorated`: its part for the
 * days that are left. The next period always grants the new total.
 */
export const GRANTS = ['full', 'prorated'] as const;
export type Grant = (typeof GRANTS)[number];

/** When an amendment counts: at once, from the next period on, or from a day on, in the entitlement's zone. */
export type Effective = 'now' | 'next_period' | CivilDate;

/** An amendment that lies ahead. */
export interface AmendmentAhead {
  /** The amendment's number, 1, 2, 3 … per entitlement. */
  readonly n: number;
  readonly effective: Exclude<Effective, 'now'>;
  /** When it counts; null: when the present period turns, however a pause moves that. */
  readonly at: EpochMs | null;
  readonly grant: Grant;
  readonly changes: AmendmentChanges;
  /** Who asked for it, and why. */
  readonly by: string;
  readonly reason: string | null;
}

/**
 * What was charged for a stretch of days, evenly for each of them: an exact fraction of ten-thousandths, as two whole
 * numbers. It is rounded only where it becomes money, so amendments of one day add up.
 */
export interface Charged extends DaySpan {
  readonly numerator: string;
  readonly denominator: string;
}

/** The price as somebody last named it, with the total and the days for which it was named. */
export interface PriceBasis {
  readonly amount: string;
  /** Cases or minutes; null where nothing is counted. */
  readonly total: number | null;
  readonly days: number;
}

/** What amendments keep beside the details, to reckon the next one from. */
export interface AmendmentBooks {
  readonly charged?: Charged;
  readonly priceBasis?: PriceBasis;
  readonly prorated?: ProratedDay;
}

/** An amendment that can be voided: what it changed, and what was before. */
export interface Voidable {
  readonly n: number;
  readonly before: AmendmentChanges;
  /**
   * Cases or minutes that it added to what remains, and to what counts as used of a channel. After the turn of a period:
   * to what that period has, with what rolled over into it. After a top-up has expired: less what lapsed because of it.
   */
  readonly change: number;
  readonly ofChannels: Readonly<Record<string, number>>;
  /** The top-ups that there would be without it, and without those after it. Absent: the same as with it. */
  readonly topUps?: readonly TopUp[];
  readonly money: Money | null;
  /** Periods that have begun since. */
  readonly turns: number;
  readonly books: AmendmentBooks;
}

/** The most amendments that lie ahead, and the most of the newest that can be voided. */
export const MAX_AMENDMENTS_AHEAD = 20;
export const MAX_VOIDABLE = 20;
/** The size as JSON, in characters, of all that lie ahead or can be voided: keeps a workflow's state small. */
export const MAX_AMENDMENT_CHARS = 32_000;

/** Those of the voidable amendments that are kept: the newest one, and as many before it as are small enough. */
export function keptVoidable(voidable: readonly Voidable[]): readonly Voidable[] {
  const kept: Voidable[] = [];
  let chars = 0;
  for (const one of voidable.toReversed()) {
    chars += JSON.stringify(one).length;
    if (kept.length > 0 && (kept.length === MAX_VOIDABLE || chars > MAX_AMENDMENT_CHARS)) break;
    kept.unshift(one);
  }
  return kept;
}
