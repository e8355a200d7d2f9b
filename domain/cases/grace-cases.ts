import { type CaseId, customerId, type EntitlementId } from '../ids.ts';
import { moveEvent } from './case-change.ts';
import { graceKey } from './case-custody.ts';
import type { AttachEvent, CaseEvent } from './case-event.ts';
import type { RecordedCase } from './recorded-case.ts';

/** A case that attached in the grace of the entitlement that it has. */
export interface GraceCase extends RecordedCase {
  readonly caseId: CaseId;
  readonly entitlementId: EntitlementId;
  readonly entitlementSeq: number;
}

/**
 * The events by which the successor takes over a case of the grace of its predecessor: it attaches, and resolves where it
 * was resolved. Each has a key of its own, so a second try changes nothing.
 */
export function takingOver(known: GraceCase, to: EntitlementId): readonly CaseEvent[] {
  const { caseId, entitlementId: from, entitlementSeq: seq } = known;
  const keyOf = (kind: 'attach' | 'resolve') => graceKey({ caseId, from, to, seq }, kind);
  const update = { kind: 'update', key: keyOf('attach'), caseId, customerId: customerId(known.customerId) } as const;
  const attach: AttachEvent = moveEvent(update, known, {
    pickedBy: 'named',
    why: `It was taken in the grace of ${from}, which this entitlement follows.`,
  });
  if (known.status !== 'resolved') return [attach];
  return [attach, { kind: 'resolve', key: keyOf('resolve'), caseId, minutes: known.minutes }];
}
