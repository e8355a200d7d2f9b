import { HOLD_MARK_CHARS } from '../../domain/cases/case-holds.ts';
import type { SupportCase } from '../../domain/ledger/support-case.ts';
import { MAX_HOLD_REASONS } from '../../domain/slas/clock-rules.ts';
import { bytesOf, MAX_PAYLOAD_BYTES } from '../messages/bytes.ts';
import type { CaseEventsMessage } from './case-messages.ts';
import type { EntitlementRun } from './entitlement-run.ts';
import { type PackedCase, packCase, packRow } from './packed.ts';
import type { WireCaseEvent } from './wire-case-event.ts';

/** Bytes of a row and its result beside the event and the case: kind, times, numbers, and the case's rule. */
const ROW_BYTES = 330;
/** Bytes of the largest row, and of the largest case: for what is not known before it is loaded. */
const LARGEST_ROW_BYTES = 10_200;
const LARGEST_CASE_BYTES = 2_800;
/** Bytes of the mark of a reason that holds a case. */
const HOLD_MARK_BYTES = HOLD_MARK_CHARS + 3;
/** This many events fit, however large they are. */
const FEW = Math.floor(MAX_PAYLOAD_BYTES / (2 * LARGEST_ROW_BYTES));

/**
 * Whether the answer to a list of case events could be larger than a payload may be: then the sender must send the list
 * in parts. A row holds its event and the case after it, and an event can leave two rows.
 */
export function answersTooMuch(run: EntitlementRun, { events, knowledge }: CaseEventsMessage): boolean {
  if (events.length <= FEW) return false;
  const rowBytes = ROW_BYTES + bytesOfBought(run);
  const known = new Map(knowledge?.cases.map((each) => [each.caseId as string, each]));
  const attached = new Map<string, number>();
  let bytes = 0;
  for (const event of events) {
    const own = bytesOf(event);
    const again = run.memory.rowOf(event.key);
    if (again !== undefined) bytes += bytesOf(packRow(again)) + rowBytes;
    // The case of an attach holds what the event says.
    else if (event.kind === 'attach')
      bytes += rowsOf(event) * (own + bytesOf(event.caseId) + rowBytes + bytesOfHolds(event));
    else {
      const ofCase =
        attached.get(event.caseId) ?? bytesOfCase(run.memory.caseOf(caseIdOf(event)), known.get(event.caseId));
      bytes += rowsOf(event) * (own + ofCase + rowBytes + bytesOfHolds(event));
    }
    if (event.kind === 'attach') attached.set(event.caseId, own);
    if (bytes > MAX_PAYLOAD_BYTES) return true;
  }
  return false;
}

/**
 * The row of a case that takes more than was granted holds everything that is bought; a list of events can add to it.
 */
const BOUGHT_BYTES = 600;
const bytesOfBought = (run: EntitlementRun): number =>
  run.exists && run.entitlement.details.overagePrice !== null
    ? bytesOf(run.entitlement.bought ?? null) + BOUGHT_BYTES
    : 0;

/** Bytes of the marks that an event can add to its case, alone or with other events of the list. */
function bytesOfHolds(event: WireCaseEvent): number {
  if (event.kind === 'attach') return (event.holds?.length ?? 0) * HOLD_MARK_BYTES;
  return event.kind === 'hold' ? MAX_HOLD_REASONS * HOLD_MARK_BYTES : 0;
}

const caseIdOf = ({ caseId }: WireCaseEvent) => caseId as SupportCase['caseId'];

function bytesOfCase(remembered: SupportCase | undefined, read: PackedCase | undefined): number {
  if (remembered !== undefined) return bytesOf(packCase(remembered));
  return read === undefined ? LARGEST_CASE_BYTES : bytesOf(read);
}

/**
 * How many rows the event can leave. A change of channel leaves two, and so does a case that comes back before it was
 * given back. The row of a case that is shared with others counts twice, as it names them twice.
 */
const rowsOf = (event: WireCaseEvent): number =>
  (event.kind === 'resolve' && event.spillTo !== undefined) ||
  (event.kind === 'update' && event.channel !== undefined) ||
  (event.kind === 'attach' && event.movedFrom !== undefined)
    ? 2
    : 1;
