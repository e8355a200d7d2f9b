import type { EpochMs } from '../calendar.ts';
import type { Entitlement } from '../entitlements/entitlement.ts';
import { record } from '../entitlements/evolve.ts';
import type { Origin, RowDraft } from '../ledger/ledger-row.ts';
import type { SupportCase } from '../ledger/support-case.ts';
import { type Decided, isRefused, type Refusal, type RefusalCode, refuse } from '../refusals.ts';
import { MAX_CHANNELS } from '../terms/details.ts';
import type { AttachEvent } from './case-event.ts';
import { caseRows } from './case-rows.ts';
import { attached, detached, isSameMove } from './case-terms.ts';
import {
  type CoverQuestion,
  channelNotCovered,
  contactNotCovered,
  customerMismatch,
  exhausted,
  notCovered,
  notOpen,
  productNotCovered,
} from './cover.ts';

/** What an attach does: a row, or a refusal by status, dates, cover and exhaustion, unless somebody allowed overrides the last two. */
export function decideAttach(
  entitlement: Entitlement,
  supportCase: SupportCase | undefined,
  event: AttachEvent,
  origin: Origin,
): Decided<readonly RowDraft[]> {
  if (supportCase !== undefined) {
    if (event.movedFrom === null || isSameMove(supportCase.movedFrom, event.movedFrom))
      return caseRows(entitlement, origin, { kind: 'repeated_attach', before: supportCase, after: supportCase });
    return attachAnew(entitlement, supportCase, event, origin);
  }
  const overrode = event.overrides ? whatIsOverridden(entitlement, event) : [];
  const refused = event.overrides
    ? neverOverridden(entitlement, event, origin.at)
    : attachRefusal(entitlement, event, origin.at);
  if (refused !== undefined) return { refused };
  const facts = {
    ...(overrode.length === 0 ? {} : { overrode }),
    ...(event.movedFrom?.entitlementId == null ? {} : { movedFromId: event.movedFrom.entitlementId }),
  };
  const after = attachedTo(entitlement, event);
  const said = Object.keys(facts).length === 0 ? null : facts;
  const rows = caseRows(entitlement, origin, { kind: 'attached', before: undefined, after, facts: said });
  return event.why === null ? rows : rows.map((row) => ({ ...row, detail: event.why }));
}

/**
 * A case that this entitlement still takes something for comes as a new one: it had moved away and comes back before this
 * entitlement gave back what it took, or another entitlement had it and this one took a part. Giving back comes first.
 */
export function attachAnew(
  entitlement: Entitlement,
  supportCase: SupportCase,
  event: AttachEvent,
  origin: Origin,
): Decided<readonly RowDraft[]> {
  const kind = supportCase.part === undefined ? 'detached' : 'spill_taken';
  const silent = { ...origin, key: null, fingerprint: null };
  const left = caseRows(entitlement, silent, { kind, before: supportCase, after: detached(supportCase) });
  const without = left.reduce((now, row) => record(now, row).entitlement, entitlement);
  const decided = decideAttach(without, undefined, event, origin);
  return isRefused(decided) ? decided : [...left, ...decided];
}

/** Why a case that is not attached cannot attach now, or undefined: status and dates, cover, exhaustion. */
export const attachRefusal = (entitlement: Entitlement, event: CoverQuestion, now: EpochMs): Refusal | undefined =>
  notOpen(entitlement, now) ??
  notCovered(entitlement, event) ??
  tooManyChannels(entitlement, event.channel) ??
  exhausted(entitlement, event.channel);

/** What no override lets pass: the status, the dates, another customer. */
const neverOverridden = (entitlement: Entitlement, event: CoverQuestion, now: EpochMs): Refusal | undefined =>
  notOpen(entitlement, now) ??
  customerMismatch(entitlement, event.customerId) ??
  tooManyChannels(entitlement, event.channel);

const whatIsOverridden = (entitlement: Entitlement, event: CoverQuestion): readonly RefusalCode[] =>
  [
    contactNotCovered(entitlement, event.contactId),
    productNotCovered(entitlement, event.productId),
    channelNotCovered(entitlement, event.channel),
    exhausted(entitlement, event.channel),
  ].flatMap((refused) => (refused === undefined ? [] : [refused.code]));

/** The case as it stands once it has attached. */
export function attachedTo(entitlement: Entitlement, event: Omit<AttachEvent, 'key' | 'kind'>): SupportCase {
  const { allocationType: unit, decreaseRemainingOn: decreaseOn, hold, overagePrice } = entitlement.details;
  return attached({
    caseId: event.caseId,
    customerId: event.customerId,
    contactId: event.contactId,
    productId: event.productId,
    channel: event.channel,
    title: event.title,
    minutes: event.minutes,
    decrements: event.decrements,
    pickedBy: event.pickedBy,
    attachedSeq: entitlement.seq + 1,
    rule: overagePrice === null ? { unit, decreaseOn, hold } : { unit, decreaseOn, hold, price: overagePrice },
    ...(event.movedFrom === null ? {} : { movedFrom: event.movedFrom }),
  });
}

/** Usage is remembered by channel even without channel rows; this bounds how many names a case system can bring. */
export function tooManyChannels(entitlement: Entitlement, channel: string | null): Refusal | undefined {
  if (channel === null || Object.hasOwn(entitlement.usedByChannel, channel)) return undefined;
  if (Object.keys(entitlement.usedByChannel).length < MAX_CHANNELS) return undefined;
  return refuse('channel_not_covered', `The entitlement saw ${MAX_CHANNELS} channels already.`).refused;
}
