import type { Entitlement } from '../entitlements/entitlement.ts';
import type { PickedBy } from '../ledger/support-case.ts';
import type { Judgement } from './matching.ts';

/** What the organisation has decided about cases that name no entitlement. */
export interface PickSettings {
  /** A new case gets its customer's default entitlement. */
  readonly autoApplyDefaultOnCaseCreate: boolean;
  /** A case whose customer, contact or product changes gets it too. */
  readonly autoApplyDefaultOnCaseUpdate: boolean;
  /** Otherwise a case gets the most specific entitlement that takes it. */
  readonly matching: boolean;
}

/** An entitlement to ask, and the rule that picked it. */
export interface Candidate {
  readonly entitlement: Entitlement;
  readonly rule: Exclude<PickedBy, 'named'>;
}

/** Why a case has no entitlement; in words in `picking-words.ts`. */
export const NONE_REASONS = ['picking_is_off', 'none_active', 'no_default', 'none_covers', 'all_exhausted'] as const;
export type NoneReason = (typeof NONE_REASONS)[number];

/**
 * The entitlements that take the case, in the order in which they are asked: the customer's default, then the most
 * specific. The first one gets the case; the next one is asked only if the first refuses because it was used up
 * meanwhile. With `lastChances`, those that look exhausted follow, as they may have got something back meanwhile.
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

/** Each of them costs a question to its workflow. */
const MAX_LAST_CHANCES = 10;

const appliesDefault = (settings: PickSettings, when: 'create' | 'update'): boolean =>
  when === 'create' ? settings.autoApplyDefaultOnCaseCreate : settings.autoApplyDefaultOnCaseUpdate;

/**
 * Why there is no candidate. If there were candidates and none took the case, `all_exhausted`: all of them were
 * used up meanwhile.
 */
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

/** Whether the entitlement covers the case and would refuse it only because nothing is left. */
export const isExhausted = ({ refused }: Judgement): boolean =>
  refused?.code === 'exhausted' || refused?.code === 'channel_exhausted';
