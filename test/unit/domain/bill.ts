import { type CivilDate, dateAt, daysBetween, plusDays } from '../../../domain/calendar.ts';
import type { Entitlement } from '../../../domain/entitlements/entitlement.ts';
import { createEntitlement, evolve } from '../../../domain/entitlements/evolve.ts';
import type { LedgerRow } from '../../../domain/ledger/ledger-row.ts';
import { tenThousandthsOf } from '../../../domain/terms/contract-price.ts';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import { ID } from './samples.ts';

/** What was charged for each day, in ten-thousandths. */
type Days = ReadonlyMap<CivilDate, number>;

/** A stretch of days without its last one, `to`. */
interface Stretch {
  readonly from: CivilDate;
  readonly to: CivilDate;
}

/** A bill as it would be without an amendment that can still be voided. */
interface Without {
  readonly days: Days;
  readonly details: EntitlementDetails;
}

/** What a row credits, and the most that it may: both in ten-thousandths. */
interface Credit {
  readonly credited: number;
  readonly charged: number;
}

/**
 * The bill of a contract without pauses, day by day: a plain model beside the rules. The price of the term, or of each
 * period as it begins, is charged for the days that the contract covers, evenly.
 */
export class Bill {
  private entitlement: Entitlement;
  private days: Days = new Map();
  private readonly without = new Map<number, Without>();

  constructor(created: LedgerRow) {
    this.entitlement = createEntitlement(ID, created).entitlement;
  }

  /** What was charged in all. */
  get total(): number {
    return sumOf(this.days);
  }

  /** Reads the next row. Answers what an amendment or a void credits beside what may be credited at most. */
  read(row: LedgerRow): Credit | undefined {
    const before = this.entitlement;
    this.entitlement = evolve(before, row);
    if (row.kind === 'activated' || (row.kind === 'period_started' && !isForTerm(this.entitlement.details)))
      this.days = this.begun(this.days, this.entitlement.details);
    if (row.kind === 'period_started')
      for (const [n, { days, details }] of this.without)
        if (!isForTerm(details)) this.without.set(n, { days: this.begun(days, details), details });
    if (row.kind === 'amended') return this.amended(row, before.details);
    if (row.kind === 'amendment_voided') return this.voided(row);
    return undefined;
  }

  private amended({ facts }: LedgerRow, details: EntitlementDetails): Credit {
    const { n = 0, day = '' } = facts?.amendment ?? {};
    this.without.set(n, { days: this.days, details });
    const money = moneyOf(facts);
    const left = sumOf(this.days, day);
    const passed = new Map([...this.days].filter(([one]) => one < day));
    const after = this.entitlement.details;
    const { from, to } = this.covered(isForTerm(after) || isForTerm(details) ? 'term' : 'period', after);
    this.days = spread(passed, { from: earlierOf(from, day) === day ? from : day, to }, left + money);
    return { credited: -money, charged: left };
  }

  private voided({ facts }: LedgerRow): Credit {
    const n = facts?.amendment?.voids ?? 0;
    const known = this.without.get(n);
    if (known === undefined) throw new Error(`Amendment ${n} is not on the bill.`);
    const charged = this.total - sumOf(known.days);
    this.days = known.days;
    this.without.delete(n);
    return { credited: -moneyOf(facts), charged };
  }

  /** With what the term or the present period costs. */
  private begun(days: Days, details: EntitlementDetails): Days {
    const { price = null } = details;
    if (price === null) return days;
    const whole = this.whole(price.per, details);
    const covered = this.covered(price.per, details);
    const part = lengthOf(covered) / lengthOf(whole);
    return spread(days, covered, Number(tenThousandthsOf(price.amount)) * part);
  }

  private whole(per: 'term' | 'period', { startDate, endDate, timeZone }: EntitlementDetails): Stretch {
    const { period } = this.entitlement;
    if (per === 'term' || period === null) return { from: startDate, to: plusDays(endDate, 1) };
    return { from: dateAt(period.startsAt, timeZone), to: dateAt(period.endsAt, timeZone) };
  }

  private covered(per: 'term' | 'period', details: EntitlementDetails): Stretch {
    const { from, to } = this.whole(per, details);
    const end = plusDays(details.endDate, 1);
    return { from, to: earlierOf(end, to) };
  }
}

const earlierOf = (one: CivilDate, other: CivilDate): CivilDate => {
  const isFirst = one < other;
  return isFirst ? one : other;
};
const isForTerm = ({ price = null }: EntitlementDetails): boolean => price?.per === 'term';
const moneyOf = (facts: LedgerRow['facts']): number => Number(tenThousandthsOf(facts?.money?.amount ?? '0'));
const lengthOf = ({ from, to }: Stretch): number => Math.max(0, daysBetween(from, to));

const sumOf = (days: Days, from: CivilDate = ''): number =>
  [...days].reduce((sum, [day, amount]) => (day < from ? sum : sum + amount), 0);

/** With an amount more, evenly for each day of the stretch. */
function spread(days: Days, stretch: Stretch, amount: number): Days {
  const length = lengthOf(stretch);
  const next = new Map(days);
  for (let index = 0; index < length; index++) {
    const day = plusDays(stretch.from, index);
    next.set(day, (next.get(day) ?? 0) + amount / length);
  }
  return next;
}
