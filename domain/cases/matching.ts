import type { EpochMs } from '../calendar.ts';
import { available, channelAvailable } from '../entitlements/balance.ts';
import type { Entitlement } from '../entitlements/entitlement.ts';
import { isInGrace } from '../entitlements/grace.ts';
import { asOf } from '../entitlements/passing-of-time.ts';
import type { EntitlementId } from '../ids.ts';
import type { Refusal } from '../refusals.ts';
import { attachedTo, attachRefusal } from './attaching.ts';
import type { AttachEvent } from './case-event.ts';
import { roomFor } from './spill.ts';

/** An entitlement of the case's customer, as the database shows it. */
export interface Offer {
  readonly entitlement: Entitlement;
  readonly isDefault: boolean;
}

/** The case that each entitlement is asked about, without a once-only key. */
export type CaseQuestion = Omit<AttachEvent, 'key' | 'kind'>;

/** What one entitlement would do with a case. */
export interface Judgement extends Offer {
  /** Why its own workflow would refuse the case; undefined if it would take it. */
  readonly refused: Refusal | undefined;
  /** It has ended and takes cases in its grace. */
  readonly inGrace: boolean;
  /** Which of these it names, so that it is more specific than one that covers all. */
  readonly names: { readonly contact: boolean; readonly product: boolean; readonly channel: boolean };
  /**
   * Cases or minutes that would be left of the total, and of the channel's row, once it took the case. Null if
   * unlimited, if it would refuse the case, and for the channel if it has no row.
   */
  readonly remainingAfter: number | null;
  readonly channelRemainingAfter: number | null;
}

/**
 * What each of the offered entitlements that is active at `now`, or in its grace, would do with the case: the active ones
 * first, the most specific before the others. Whatever is due by `now` counts as done, even if the offer does not show it yet.
 */
export function judge(offers: readonly Offer[], question: CaseQuestion, now: EpochMs): readonly Judgement[] {
  const judgements: Judgement[] = [];
  for (const { entitlement: known, isDefault } of offers) {
    // The entitlement's newest row may have a later time than this machine's clock.
    const at = Math.max(now, known.updatedAt);
    const entitlement = asOf(known, at);
    const inGrace = isInGrace(entitlement, at);
    if ((entitlement.status === 'active' || inGrace) && !entitlement.deleted)
      judgements.push(judgementOf({ entitlement, isDefault, inGrace }, question, at));
  }
  return judgements.sort(inMatchingOrder);
}

/**
 * The entitlements that can take minutes of a spilled case beside its own, in the order of matching: those that cover
 * the case, count hours or nothing, and have something left. A grace is for cases of its own.
 */
export const othersToAsk = (offers: readonly Offer[], question: CaseQuestion, now: EpochMs): readonly EntitlementId[] =>
  judge(offers, question, now).flatMap(({ entitlement, refused, inGrace }) => {
    const { allocationType } = entitlement.details;
    const hasRoom = (roomFor(entitlement, { channel: question.channel, taken: 0, held: 0 }) ?? 1) > 0;
    return refused === undefined && !inGrace && allocationType !== 'cases' && hasRoom ? [entitlement.id] : [];
  });

function judgementOf(
  { entitlement, isDefault, inGrace }: Offer & Pick<Judgement, 'inGrace'>,
  question: CaseQuestion,
  now: EpochMs,
): Judgement {
  const { contactIds, productIds, channels, overagePrice } = entitlement.details;
  const { taken, held } = attachedTo(entitlement, question);
  const refused = attachRefusal(entitlement, question, now);
  // Under overage `charge` the case buys what is not available, so what remains does not go below 0.
  const least = overagePrice === null ? Number.NEGATIVE_INFINITY : 0;
  const left = (before: number | null) =>
    before === null || refused !== undefined ? null : Math.max(before - taken - held, Math.min(before, least));
  return {
    entitlement,
    isDefault,
    refused,
    inGrace,
    names: { contact: contactIds.length > 0, product: productIds.length > 0, channel: channels.length > 0 },
    remainingAfter: left(available(entitlement)),
    channelRemainingAfter: left(question.channel === null ? null : channelAvailable(entitlement, question.channel)),
  };
}

const inMatchingOrder = (one: Judgement, other: Judgement): number =>
  Number(one.inGrace) - Number(other.inGrace) || bySpecificity(one, other);

/** A named contact counts more than a named product, and that more than a named channel; then priority, start, id. */
const bySpecificity = (one: Judgement, other: Judgement): number =>
  specificity(other) - specificity(one) || byPriority(one.entitlement, other.entitlement);

const specificity = ({ names }: Judgement): number =>
  (names.contact ? 4 : 0) + (names.product ? 2 : 0) + (names.channel ? 1 : 0);

/** Why `other` comes after `first` in the order of matching, in words that follow "but". */
export function whyAfter(first: Judgement, other: Judgement): string {
  if (other.inGrace && !first.inGrace) return 'it has ended and takes cases only where no active one does.';
  if (specificity(first) > specificity(other))
    return `it is less specific: it names ${namedIn(other)}, and the one that took the case names ${namedIn(first)}.`;
  const [own, its] = [first.entitlement.details, other.entitlement.details];
  if (own.priority !== its.priority) return `its priority is ${its.priority}, after ${own.priority}.`;
  if (own.startDate !== its.startDate) return `it starts on ${its.startDate}, later than ${own.startDate}.`;
  return 'its id comes later, and everything that counts before that is the same.';
}

function namedIn({ names }: Judgement): string {
  const named = Object.entries(names).flatMap(([what, isNamed]) => (isNamed ? [`the ${what}`] : []));
  return named.length === 0 ? 'no contact, product or channel' : named.join(' and ');
}

/** The lower number first, then the oldest start date, then the id. */
const byPriority = (one: Entitlement, other: Entitlement): number =>
  one.details.priority - other.details.priority ||
  inOrder(one.details.startDate, other.details.startDate) ||
  inOrder(one.id, other.id);

const inOrder = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
