export const REASON_CODES = [
  'use',
  'refused',
  'overage',
  'topped_up',
  'pace_rising',
  'pace_falling',
  'open_cases',
  'policy_same_terms',
  'little_history',
  'fits',
  'needs_more',
  'channel_needs_more',
  'reaches_tier',
  'channels_covered',
  'needs_less',
  'enough_tier',
  'no_smaller_step',
  'busy_period',
  'unlimited',
  'smaller_tier_would_do',
] as const;
export type ReasonCode = (typeof REASON_CODES)[number];

/** The text is for a person: one sentence or two, with the numbers behind them. The code is for programs. */
export interface Reason {
  readonly code: ReasonCode;
  readonly text: string;
}

export const reason = (code: ReasonCode, text: string): Reason => ({ code, text });
