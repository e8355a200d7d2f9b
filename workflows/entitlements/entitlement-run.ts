import type { EpochMs } from '../../domain/calendar.ts';
import type { CaseEvent } from '../../domain/cases/case-event.ts';
import { fingerprintOf, isSameContent } from '../../domain/cases/case-event.ts';
import { refusedRow } from '../../domain/cases/case-rows.ts';
import { decideCaseEvent } from '../../domain/cases/decide-case-event.ts';
import { remainingTerm } from '../../domain/entitlements/balance.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { createEntitlement, record } from '../../domain/entitlements/evolve.ts';
import { decideCreate, decideLife, type LifeCommand } from '../../domain/entitlements/life.ts';
import { asOf, decidePassing } from '../../domain/entitlements/passing-of-time.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import type { CaseId, EntitlementId } from '../../domain/ids.ts';
import type { LedgerRow, Origin, RowDraft, RowKind } from '../../domain/ledger/ledger-row.ts';
import { type Decided, isRefused, type Refusal, refuse } from '../../domain/refusals.ts';
import { bytesOf, countWithin, MAX_PAYLOAD_BYTES } from '../messages/bytes.ts';
import { MAX_EARLIER_ROWS, MAX_UNCONFIRMED_BYTES, MAX_UNCONFIRMED_ROWS } from '../messages/limits.ts';
import { changedMeanwhileDetail, givingUp, type LostCase, lostKey } from './case-custody.ts';
import type {
  Carried,
  CaseEventsDecision,
  CreateMessage,
  EventAnswer,
  FirstAnswer,
  LifeAnswer,
  LifeMessage,
  Snapshot,
  StateAnswer,
  Successor,
} from './messages.ts';
import { packRow } from './packed.ts';
import { RenewalsOfRun } from './renewals-of-run.ts';
import { RunMemory } from './run-memory.ts';

/** `before`: those of a version before 2, for what it decided and is replayed now. */
type Rules = 'now' | 'before';

/** Whether a message's sender writes the rows that it gets as an answer, or the workflow must. */
type WrittenBy = 'sender' | 'workflow';

/**
 * One entitlement in the memory of its workflow. It decides by the domain's rules and does no I/O, so a message is
 * handled whole before anything else happens. What it remembers beside the entitlement: see RunMemory.
 */
export class EntitlementRun {
  readonly id: EntitlementId;
  readonly memory: RunMemory;
  renewals = new RenewalsOfRun();
  private kept: Entitlement | undefined;
  private successor: Successor | undefined;
  private unknown = false;
  /** Its predecessor is being told at this moment that it can be renewed again: the workflow must not end before. */
  isFreeingPredecessor = false;
  private readonly task: () => number;
  private readonly rules: () => Rules;
  /** The task that decided last, and whether it decided anything that another try of it could decide otherwise. */
  private decidingTask = { number: -1, unsettled: false };

  /** `task` numbers the workflow task that runs now; `rules` says by which rules it decides about terms. */
  constructor(
    id: EntitlementId,
    task: () => number = () => 0,
    rules: () => Rules = () => 'now',
    memory = new RunMemory(),
  ) {
    this.id = id;
    this.memory = memory;
    this.task = task;
    this.rules = rules;
  }

  static continued(id: EntitlementId, carried: Carried, task?: () => number, rules?: () => Rules): EntitlementRun {
    const run = new EntitlementRun(id, task, rules, RunMemory.continued(carried));
    run.kept = carried.entitlement;
    run.successor = carried.successor;
    run.renewals = new RenewalsOfRun(carried.renewals);
    return run;
  }

  /**
   * Takes up the life of an entitlement whose workflow had completed. Nothing is in memory: its generation is at least
   * 1.
   */
  restore(snapshot: Snapshot | null): void {
    if (snapshot === null) {
      this.unknown = true;
      return;
    }
    this.kept = snapshot.entitlement;
    this.renewals = RenewalsOfRun.revived(snapshot.entitlement);
    this.memory.restore(snapshot.generation);
  }

