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
 * Takes a share of a case of another entitlement. It takes at most what is left, and more than before only while this
 * entitlement is open and covers the case; it always gives back. `case.minutes` of the row is the share, in minutes.
 *
 * Refuses without a row: `conflict` if it has already answered this row of the case's own entitlement or a later one,
 * `wrong_state` if the case itself is attached here or this entitlement has a share of it from a third one; otherwise
 * as an attach that can take nothing.
 */
export function decideSpill(
  entitlement: Entitlement,
  known: SupportCase | undefined,
  event: SpillEvent,
  origin: Origin,
): Decided<readonly RowDraft[]> {
  const conflict = conflictWith(known, event);
  if (conflict !== undefined) return { refused: conflict };
  const before = known?.part === undefined ? undefined : known;
  const own = before === undefined || before.detached ? 0 : before.minutes;
  const rowsOf = (minutes: number) =>
    caseRows(entitlement, origin, { kind: 'spill_taken', before, after: shareAsCase(entitlement, event, minutes) });
  const share = event.minutes > own ? grow(entitlement, event, own, origin.at) : event.minutes;
  if (typeof share !== 'number') {
    if (own === 0) return { refused: share };
    return rowsOf(own);
  }
  return rowsOf(share);
}

function conflictWith(known: SupportCase | undefined, event: SpillEvent): Refusal | undefined {
  if (known === undefined) return undefined;
  const { caseId, of, through } = event;
  if (known.part === undefined)
    return known.detached
      ? undefined
      : refuse('wrong_state', `The case ${caseId} itself is attached to this entitlement: it can take no share of it.`)
          .refused;
  if (known.part.of === of)
    // The same row may still ask this entitlement to give back what it took.
    return known.part.seq > through || (known.part.seq === through && event.minutes > 0)
      ? refuse(
          'conflict',
          `This entitlement has already answered row ${known.part.seq} of ${of}: row ${through} comes too late.`,
        ).refused
      : undefined;
  return known.detached
    ? undefined
    : refuse('wrong_state', `This entitlement has a share of the case ${caseId} from ${known.part.of} already.`)
        .refused;
}

/** The share in minutes once it has grown towards what is asked for, or why it cannot grow at all. */
function grow(entitlement: Entitlement, event: SpillEvent, own: number, now: number): number | Refusal {
  const refused = attachRefusal(entitlement, event, now);
  if (refused !== undefined) return refused;
  if (entitlement.details.allocationType === 'cases')
    return refuse('exhausted', 'The entitlement counts cases: it can take no minutes of another.').refused;
  const room = roomFor(entitlement, { channel: event.channel, taken: own, held: 0 });
  if (room === null) return event.minutes;
  if (room <= own) return refuse('exhausted', 'Nothing is left of the entitlement for a share of the case.').refused;
  return Math.min(event.minutes, room);
}

/** The share as a case of this entitlement: resolved and counted; detached once nothing of it is left. */
function shareAsCase(entitlement: Entitlement, event: SpillEvent, minutes: number): SupportCase {
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
  const share = withTermTaken({ ...whole, status: 'resolved', counted: true, part: { of, seq: through } });
  return minutes === 0 ? detached(share) : share;
}

/**
 * What the case's own entitlement does once all the others have answered: it takes what none of them took, even past
 * what is left, and remembers who took what. Refuses `conflict` without a row if the case has changed since, or if it
 * knows the answers already.
 */
export function decideSpilled(
  entitlement: Entitlement,
  known: SupportCase | undefined,
  { caseId, through, parts }: SpilledEvent,
  origin: Origin,
): Decided<readonly RowDraft[]> {
  const spill = known?.spill;
  if (known === undefined || spill === undefined || spill.seq !== through || spill.parts !== undefined)
    return refuse('conflict', `The case ${caseId} has changed since row ${through}, or has its answers already.`);
  const { spill: _asked, ...alone } = known;
  const minutes = parts.reduce((sum, part) => sum + part.minutes, 0);
  if (minutes > spill.minutes)
    return refuse(
      'conflict',
      `Others took ${minutes} minutes, more than the ${spill.minutes} that they were asked for.`,
    );
  const shared = minutes === 0 ? alone : { ...alone, spill: { ...answeredSpill(through, minutes, parts) } };
  const after = known.detached ? shared : withTermTaken(shared);
  return caseRows(entitlement, origin, { kind: 'spilled', before: known, after });
}

const answeredSpill = (seq: number, minutes: number, parts: readonly SpillShare[]) => ({
  seq,
  minutes,
  to: parts.map(({ entitlementId }) => entitlementId),
  holders: [],
  parts,
});
