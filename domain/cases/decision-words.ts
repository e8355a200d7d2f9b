import type { EntitlementId } from '../ids.ts';
import type { PickedBy } from '../ledger/support-case.ts';
import type { RefusalCode } from '../refusals.ts';

/** What the row that attached a case records about the decision. */
export interface AttachDecision {
  readonly pickedBy: PickedBy;
  /** Why it was picked, in words, as the row has it; null where the case named it, and in rows of older versions. */
  readonly why: string | null;
  /** The entitlement that the case came from. */
  readonly movedFromId: EntitlementId | null;
  /** The refusals that an override set aside. */
  readonly overrode: readonly RefusalCode[];
}

/** Why a case has its entitlement, in words, from what was recorded when it attached. */
export function attachInWords({ pickedBy, why, movedFromId, overrode }: AttachDecision): string {
  return [
    why ?? PICKED_IN_WORDS[pickedBy],
    ...(movedFromId === null ? [] : [`The case moved here from the entitlement ${movedFromId}.`]),
    ...(overrode.length === 0 ? [] : [`An override set aside why it would have refused: ${overrode.join(', ')}.`]),
  ].join(' ');
}

const PICKED_IN_WORDS: Readonly<Record<PickedBy, string>> = {
  named: 'The request named this entitlement.',
  default: "It is the customer's default entitlement.",
  matching: 'Matching picked it.',
};

/** Why a case was taken off its entitlement, in words. */
export const takenOffInWords = (leftId: string | null, by: string | null): string =>
  `${by === null ? 'Somebody' : by} took the case off ${leftId === null ? 'its entitlement' : `the entitlement ${leftId}`}.`;

/** How minutes of a case that did not fit were shared with other entitlements, in words. */
export function spillInWords(
  { minutes, asked }: { readonly minutes: number; readonly asked: readonly EntitlementId[] },
  parts: readonly { readonly entitlementId: EntitlementId; readonly minutes: number }[] | null,
): string {
  const wanted = `${unfit(minutes)} Asked to take them: ${asked.join(', ')}.`;
  if (parts === null) return `${wanted} They have not answered yet.`;
  const took = parts.filter((part) => part.minutes > 0);
  if (took.length === 0) return `${wanted} None of them took any.`;
  return `${wanted} Taken: ${took.map((part) => `${part.minutes} by ${part.entitlementId}`).join(', ')}.`;
}

/** The same without naming the other entitlements, for readers who may not see them. */
export function unfitInWords(minutes: number, parts: readonly { readonly minutes: number }[] | null): string {
  if (parts === null) return `${unfit(minutes)} Other entitlements have not answered yet.`;
  const taken = parts.reduce((sum, part) => sum + part.minutes, 0);
  return `${unfit(minutes)} Other entitlements took ${taken} of them.`;
}

const unfit = (minutes: number): string => `${minutes} minutes did not fit into what was left.`;