  /** It was to be brought back, and the database does not know it. */
  get isUnknown(): boolean {
    return this.unknown;
  }

  get exists(): boolean {
    return this.kept !== undefined;
  }

  get entitlement(): Entitlement {
    if (this.kept === undefined) throw new TypeError(`Entitlement ${this.id} has not been created.`);
    return this.kept;
  }

  get snapshot(): Snapshot {
    return { entitlement: this.entitlement, generation: this.memory.generation };
  }

  get state(): StateAnswer {
    return {
      ...this.snapshot,
      remainingTerm: remainingTerm(this.entitlement),
      unconfirmedRows: this.memory.rowsUnconfirmed,
      casesInMemory: this.memory.casesInMemory,
    };
  }

  /** Why no update can be taken now: the database is away, and too much waits to be written. */
  overfull(): Refusal | undefined {
    const { memory } = this;
    if (memory.rowsUnconfirmed < MAX_UNCONFIRMED_ROWS && memory.bytesUnconfirmed < MAX_UNCONFIRMED_BYTES)
      return undefined;
    return refuse('unavailable', 'Too many decisions wait for the database. Try again later.').refused;
  }

  create(message: CreateMessage, now: EpochMs): Decided<LifeAnswer> {
    return this.handedOut(this.decideCreation(message, now));
  }

  private decideCreation(message: CreateMessage, now: EpochMs): Decided<LifeAnswer> {
    const origin = this.origin(message, fingerprint(['create', message.details, message.renewsId]), now);
    const repeated = this.repeatedLife(origin);
    if (repeated !== undefined) return repeated;
    if (this.unknown) return refuse('not_found', `There is no entitlement ${this.id}.`);
    if (this.exists) return refuse('conflict', `The entitlement ${this.id} exists already.`);
    const decided = decideCreate(message.details, origin, message.renewsId);
    if (isRefused(decided)) {
      // Nothing was created: the workflow that was started for it ends.
      this.unknown = true;
      return decided;
    }
    const { entitlement, row } = createEntitlement(this.id, decided);
    this.kept = entitlement;
    this.memory.remember(row);
    this.noteDecision(row);
    return { row, repeated: false, snapshot: this.snapshot };
  }

  /** Begins with a draft that nobody but this workflow writes. Details that do not fit leave nothing behind. */
  begin(message: CreateMessage, now: EpochMs): void {
    const answer = this.decideCreation(message, now);
    if (!isRefused(answer)) this.memory.isUrgent(answer.row);
  }

  /** Decides without recording: for the validator of an update. */
  refusalOf(command: LifeCommand, message: LifeMessage, now: EpochMs): Refusal | undefined {
    const origin = this.origin(message, fingerprint([command]), now);
    const entitlement = this.kept === undefined ? undefined : asOf(this.kept, now);
    const decided = this.repeatedLife(origin) ?? this.decided(entitlement, command, message, origin);
    return isRefused(decided) ? decided.refused : undefined;
  }

  command(command: LifeCommand, message: LifeMessage, now: EpochMs): Decided<LifeAnswer> {
    return this.handedOut(this.decideCommand(command, message, now));
  }

  private handedOut(answer: Decided<LifeAnswer>): Decided<LifeAnswer> {
    if (!isRefused(answer)) this.memory.handOut([answer.row]);
    return answer;
  }

  private decideCommand(command: LifeCommand, message: LifeMessage, now: EpochMs): Decided<LifeAnswer> {
    const origin = this.origin(message, fingerprint([command]), now);
    const repeated = this.repeatedLife(origin);
    if (repeated !== undefined) return repeated;
    const decided = this.decided(this.kept && this.decidable, command, message, origin);
    if (isRefused(decided)) return decided;
    const row = this.keep(decided);
    // The successor of an accepted renewal is made by that renewal, which outlives this entitlement.
    if (command.kind === 'renew' && row.facts?.successorId !== undefined && row.facts.details !== undefined)
      this.successor = { id: row.facts.successorId, details: row.facts.details, by: row.by };
    return { row, repeated: false, snapshot: this.snapshot };
  }

