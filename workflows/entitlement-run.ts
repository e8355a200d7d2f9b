import type { EpochMs } from '../domain/calendar.ts';
import type { CaseEvent } from '../domain/case-events.ts';
import { decideCaseEvent, fingerprintOf } from '../domain/case-events.ts';
import { refusedRow } from '../domain/case-rows.ts';
import { born, type Entitlement, record, remainingTerm } from '../domain/entitlement.ts';
import { fingerprint } from '../domain/fingerprint.ts';
import type { CaseId, EntitlementId } from '../domain/ids.ts';
import type { LedgerRow, Origin, RowDraft, RowKind } from '../domain/ledger.ts';
import { asOf, decideCreate, decideLife, decidePassing, type LifeCommand } from '../domain/life.ts';
import { type Decided, isRefused, type Refusal, refuse } from '../domain/refusals.ts';
import { givingUp, type LostCase } from './case-custody.ts';
import { MAX_UNCONFIRMED_BYTES, MAX_UNCONFIRMED_ROWS } from './limits.ts';
import type {
  Carried,
  CaseEventsDecision,
  CreateMessage,
  EventAnswer,
  LifeAnswer,
  LifeMessage,
  Snapshot,
  StateAnswer,
  Successor,
} from './messages.ts';
import { RenewalsOfRun } from './renewals-of-run.ts';
import { RunMemory } from './run-memory.ts';

/** Whether a message's sender writes the rows that it gets as an answer, or the workflow must. */
type WrittenBy = 'sender' | 'workflow';

/**
 * One entitlement in the memory of its workflow. It decides by the domain's rules and does no I/O, so a message is handled
 * whole before anything else happens. What it remembers beside the entitlement: see RunMemory.
 */
export class EntitlementRun {
  readonly id: EntitlementId;
  readonly memory: RunMemory;
  renewals = new RenewalsOfRun();
  private kept: Entitlement | undefined;
  private successor: Successor | undefined;
  private unknown = false;
  private readonly task: () => number;
  /** The task that decided last, and whether it decided anything that another try of it could decide otherwise. */
  private decidingTask = { number: -1, unsettled: false };

  /** `task` numbers the workflow task that runs now. */
  constructor(id: EntitlementId, task: () => number = () => 0, memory = new RunMemory()) {
    this.id = id;
    this.memory = memory;
    this.task = task;
  }

  static continued(id: EntitlementId, carried: Carried, task?: () => number): EntitlementRun {
    const run = new EntitlementRun(id, task, RunMemory.continued(carried));
    run.kept = carried.entitlement;
    run.successor = carried.successor;
    run.renewals = new RenewalsOfRun(carried.renewals);
    return run;
  }

  /** Takes up the life of an entitlement whose workflow had completed. Nothing is in memory: its generation is at least 1. */
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
      // Nothing was born: the workflow that was started for it ends.
      this.unknown = true;
      return decided;
    }
    const { entitlement, row } = born(this.id, decided);
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
    const decided = this.decided(this.kept, command, message, origin);
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

  /** Decides the events one after the other; every one gets its answer, refused or not. */
  caseEvents(events: readonly CaseEvent[], by: string, now: EpochMs, writtenBy: WrittenBy): CaseEventsDecision {
    const rows = new Map<number, LedgerRow>();
    const results = events.map((event) => this.caseEvent(event, by, now, writtenBy, rows));
    const decided = [...rows.values()];
    if (writtenBy === 'sender') this.memory.handOut(decided);
    return { results, rows: decided, snapshot: this.snapshot };
  }

  private caseEvent(
    event: CaseEvent,
    by: string,
    at: EpochMs,
    writtenBy: WrittenBy,
    rows: Map<number, LedgerRow>,
  ): EventAnswer {
    const origin: Origin = { at, by, key: event.key, fingerprint: fingerprintOf(event), reason: event.reason ?? null };
    const first = this.memory.rowOf(event.key);
    if (first !== undefined) {
      if (first.fingerprint === origin.fingerprint) {
        rows.set(first.seq, first);
        return answerFrom(first, true);
      }
      return this.unrecorded(event, otherContent(first).refused, origin, writtenBy);
    }
    const decided = decideCaseEvent(this.entitlement, this.memory.caseOf(event.caseId), event, origin);
    if (isRefused(decided) && leavesNoRow(event, decided.refused))
      return this.unrecorded(event, decided.refused, origin, writtenBy);
    const drafts = isRefused(decided) ? [refusedRow(event, decided.refused, origin)] : decided;
    for (const draft of drafts) {
      const row = this.keep(draft, writtenBy);
      rows.set(row.seq, row);
    }
    const last = this.memory.rowOf(event.key);
    if (last === undefined) throw new TypeError(`The event ${event.key} left no row.`);
    return answerFrom(last, false);
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
      this.keep(due, 'workflow');
      due = decidePassing(this.entitlement, origin);
    }
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
      const kase = this.memory.caseOf(caseId);
      return kase !== undefined && !kase.detached && kase.attachedSeq <= through;
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

/** A case that is not here, or one that this entitlement was only tried for: its key may come again, here or elsewhere. */
const leavesNoRow = (event: CaseEvent, { code }: Refusal): boolean =>
  code === 'not_found' || (event.kind === 'attach' && event.pickedBy !== 'named');

const otherContent = (first: LedgerRow) =>
  refuse('idempotency_conflict', `The key ${first.key} came before with other content (ledger row ${first.seq}).`);

function answerFrom(row: LedgerRow, repeated: boolean): EventAnswer {
  const base = { repeated, seq: row.seq };
  if (row.refusal === null) return { outcome: 'accepted', ...base };
  return { outcome: 'refused', code: row.refusal, detail: row.detail ?? '', ...base };
}
