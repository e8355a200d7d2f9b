import type { EpochMs } from '../../domain/calendar.ts';
import { changedMeanwhileDetail, givingUp, type LostCase, lostKey } from '../../domain/cases/case-custody.ts';
import { type CaseEvent, fingerprintOf, isSameContent } from '../../domain/cases/case-event.ts';
import { refusedRow } from '../../domain/cases/case-rows.ts';
import { decideCaseEvent } from '../../domain/cases/decide-case-event.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import type { CaseId } from '../../domain/ids.ts';
import { OWN_NAME } from '../../domain/input-limits.ts';
import type { LedgerRow, Origin } from '../../domain/ledger/ledger-row.ts';
import { isRefused, type Refusal } from '../../domain/refusals.ts';
import { bytesOf, countWithin, MAX_PAYLOAD_BYTES } from '../messages/bytes.ts';
import { MAX_EARLIER_ROWS } from '../messages/limits.ts';
import type { CaseEventsDecision, EventAnswer, FirstAnswer } from './case-messages.ts';
import type { EntitlementState, RunOptions, WrittenBy } from './entitlement-state.ts';
import { otherContent } from './life-decisions.ts';
import { packRow } from './packed.ts';

/** How case events came, and when they are decided. */
interface Asked {
  readonly by: string;
  readonly at: EpochMs;
  readonly writtenBy: WrittenBy;
  /** Rows after this number belong to the decision too: what time did to the entitlement just before. */
  readonly since?: number;
}

/** What could be read of a signal that is refused. */
export interface UnreadableSignal {
  readonly key?: string;
  readonly caseId?: CaseId;
}

type CaseOptions = Pick<RunOptions, 'earlierRowsAreFew' | 'holdsAreCounted'>;

/** Decides case events, each once by its key. */
export class CaseDecisions {
  private readonly state: EntitlementState;
  private readonly earlierRowsAreFew: () => boolean;
  private readonly holdsAreCounted: () => boolean;

  constructor(
    state: EntitlementState,
    { earlierRowsAreFew = () => true, holdsAreCounted = () => true }: CaseOptions = {},
  ) {
    this.state = state;
    this.earlierRowsAreFew = earlierRowsAreFew;
    this.holdsAreCounted = holdsAreCounted;
  }

  /** Decides the events in their order and answers each, refused or not. */
  decide(events: readonly CaseEvent[], asked: Asked): CaseEventsDecision {
    const { memory, entitlement } = this.state;
    const { since = entitlement.seq, writtenBy } = asked;
    const rows = new Map<number, LedgerRow>();
    if (since < entitlement.seq)
      for (const row of memory.unconfirmed.through(entitlement.seq, entitlement.seq - since))
        if (row.seq > since) rows.set(row.seq, row);
    const results = events.map((event) => this.decideOne(event, asked, rows));
    const inOrder = [...rows.values()].sort((one, other) => one.seq - other.seq);
    if (writtenBy === 'sender') memory.unconfirmed.handOut(inOrder);
    return { results, rows: inOrder, snapshot: this.state.snapshot };
  }

  /** Decides one event, and adds to `rows` the rows that the sender must write. */
  private decideOne(event: CaseEvent, asked: Asked, rows: Map<number, LedgerRow>): EventAnswer {
    const { memory } = this.state;
    const { by, at, writtenBy } = asked;
    const origin: Origin = { at, by, key: event.key, fingerprint: fingerprintOf(event), reason: event.reason ?? null };
    const first = this.firstAnswer(event, rows);
    if (first !== undefined)
      return 'refused' in first ? this.refuseWithoutRow(event, first.refused, origin, writtenBy) : first;
    const decided = decideCaseEvent(this.decidableFor(event), memory.caseOf(event.caseId), event, origin);
    if (isRefused(decided) && leavesNoRow(event, decided.refused))
      return this.refuseWithoutRow(event, decided.refused, origin, writtenBy);
    for (const draft of isRefused(decided) ? [refusedRow(event, decided.refused, origin)] : decided) {
      const row = this.state.keep(draft, writtenBy);
      rows.set(row.seq, row);
    }
    // A case that leaves takes its keys along: whoever sees that it has left must find them in the ledger.
    if (event.kind === 'detach') this.addUnwrittenOf(event.caseId, rows);
    const last = memory.rowOf(event.key);
    if (last === undefined) throw new TypeError(`The event ${event.key} left no row.`);
    return answerFrom(last, false);
  }

  /** The entitlement for a decision about the event, as older code decided it where that wrote the history. */
  private decidableFor(event: CaseEvent): Entitlement {
    const { decidable } = this.state;
    return !mayHold(event) || this.holdsAreCounted() ? decidable : { ...decidable, countsNoHolds: true };
  }

  /** The answer that the key got when it first came, here or elsewhere; undefined for a new key. */
  private firstAnswer(
    event: CaseEvent,
    rows: Map<number, LedgerRow>,
  ): EventAnswer | { readonly refused: Refusal } | undefined {
    const { memory } = this.state;
    const elsewhere = memory.answerElsewhere(event.key);
    if (elsewhere !== undefined)
      return isSameContent(elsewhere.fingerprint, event)
        ? answerFromElsewhere(elsewhere, event.caseId)
        : otherContent(elsewhere);
    const first = memory.rowOf(event.key);
    if (first === undefined) return undefined;
    if (first.fingerprint === null || !isSameContent(first.fingerprint, event)) return otherContent(first);
    this.addUnwrittenThrough(first, rows);
    return this.isGivenUp(first) ? givenUp(event.caseId) : answerFrom(first, true);
  }