  private decided(
    entitlement: Entitlement | undefined,
    command: LifeCommand,
    { ifVersion }: LifeMessage,
    origin: Origin,
  ): Decided<RowDraft> {
    if (entitlement === undefined || entitlement.deleted)
      return refuse('not_found', `There is no entitlement ${this.id}.`);
    if (ifVersion !== undefined && ifVersion !== entitlement.seq)
      return refuse('conflict', `The entitlement has changed: its version is ${entitlement.seq}, not ${ifVersion}.`);
    return decideLife(entitlement, command, origin);
  }

  private repeatedLife(origin: Origin): Decided<LifeAnswer> | undefined {
    const first = origin.key === null ? undefined : this.memory.rowOf(origin.key);
    if (first === undefined) return undefined;
    if (first.fingerprint !== origin.fingerprint) return otherContent(first);
    return { row: first, repeated: true, snapshot: this.snapshot };
  }

  /**
   * Decides the events one after the other; every one gets its answer, refused or not. Rows after number `since` belong to
   * the decision too: what time did to the entitlement just before.
   */
  caseEvents(
    events: readonly CaseEvent[],
    by: string,
    now: EpochMs,
    writtenBy: WrittenBy,
    since = this.entitlement.seq,
  ): CaseEventsDecision {
    const rows = new Map<number, LedgerRow>();
    const before = this.entitlement.seq;
    if (since < before)
      for (const row of this.memory.unwrittenThrough(before, before - since))
        if (row.seq > since) rows.set(row.seq, row);
    const results = events.map((event) => this.caseEvent(event, by, now, writtenBy, rows));
    const inOrder = [...rows.values()].sort((one, other) => one.seq - other.seq);
    if (writtenBy === 'sender') this.memory.handOut(inOrder);
    return { results, rows: inOrder, snapshot: this.snapshot };
  }

  private caseEvent(
    event: CaseEvent,
    by: string,
    at: EpochMs,
    writtenBy: WrittenBy,
    rows: Map<number, LedgerRow>,
  ): EventAnswer {
    const origin: Origin = { at, by, key: event.key, fingerprint: fingerprintOf(event), reason: event.reason ?? null };
    const elsewhere = this.memory.answerElsewhere(event.key);
    if (elsewhere !== undefined)
      return isSameContent(elsewhere.fingerprint, event)
        ? answerFromElsewhere(elsewhere, event.caseId)
        : this.unrecorded(event, otherContent(elsewhere).refused, origin, writtenBy);
    const first = this.memory.rowOf(event.key);
    if (first !== undefined) {
      if (first.fingerprint === null || !isSameContent(first.fingerprint, event))
        return this.unrecorded(event, otherContent(first).refused, origin, writtenBy);
      this.handOut(first, rows);
      return this.isGivenUp(first) ? givenUp(event.caseId) : answerFrom(first, true);
    }
    const decided = decideCaseEvent(this.decidable, this.memory.caseOf(event.caseId), event, origin);
    if (isRefused(decided) && leavesNoRow(event, decided.refused))
      return this.unrecorded(event, decided.refused, origin, writtenBy);
    const drafts = isRefused(decided) ? [refusedRow(event, decided.refused, origin)] : decided;
    for (const draft of drafts) {
      const row = this.keep(draft, writtenBy);
      rows.set(row.seq, row);
    }
    // A case that leaves takes its keys along: whoever sees that it has left must find them in the ledger.
    if (event.kind === 'detach') for (const row of this.memory.unwrittenOf(event.caseId)) rows.set(row.seq, row);
    const last = this.memory.rowOf(event.key);
    if (last === undefined) throw new TypeError(`The event ${event.key} left no row.`);
    return answerFrom(last, false);
  }

