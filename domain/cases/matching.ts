import type { EpochMs } from '../calendar.ts';
import { available, channelAvailable } from '../entitlements/balance.ts';
import type { Entitlement } from '../entitlements/entitlement.ts';
import { asOf } from '../entitlements/passing-of-time.ts';
import type { EntitlementId } from '../ids.ts';
import type { PickedBy } from '../ledger/support-case.ts';
import type { Refusal } from '../refusals.ts';
import { attachedTo, attachRefusal } from './attaching.ts';
import type { AttachEvent } from './case-event.ts';
import { roomFor } from './spill.ts';

/** What the organisation says of cases that name no entitlement. */
export interface PickSettings {
  /** A new case gets its customer's default entitlement. */
  readonly autoApplyDefaultOnCaseCreate: boolean;
  /** A case whose customer, contact or product changes gets it too. */
  readonly autoApplyDefaultOnCaseUpdate: boolean;
  /** Else a case gets the most specific entitlement that takes it. */
  readonly matching: boolean;
}

/** An entitlement of the case's customer. */
export interface Offer {
  readonly entitlement: Entitlement;
  readonly isDefault: boolean;
}

/** What is asked of each: the case, without its once-only key. */
export type CaseQuestion = Omit<AttachEvent, 'key' | 'kind'>;

/** What one entitlement would do with a case. */
export interface Judgement extends Offer {
  /** Why its own workflow would refuse the case, or undefined. */
  readonly refused: Refusal | undefined;
  /** What it names that others leave open. */
  readonly names: { readonly contact: boolean; readonly product: boolean; readonly channel: boolean };
  /**
   * Cases or minutes that would be left of the total, and of the case's channel, once it took the case; null when
   * unlimited or without a row, and where it would refuse the case.
   */
  readonly remainingAfter: number | null;
  readonly channelRemainingAfter: number | null;
}

/** An entitlement to ask, and the rule that picks it. */
export interface Candidate {
  readonly entitlement: Entitlement;
  readonly rule: Exclude<PickedBy, 'named'>;
}

/**
 * Why a case has no entitlement: the organisation picks for nobody, the customer has nothing active, has no default
 * (and no matching is wanted), nothing covers the case, or what covers it is exhausted.
 */
export const NONE_REASONS = ['picking_is_off', 'none_active', 'no_default', 'none_covers', 'all_exhausted'] as const;
export type NoneReason = (typeof NONE_REASONS)[number];

/**
 * What each of the customer's entitlements that is active at `now` would do with the case, the most specific first.
 * What is due by `now` has happened, whether or not the offer shows it. An entitlement's own clock is never behind its
 * last row.
 */
export function judge(offers: readonly Offer[], question: CaseQuestion, now: EpochMs): readonly Judgement[] {
  const judgements: Judgement[] = [];
  for (const { entitlement: known, isDefault } of offers) {
    const at = Math.max(now, known.updatedAt);
    const entitlement = asOf(known, at);
    if (entitlement.status === 'active' && !entitlement.deleted)
      judgements.push(judgementOf({ entitlement, isDefault }, question, at));
  }
  return judgements.sort(bySpecificity);
}

/**
 * The entitlements that take the case, in the order in which they are asked: the customer's default, then the most
 * specific. The first one is the pick; another is asked only when something else was quicker. With `lastChances` those
 * follow that are exhausted as far as the offer knows.
 */
export function candidates(
  judgements: readonly Judgement[],
  settings: PickSettings,
  when: 'create' | 'update',
  lastChances = false,
): readonly Candidate[] {
  const taking = judgements.filter(({ refused }) => refused === undefined);
  const short = lastChances ? judgements.filter(isExhausted).slice(0, MAX_LAST_CHANCES) : [];
  const asked = [...taking, ...short];
  const defaults = appliesDefault(settings, when) ? asked.filter(({ isDefault }) => isDefault) : [];
  const others = settings.matching ? asked.filter((judgement) => !defaults.includes(judgement)) : [];
  return [
    ...defaults.map(({ entitlement }) => ({ entitlement, rule: 'default' as const })),
    ...others.map(({ entitlement }) => ({ entitlement, rule: 'matching' as const })),
  ];
}

/** Each costs a question to its workflow. */
const MAX_LAST_CHANCES = 10;

const appliesDefault = (settings: PickSettings, when: 'create' | 'update'): boolean =>
  when === 'create' ? settings.autoApplyDefaultOnCaseCreate : settings.autoApplyDefaultOnCaseUpdate;

/**
 * The entitlements that can take minutes of a case beside its own, in the order of matching: those that cover it, count
 * hours or nothing, and have something left.
 */
