import { type CivilDate, dateAt, type EpochMs, endOfDay } from '../calendar.ts';
import { lifeRow, type Origin, type RowDraft, type RowFacts } from '../ledger/ledger-row.ts';
import { type Decided, invalid, type Refusal, refuse } from '../refusals.ts';
import { AMENDABLE, type AmendmentChanges, type Effective, type Grant } from '../terms/amendments.ts';
import { type EntitlementDetails, problemWithDetails } from '../terms/details.ts';
import { moneyOf } from './amended-money.ts';
import { amendedDetails, changedTerms, problemWithUse } from './amended-terms.ts';
import { boughtOf, channelAmount } from './balance.ts';
import type { Entitlement } from './entitlement.ts';
import { standsStill } from './pause-time.ts';

/** An amendment at the moment at which it counts. */
interface Amending {
  readonly n: number;
  readonly effective: Effective;
  readonly changes: AmendmentChanges;
  readonly grant: Grant;
  /** The day from which it counts, in the entitlement's zone. */
  readonly day: CivilDate;
  /** The period turns at this very instant. */
  readonly isAtTurn: boolean;
}

/** The row of an amendment that counts now. Refuses what does not fit. */
export function amendedRow(entitlement: Entitlement, amending: Amending, origin: Origin): Decided<RowDraft> {
  const { n, effective, changes, grant, isAtTurn } = amending;
  const unpriced = amendedDetails(entitlement.details, changes);
  const day = countedFrom(entitlement, amending.day);
  const fits = problemWithDetails(unpriced) ?? problemWithChange(entitlement, unpriced, changes, amending.day);
  if (fits !== undefined) return { refused: fits };
  const { price, money, books } = moneyOf(entitlement, { after: unpriced, changes, day, isAtTurn });
  const details = price === null && entitlement.details.price === undefined ? unpriced : { ...unpriced, price };
  const overpriced = problemWithDetails(details);
  if (overpriced !== undefined) return { refused: overpriced };
  const terms = changedTerms(entitlement, { after: details, grant, day, isAtTurn });
  const { change, ofChannels, prorated } = terms;
  const amended = {
    ...entitlement,
    details,
    granted: entitlement.granted + change,
    usedByChannel: withUse(entitlement.usedByChannel, ofChannels),
  };
  const refused = problemWithUse(entitlement, amended, { after: details, grant, day, isAtTurn });
  if (refused !== undefined) return { refused };
  const facts: RowFacts = {
    amendment: { n, effective, day: amending.day, grant },
    details,
    before: changedFields(entitlement.details, details),
    money,
    ofChannels,
    books: { ...books, ...(prorated === undefined ? {} : { prorated }) },
    ...endOf(entitlement, details),
    ...currentBought(entitlement, change),
  };
  return lifeRow(origin, 'amended', facts, change);
}

/** The day from which days left are counted: while a pause moves the end, the day on which it began. */
function countedFrom(entitlement: Entitlement, day: CivilDate): CivilDate {
  const { pausedSince, details } = entitlement;
  if (pausedSince === undefined || !standsStill(entitlement)) return day;
  const since = dateAt(pausedSince, details.timeZone);
  return since < day ? since : day;
}

/** Writes down what is owed before the total changes; see `decideEdit`. */
export const currentBought = (entitlement: Entitlement, change: number): RowFacts =>
  change === 0 || entitlement.bought !== undefined ? {} : { bought: boughtOf(entitlement) };

/** The new end, where it changes. */
export function endOf(
  { details: before }: Entitlement,
  { endDate, timeZone }: EntitlementDetails,
): { endsAt?: EpochMs } {
  return endDate === before.endDate ? {} : { endsAt: endOfDay(endDate, timeZone) };
}

/** What counts as used of each channel, with more of some. */
export function withUse(
  used: Readonly<Record<string, number>>,
  more: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const sums = Object.entries(more).map(
    ([channel, amount]) => [channel, channelAmount(used, channel) + amount] as const,
  );
  return sums.length === 0 ? used : { ...used, ...Object.fromEntries(sums) };
}

/** The fields that differ, with their values before. */
function changedFields(before: EntitlementDetails, after: EntitlementDetails): AmendmentChanges {
  const fields = AMENDABLE.filter(
    (field) => JSON.stringify(before[field] ?? null) !== JSON.stringify(after[field] ?? null),
  );
  return Object.fromEntries(fields.map((field) => [field, before[field] ?? null]));
}

function problemWithChange(
  { details, renewedById }: Entitlement,
  after: EntitlementDetails,
  changes: AmendmentChanges,
  day: CivilDate,
): Refusal | undefined {
  if (after.endDate !== details.endDate && renewedById !== null)
    return refuse(
      'wrong_state',
      `The successor ${renewedById} begins where this one ends: endDate can no longer change.`,
      'endDate',
    ).refused;
  if (after.endDate < details.endDate && after.endDate < day)
    return invalid('endDate', `The amendment counts from ${day}: the entitlement cannot end before that.`);
  const { price: old = null } = details;
  const { price } = changes;
  if (old === null || price === undefined || price === null) return undefined;
  if (price.currency !== old.currency)
    return invalid('price.currency', `The price is in ${old.currency}: an amendment does not change the currency.`);
  if (price.per !== old.per) return invalid('price.per', `The price is for each ${old.per}: an amendment keeps that.`);
  return undefined;
}