  /**
   * The sender of a retry writes all that is unwritten up to the first answer: whoever should have written it may have
   * died, and an event that is acknowledged must not show a gap in the ledger. Not for a key that came in this message.
   */
  private handOut(first: LedgerRow, rows: Map<number, LedgerRow>): void {
    if (rows.has(first.seq)) return;
    const newestFirst = this.memory.unwrittenThrough(first.seq, MAX_EARLIER_ROWS).toReversed();
    const limits = { most: MAX_EARLIER_ROWS, size: MAX_PAYLOAD_BYTES / 2 };
    const count = countWithin(newestFirst, limits, (row) => bytesOf(packRow(row)));
    for (const row of newestFirst.slice(0, count)) rows.set(row.seq, row);
    rows.set(first.seq, first);
    if (first.kind === 'detached' && first.caseId !== null)
      for (const row of this.memory.unwrittenOf(first.caseId)) rows.set(row.seq, row);
  }

  /** The row attached a case that another entitlement had first, and the case was given up again. */
  private isGivenUp({ kind, caseId, seq }: LedgerRow): boolean {
    return kind === 'attached' && caseId !== null && this.memory.rowOf(lostKey(caseId, seq)) !== undefined;
  }

  /**
   * What decides nothing about terms leaves no row: the same key may come again once the case is attached. Only a
   * signal, which hears no answer, leaves a refused row without its key.
   */
  private unrecorded(event: CaseEvent, refused: Refusal, origin: Origin, writtenBy: WrittenBy): EventAnswer {
    if (writtenBy === 'workflow') {
      const detail = `${refused.detail} (key ${event.key})`;
      this.keep(refusedRow(event, { ...refused, detail }, { ...origin, key: null, fingerprint: null }), 'workflow');
    }
    return { outcome: 'refused', repeated: false, seq: null, code: refused.code, detail: refused.detail };
  }

  /**
   * Keeps that a signal could not be taken: it changes nothing, and stands in the ledger as refused. Its key is named in the
   * words alone, as the same key may come again with what can be read.
   */
  unreadable(refused: Refusal, { key, caseId }: ReadOfSignal, by: string, at: EpochMs): void {
    if (!this.exists) return;
    const origin: Origin = { at, by, key: null, fingerprint: null, reason: null };
    const base = {
      ...origin,
      kind: 'refused',
      caseId: caseId ?? null,
      channel: null,
      change: 0,
      useChange: null,
      heldChange: 0,
      openChange: 0,
      overage: 0,
      charge: null,
      case: null,
      facts: null,
    } as const;
    const detail = key === undefined ? refused.detail : `${refused.detail} (key ${key})`;
    this.keep({ ...base, refusal: refused.code, detail }, 'workflow');
  }

  /** What the passing of time does: starts or expires the entitlement when that is due. */
  passTime(now: EpochMs): void {
    const origin: Origin = { at: now, by: 'allot', key: null, fingerprint: null, reason: null };
    let due = decidePassing(this.entitlement, origin);
    while (due !== undefined) {
      this.keep(decidePassing(this.decidable, origin) ?? due, 'workflow');
      due = decidePassing(this.entitlement, origin);
    }
  }

  /**
   * The entitlement for a decision: what an older version decided in this run must come out the same when it is
   * replayed.
   */
  private get decidable(): Entitlement {
    return this.rules() === 'now' ? this.entitlement : { ...this.entitlement, decidesAsVersion1: true };
  }

  private keep(draft: RowDraft, writtenBy: WrittenBy = 'sender'): LedgerRow {
    const { entitlement, row } = record(this.entitlement, draft);
    this.kept = entitlement;
    this.memory.remember(row);
    this.noteDecision(row);
    if (writtenBy === 'workflow') this.memory.isUrgent(row);
    return row;
  }

