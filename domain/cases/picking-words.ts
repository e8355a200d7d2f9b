import { MAX_REASON_CHARS } from '../input-limits.ts';
import type { Judgement } from './matching.ts';
import { type Candidate, isExhausted, type NoneReason } from './picking.ts';

/** Entitlements that an explanation names; the rest are only counted. */
const MAX_NAMED = 3;

/** Why this entitlement was picked, in words, for the case's record. */
export function whyPicked({ entitlement, rule }: Candidate, judgements: readonly Judgement[]): string {
  if (rule === 'default') return "It is the customer's default entitlement.";
  const own = judgements.find((judgement) => judgement.entitlement.id === entitlement.id);
  const named = Object.entries(own?.names ?? {}).flatMap(([what, isNamed]) => (isNamed ? [what] : []));
  const taking = judgements.filter(({ refused }) => refused === undefined);
  const specific = named.length === 0 ? 'It covers all' : `It names the ${named.join(' and the ')}`;
  if (taking.length <= 1) return `${specific}, and no other takes the case.`;
  return `${specific}, the first of ${taking.length} that take the case (priority ${entitlement.details.priority}).`;
}

/** Why no entitlement was picked, in words, with what the first of those that refused say. */
export function whyNoneInWords(reason: NoneReason, judgements: readonly Judgement[]): string {
  const toTell = reason === 'all_exhausted' ? judgements.filter(isExhausted) : judgements;
  const refusals = toTell.flatMap(({ entitlement, refused }) =>
    refused === undefined ? [] : [`${entitlement.id}: ${refused.detail}`],
  );
  const more = refusals.length - MAX_NAMED;
  const told = [...refusals.slice(0, MAX_NAMED), ...(more > 0 ? [`and ${more} more`] : [])];
  return [NONE_IN_WORDS[reason], ...told].join(' ').slice(0, MAX_REASON_CHARS);
}

const NONE_IN_WORDS: Readonly<Record<NoneReason, string>> = {
  picking_is_off: 'The case names no entitlement, and the organisation does not pick one for it.',
  none_active: 'The customer has no active entitlement.',
  no_default: 'The customer has no default entitlement, and the organisation does not use matching.',
  none_covers: 'No active entitlement of the customer covers the case.',
  all_exhausted: 'Every entitlement that covers the case is exhausted.',
};