export const othersToAsk = (offers: readonly Offer[], question: CaseQuestion, now: EpochMs): readonly EntitlementId[] =>
  judge(offers, question, now).flatMap(({ entitlement, refused }) => {
    const { allocationType } = entitlement.details;
    const hasRoom = (roomFor(entitlement, { channel: question.channel, taken: 0, held: 0 }) ?? 1) > 0;
    return refused === undefined && allocationType !== 'cases' && hasRoom ? [entitlement.id] : [];
  });

/** Why there is no candidate, or why none of them took the case: then all that take it were used up meanwhile. */
export function whyNone(
  judgements: readonly Judgement[],
  settings: PickSettings,
  when: 'create' | 'update',
): NoneReason {
  const byDefault = appliesDefault(settings, when);
  if (!byDefault && !settings.matching) return 'picking_is_off';
  if (judgements.length === 0) return 'none_active';
  const asked = settings.matching ? judgements : judgements.filter(({ isDefault }) => isDefault);
  if (asked.length === 0) return 'no_default';
  return asked.some((judgement) => judgement.refused === undefined || isExhausted(judgement))
    ? 'all_exhausted'
    : 'none_covers';
}

/** Entitlements that an explanation names; the rest are counted. */
const MAX_NAMED_IN_WORDS = 3;

/** Why this one, in words, for the case's record. */
export function whyPicked({ entitlement, rule }: Candidate, judgements: readonly Judgement[]): string {
  if (rule === 'default') return "It is the customer's default entitlement.";
  const own = judgements.find((judgement) => judgement.entitlement.id === entitlement.id);
  const named = Object.entries(own?.names ?? {}).flatMap(([what, isNamed]) => (isNamed ? [what] : []));
  const taking = judgements.filter(({ refused }) => refused === undefined);
  const specific = named.length === 0 ? 'It covers all' : `It names the ${named.join(' and the ')}`;
  if (taking.length <= 1) return `${specific}, and no other takes the case.`;
  return `${specific}, the first of ${taking.length} that take the case (priority ${entitlement.details.priority}).`;
}

/** Why none, in words. */
export function whyNoneInWords(reason: NoneReason, judgements: readonly Judgement[]): string {
  const toTell = reason === 'all_exhausted' ? judgements.filter(isExhausted) : judgements;
  const refusals = toTell.flatMap(({ entitlement, refused }) =>
    refused === undefined ? [] : [`${entitlement.id}: ${refused.detail}`],
  );
  const more = refusals.length - MAX_NAMED_IN_WORDS;
  const told = [...refusals.slice(0, MAX_NAMED_IN_WORDS), ...(more > 0 ? [`and ${more} more`] : [])];
  return [NONE_IN_WORDS[reason], ...told].join(' ').slice(0, MAX_WORDS);
}

const MAX_WORDS = 500;
const NONE_IN_WORDS: Readonly<Record<NoneReason, string>> = {
  picking_is_off: 'The case names no entitlement, and the organisation picks none for it.',
  none_active: 'The customer has no active entitlement.',
  no_default: 'The customer has no default entitlement, and the organisation wants no matching.',
  none_covers: 'No active entitlement of the customer covers the case.',
  all_exhausted: 'What covers the case is exhausted.',
};

const isExhausted = ({ refused }: Judgement): boolean =>
  refused?.code === 'exhausted' || refused?.code === 'channel_exhausted';

function judgementOf({ entitlement, isDefault }: Offer, question: CaseQuestion, now: EpochMs): Judgement {
  const { contactIds, productIds, channels, overagePrice } = entitlement.details;
  const { taken, held } = attachedTo(entitlement, question);
  const refused = attachRefusal(entitlement, question, now);
  const least = overagePrice === null ? Number.NEGATIVE_INFINITY : 0;
  // Past what is available the case is bought: it leaves nothing less.
  const left = (before: number | null) =>
    before === null || refused !== undefined ? null : Math.max(before - taken - held, Math.min(before, least));
  return {
    entitlement,
    isDefault,
    refused,
    names: { contact: contactIds.length > 0, product: productIds.length > 0, channel: channels.length > 0 },
    remainingAfter: left(available(entitlement)),
    channelRemainingAfter: left(question.channel === null ? null : channelAvailable(entitlement, question.channel)),
  };
}

/** A named contact counts before a named product, that before a named channel; then priority, oldest start, id. */
const bySpecificity = (one: Judgement, other: Judgement): number =>
  specificity(other) - specificity(one) || byPriority(one.entitlement, other.entitlement);

const specificity = ({ names }: Judgement): number =>
  (names.contact ? 4 : 0) + (names.product ? 2 : 0) + (names.channel ? 1 : 0);

const byPriority = (one: Entitlement, other: Entitlement): number =>
  one.details.priority - other.details.priority ||
  inOrder(one.details.startDate, other.details.startDate) ||
  inOrder(one.id, other.id);

const inOrder = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