  private origin(
    { by, key, reason }: LifeMessage | (CreateMessage & { reason?: null }),
    mark: string,
    at: EpochMs,
  ): Origin {
    return { at, by, key, fingerprint: key === null ? null : mark, reason: reason ?? null };
  }

  /**
   * A workflow task that fails is tried again, perhaps with other messages before those of the first try: what it
   * decided is settled only when it has completed. What time does is the same in every try.
   */
  private noteDecision(row: LedgerRow): void {
    const number = this.task();
    const before = this.decidingTask.number === number && this.decidingTask.unsettled;
    this.decidingTask = { number, unsettled: before || !DONE_BY_TIME.has(row.kind) };
  }

  /** Whether all decisions would stand if the task that runs now were tried again: only then they may leave it. */
  get isSettled(): boolean {
    return this.decidingTask.number !== this.task() || !this.decidingTask.unsettled;
  }

  /** Gives up cases that these rows attached and that another entitlement had first: what they took comes back. */
  giveUp(rows: readonly LedgerRow[], lost: readonly LostCase[], at: EpochMs): void {
    const isStillHere = ({ caseId, through }: { caseId: CaseId; through: number }) => {
      const supportCase = this.memory.caseOf(caseId);
      return supportCase !== undefined && !supportCase.detached && supportCase.attachedSeq <= through;
    };
    this.caseEvents(givingUp(rows, lost).filter(isStillHere), 'allot', at, 'workflow');
  }

  carried(): Carried {
    return {
      version: 1,
      entitlement: this.entitlement,
      ...this.memory.carried(),
      renewals: this.renewals.carried(),
      ...(this.successor === undefined ? {} : { successor: this.successor }),
    };
  }

  /** The draft that a renewal has decided on and that must still be started. */
  get successorToStart(): Successor | undefined {
    return this.successor;
  }

  successorStarted(): void {
    this.successor = undefined;
  }
}

/** What could be read of a signal that is refused. */
export interface ReadOfSignal {
  readonly key?: string;
  readonly caseId?: CaseId;
}

/** What no message asks for. */
const DONE_BY_TIME: ReadonlySet<RowKind> = new Set([
  'started',
  'expired',
  'period_started',
  'top_up_expired',
  'renewal_started',
]);

/**
 * A case that is not here, one that this entitlement was only tried for, or a part that it cannot take: the key may come
 * again, here or elsewhere.
 */
const leavesNoRow = (event: CaseEvent, { code }: Refusal): boolean =>
  code === 'not_found' ||
  event.kind === 'spill' ||
  event.kind === 'spilled' ||
  (event.kind === 'attach' && event.pickedBy !== 'named');

const otherContent = ({ key, seq }: Pick<FirstAnswer, 'seq'> & { readonly key: string | null }) =>
  refuse(
    'idempotency_conflict',
    `The key ${key} came before with other content${seq === null ? '' : ` (ledger row ${seq})`}.`,
  );

/** The answer to a key whose attach came to nothing, as another entitlement had the case first. */
const givenUp = (caseId: CaseId): EventAnswer => ({
  outcome: 'refused',
  repeated: true,
  seq: null,
  code: 'conflict',
  detail: changedMeanwhileDetail(caseId),
});

function answerFromElsewhere({ entitlementId, seq, refusal, detail, isGivenUp }: FirstAnswer, id: CaseId): EventAnswer {
  if (isGivenUp) return { ...givenUp(id), entitlementId };
  const base = { repeated: true, seq, entitlementId };
  if (refusal === null) return { outcome: 'accepted', ...base };
  return { outcome: 'refused', code: refusal, detail: detail ?? '', ...base };
}

function answerFrom(row: LedgerRow, repeated: boolean): EventAnswer {
  const base = { repeated, seq: row.seq };
  if (row.refusal === null) return { outcome: 'accepted', ...base };
  return { outcome: 'refused', code: row.refusal, detail: row.detail ?? '', ...base };
}
