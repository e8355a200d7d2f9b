import type { Entitlement } from '../entitlements/entitlement.ts';
import type { Origin, RowDraft } from '../ledger/ledger-row.ts';
import type { SpillShare, SupportCase } from '../ledger/support-case.ts';
import { type Decided, type Refusal, refuse } from '../refusals.ts';
import { attachedTo, attachRefusal } from './attaching.ts';
import type { SpillEvent, SpilledEvent } from './case-event.ts';
import { caseRows } from './case-rows.ts';
import { detached, withTermTaken } from './case-terms.ts';
import { roomFor } from './spill.ts';

/**
 * What an entitlement does that is asked for a part of a case of another one. It takes at most what is left, and takes
 * more only while it is open and covers the case; it always gives back. `case.minutes` of the row is the part.
 *
 * Refuses without a row: `conflict` when it has heard this row or a later one of the case's own entitlement, `wrong_state`
 * when the case itself is here or a third entitlement shares it; else with the code of an attach that takes nothing.
 */
export function decideSpill(
  entitlement: Entitlement,
  known: SupportCase | undefined,
  event: SpillEvent,
  origin: Origin,
): Decided<readonly RowDraft[]> {
  const inTheWay = conflictWith(known, event);
  if (inTheWay !== undefined) return { refused: inTheWay };
  const before = known?.part === undefined ? undefined : known;
  const own = before === undefined || before.detached ? 0 : before.minutes;
  const rowsOf = (minutes: number) =>
    caseRows(entitlement, origin, { kind: 'spill_taken', before, after: partOf(entitlement, event, minutes) });
  const grown = event.minutes > own ? grow(entitlement, event, own, origin.at) : event.minutes;
  if (typeof grown !== 'number') {
    if (own === 0) return { refused: grown };
    return rowsOf(own);
  }
  return rowsOf(grown);
}

function conflictWith(known: SupportCase | undefined, event: SpillEvent): Refusal | undefined {
  if (known === undefined) return undefined;
  const { caseId, of, through } = event;
  if (known.part === undefined)
    return known.detached ? undefined : refuse('wrong_state', `The case ${caseId} is attached here itself.`).refused;
  if (known.part.of === of)
    // Giving back what this very row took is always possible.
    return known.part.seq > through || (known.part.seq === through && event.minutes > 0)
      ? refuse('conflict', `Row ${known.part.seq} of ${of} is no older than row ${through}.`).refused
      : undefined;
  return known.detached ? undefined : refuse('wrong_state', `${known.part.of} has a part of ${caseId} here.`).refused;
}

/** The part in minutes once it has grown towards what is asked for, or why it cannot grow at all. */
function grow(entitlement: Entitlement, event: SpillEvent, own: number, now: number): number | Refusal {
  const refused = attachRefusal(entitlement, event, now);
  if (refused !== undefined) return refused;
  if (entitlement.details.allocationType === 'cases')
    return refuse('exhausted', 'The entitlement counts cases: it takes no minutes of another.').refused;
  const room = roomFor(entitlement, { channel: event.channel, taken: own, held: 0 });
  if (room === null) return event.minutes;
  if (room <= own) return refuse('exhausted', 'Nothing is left.').refused;
  return Math.min(event.minutes, room);
}

/** A part as a case: resolved, counted, and as if never attached once nothing of it is left. */
function partOf(entitlement: Entitlement, event: SpillEvent, minutes: number): SupportCase {
  const { of, through, customerId, contactId, productId, channel, caseId } = event;
  const whole = attachedTo(entitlement, {
    caseId,
    customerId,
    contactId,
    productId,
    channel,
    title: null,
    minutes,
    decrements: true,
    overrides: false,
    pickedBy: 'matching',
    why: null,
    movedFrom: null,
  });
  const part = withTermTaken({ ...whole, status: 'resolved', counted: true, part: { of, seq: through } });
  return minutes === 0 ? detached(part) : part;
}

/**
 * What the case's own entitlement does once all others have answered: it takes what none of them took, whatever is left
 * here, and remembers who took what. Refuses `conflict` without a row when the case has changed since, or knows it.
 */
export function decideSpilled(
  entitlement: Entitlement,
  known: SupportCase | undefined,
  { caseId, through, parts }: SpilledEvent,
  origin: Origin,
): Decided<readonly RowDraft[]> {
  const spill = known?.spill;
  if (known === undefined || spill === undefined || spill.seq !== through || spill.parts !== undefined)
    return refuse('conflict', `The case ${caseId} is no longer shared as row ${through} says.`);
  const { spill: _asked, ...alone } = known;
  const minutes = parts.reduce((sum, part) => sum + part.minutes, 0);
  if (minutes > spill.minutes)
    return refuse('conflict', `Others took ${minutes} minutes where ${spill.minutes} were to be taken.`);
  const shared = minutes === 0 ? alone : { ...alone, spill: { ...settledSpill(through, minutes, parts) } };
  const after = known.detached ? shared : withTermTaken(shared);
  return caseRows(entitlement, origin, { kind: 'spilled', before: known, after });
}

const settledSpill = (seq: number, minutes: number, parts: readonly SpillShare[]) => ({
  seq,
  minutes,
  to: parts.map(({ entitlementId }) => entitlementId),
  holders: [],
  parts,
});