  /**
   * The sender of a retry writes all that is unwritten up to the first answer: the first sender may have died, and an
   * event that is acknowledged must not show a gap in the ledger. Not for a key that came in this very message.
   */
  private addUnwrittenThrough(first: LedgerRow, rows: Map<number, LedgerRow>): void {
    if (rows.has(first.seq)) return;
    const newestFirst = this.state.memory.unconfirmed.through(first.seq, MAX_EARLIER_ROWS).toReversed();
    for (const row of newestFirst.slice(0, this.countOfEarlier(newestFirst))) rows.set(row.seq, row);
    rows.set(first.seq, first);
    if (first.kind === 'detached' && first.caseId !== null) this.addUnwrittenOf(first.caseId, rows);
  }

  /** How many earlier rows go along, so that the whole answer stays a payload that Temporal does not warn of. */
  private countOfEarlier(newestFirst: readonly LedgerRow[]): number {
    const within = (size: number) =>
      countWithin(newestFirst, { most: MAX_EARLIER_ROWS, size }, (row) => bytesOf(packRow(row)));
    const before = within(MAX_PAYLOAD_BYTES / 2);
    const now = within(MAX_PAYLOAD_BYTES / 4);
    return now < before && this.earlierRowsAreFew() ? now : before;
  }

  private addUnwrittenOf(caseId: CaseId, rows: Map<number, LedgerRow>): void {
    for (const row of this.state.memory.unconfirmed.of(caseId)) rows.set(row.seq, row);
  }

  /** The row attached a case that another entitlement had first, and the case was given up again. */
  private isGivenUp({ kind, caseId, seq }: LedgerRow): boolean {
    return kind === 'attached' && caseId !== null && this.state.memory.rowOf(lostKey(caseId, seq)) !== undefined;
  }

  /**
   * Refuses an event so that its key may come again. Nobody waits for the answer to a signal: its refusal is recorded,
   * in a row without the key.
   */
  private refuseWithoutRow(event: CaseEvent, refused: Refusal, origin: Origin, writtenBy: WrittenBy): EventAnswer {
    if (writtenBy === 'workflow') {
      const detail = `${refused.detail} (key ${event.key})`;
      this.state.keep(
        refusedRow(event, { ...refused, detail }, { ...origin, key: null, fingerprint: null }),
        'workflow',
      );
    }
    return { outcome: 'refused', repeated: false, seq: null, code: refused.code, detail: refused.detail };
  }

  /**
   * Records that a signal could not be read: it changes nothing. Its key is only in the row's text, because the same
   * key may come again in a signal that can be read.
   */
  recordUnreadable(refused: Refusal, { key, caseId }: UnreadableSignal, by: string, at: EpochMs): void {
    if (!this.state.exists) return;
    const detail = key === undefined ? refused.detail : `${refused.detail} (key ${key})`;
    const origin: Origin = { at, by, key: null, fingerprint: null, reason: null };
    this.state.keep({ ...refusedRow(null, { ...refused, detail }, origin), caseId: caseId ?? null }, 'workflow');
  }

  /** Gives up cases that these rows attached and that another entitlement had first: what they took comes back. */
  giveUp(attached: readonly LedgerRow[], lost: readonly LostCase[], at: EpochMs): void {
    const events = givingUp(attached, lost).filter(({ caseId, through }) => {
      const supportCase = this.state.memory.caseOf(caseId);
      return supportCase !== undefined && !supportCase.detached && supportCase.attachedSeq <= through;
    });
    this.decide(events, { by: OWN_NAME, at, writtenBy: 'workflow' });
  }
}

/**
 * Refusals that leave no row, so that the key may come again, here or elsewhere: of a case that is not here, of an
 * attach for which this entitlement was only a candidate, of a part that it cannot take.
 */
const leavesNoRow = (event: CaseEvent, { code }: Refusal): boolean =>
  code === 'not_found' ||
  event.kind === 'spill' ||
  event.kind === 'spilled' ||
  (event.kind === 'attach' && event.pickedBy !== 'named');

/** Whether a reason holds the case after the event that may not have held it before. */
const mayHold = (event: CaseEvent): boolean =>
  event.kind === 'hold' || (event.kind === 'attach' && (event.holds !== undefined || event.heldFor !== undefined));

/** The answer to a key whose attach failed, as another entitlement had the case first. */
const givenUp = (caseId: CaseId): EventAnswer => ({
  outcome: 'refused',
  repeated: true,
  seq: null,
  code: 'conflict',
  detail: changedMeanwhileDetail(caseId),
});

function answerFromElsewhere({ entitlementId, isGivenUp, ...first }: FirstAnswer, caseId: CaseId): EventAnswer {
  return { ...(isGivenUp ? givenUp(caseId) : answerFrom(first, true)), entitlementId };
}

function answerFrom(
  { seq, refusal, detail }: Pick<FirstAnswer, 'seq' | 'refusal' | 'detail'>,
  repeated: boolean,
): EventAnswer {
  if (refusal === null) return { outcome: 'accepted', repeated, seq };
  return { outcome: 'refused', code: refusal, detail: detail ?? '', repeated, seq };
}
