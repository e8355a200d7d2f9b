import type { EpochMs } from '../calendar.ts';
import type { Entitlement } from '../entitlements/entitlement.ts';
import { record } from '../entitlements/evolve.ts';
import { isInGrace } from '../entitlements/grace.ts';
import type { Origin, RowDraft } from '../ledger/ledger-row.ts';
import type { SupportCase } from '../ledger/support-case.ts';
import { type Decided, isRefused, type Refusal, type RefusalCode, refuse } from '../refusals.ts';
import { MAX_CHANNELS } from '../terms/details.ts';
import type { AttachEvent } from './case-event.ts';
import { holdMarks } from './case-holds.ts';
import { caseRows } from './case-rows.ts';
import { attached, detached, isSameMove } from './case-terms.ts';
import {
  type CoverQuestion,
  channelNotCovered,
  contactNotCovered,
  customerMismatch,
  notCovered,
  notOpen,
  productNotCovered,
} from './cover.ts';
import { exhausted } from './exhaustion.ts';

/**
 * Attaches a case. One that is attached already takes nothing more, unless it comes by a new move. Refuses by status
 * and dates, cover and exhaustion, in this order; an override lets cover and exhaustion pass, and its row names what it
 * let pass.
 */
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
  const overrode = event.overrides ? overriddenRefusals(entitlement, event) : [];
  const refused = event.overrides
    ? neverOverridden(entitlement, event, origin.at)
    : attachRefusal(entitlement, event, origin.at);
  if (refused !== undefined) return { refused };
  const inGrace = isInGrace(entitlement, origin.at);
  const facts = {
    ...(overrode.length === 0 ? {} : { overrode }),
    ...(event.movedFrom?.entitlementId == null ? {} : { movedFromId: event.movedFrom.entitlementId }),
    ...(inGrace ? { inGrace } : {}),
    ...(event.holds === undefined || event.holds.length === 0 ? {} : { holds: event.holds }),
  };
  const after = attachedTo(entitlement, event, inGrace);
  const said = Object.keys(facts).length === 0 ? null : facts;
  const rows = caseRows(entitlement, origin, { kind: 'attached', before: undefined, after, facts: said });
  return event.why === null ? rows : rows.map((row) => ({ ...row, detail: event.why }));
}

/**
 * Attaches a case for which this entitlement still takes something: it moved away and came back before this entitlement
 * gave back what it took, or this entitlement has a share of it. What was taken comes back first, by rows of its own;
 * then the case attaches like a new one.
 */
export function attachAnew(
  entitlement: Entitlement,
  supportCase: SupportCase,
  event: AttachEvent,
  origin: Origin,
): Decided<readonly RowDraft[]> {
  const kind = supportCase.part === undefined ? 'detached' : 'spill_taken';
  const withoutKey = { ...origin, key: null, fingerprint: null };
  const left = caseRows(entitlement, withoutKey, { kind, before: supportCase, after: detached(supportCase) });
  const without = left.reduce((now, row) => record(now, row).entitlement, entitlement);
  const decided = decideAttach(without, undefined, event, origin);
  return isRefused(decided) ? decided : [...left, ...decided];
}

/** Why a case that is not attached cannot attach now, or undefined: by status and dates, cover, exhaustion. */
export const attachRefusal = (entitlement: Entitlement, event: CoverQuestion, now: EpochMs): Refusal | undefined =>
  notOpen(entitlement, now) ??
  notCovered(entitlement, event) ??
  tooManyChannels(entitlement, event.channel) ??
  exhausted(entitlement, event.channel);

/** What no override lets pass: the status, the dates, another customer, one channel too many. */
const neverOverridden = (entitlement: Entitlement, event: CoverQuestion, now: EpochMs): Refusal | undefined =>
  notOpen(entitlement, now) ??
  customerMismatch(entitlement, event.customerId) ??
  tooManyChannels(entitlement, event.channel);

/** The refusals that an override lets pass: each is checked, for reports. */
const overriddenRefusals = (entitlement: Entitlement, event: CoverQuestion): readonly RefusalCode[] =>
  [
    contactNotCovered(entitlement, event.contactId),
    productNotCovered(entitlement, event.productId),
    channelNotCovered(entitlement, event.channel),
    exhausted(entitlement, event.channel),
  ].flatMap((refused) => (refused === undefined ? [] : [refused.code]));

/** The case as the entitlement knows it once it has attached. */
export function attachedTo(
  entitlement: Entitlement,
  event: Omit<AttachEvent, 'key' | 'kind'>,
  inGrace = false,
): SupportCase {
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
    ...(inGrace ? { inGrace } : {}),
    ...heldAtFirst(entitlement, event),
  });
}

/** What holds a case from its attach on: from its beginning, or from before it moved. */
function heldAtFirst(
  { countsNoHolds }: Entitlement,
  { holds = [], heldFor }: Pick<AttachEvent, 'holds' | 'heldFor'>,
): Pick<SupportCase, 'heldFor'> {
  const marks = holdMarks(holds, heldFor);
  return countsNoHolds || marks.length === 0 ? {} : { heldFor: marks };
}

/**
 * Refuses a case whose channel would be one too many for the entitlement: use is remembered for each channel, with or
 * without a row, and a case system can invent names.
 */
export function tooManyChannels(entitlement: Entitlement, channel: string | null): Refusal | undefined {
  if (channel === null || Object.hasOwn(entitlement.usedByChannel, channel)) return undefined;
  if (Object.keys(entitlement.usedByChannel).length < MAX_CHANNELS) return undefined;
  return refuse(
    'channel_not_covered',
    `The entitlement has had cases of ${MAX_CHANNELS} channels, the most that it can count: use one of these channels.`,
  ).refused;
}
