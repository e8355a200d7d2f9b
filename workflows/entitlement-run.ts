import type { EpochMs } from '../domain/calendar.ts';
import type { CaseOnEntitlement } from '../domain/case.ts';
import type { CaseEvent } from '../domain/case-events.ts';
import { decideCaseEvent, fingerprintOf } from '../domain/case-events.ts';
import { refusedRow } from '../domain/case-rows.ts';
import { born, type Entitlement, record, remainingTerm } from '../domain/entitlement.ts';
import { fingerprint } from '../domain/fingerprint.ts';
import type { CaseId, EntitlementId } from '../domain/ids.ts';
import type { LedgerRow, Origin, RowDraft, RowKind } from '../domain/ledger.ts';
import { asOf, decideCreate, decideLife, decidePassing, type LifeCommand } from '../domain/life.ts';
import { type Decided, isRefused, type Refusal, refuse } from '../domain/refusals.ts';
import { MAX_UNCONFIRMED_ROWS } from './limits.ts';
import type {
  Carried,
  CaseEventsDecision,
  CreateMessage,
  Envelope,
  EventAnswer,
  Knowledge,
  LifeAnswer,
  LifeMessage,
  Snapshot,
  StateAnswer,
  Successor,
} from './messages.ts';
import { packCase, packRow, unpackCase, unpackRow } from './packed.ts';

/** Whether a message's sender writes the rows that it gets as an answer, or the workflow must. */
type WrittenBy = 'sender' | 'workflow';

/**
 * One entitlement in the memory of its workflow: the entitlement, the cases and keys that came by lately, and the rows
 * that nobody has confirmed to be written. It decides by the domain's rules and does no I/O, so a message is handled
 * whole before anything else happens.
 *
 * Bounded: at a checkpoint all rows are written and what they speak of is forgotten. `generation` counts the
 * checkpoints. A sender that read PostgreSQL at this generation or later saw all that was forgotten, so what it brings
 * along (or its absence) can be relied on; for any other message the forgotten must be loaded first.
 */
export class EntitlementRun {
  readonly id: EntitlementId;
  private kept: Entitlement | undefined;
  private generationNow = 0;
  private lastAttempt = 0;
  private successor: Successor | undefined;
  private unknown = false;
  private readonly cases = new Map<CaseId, { kase: CaseOnEntitlement; seq: number }>();
  private readonly rowsByKey = new Map<string, LedgerRow>();
  private readonly unconfirmed = new Map<number, LedgerRow>();
  private readonly recalled = new Set<number>();
  /** Rows up to this number nobody else will write: they are the workflow's to write at once. */
  private urgentThrough = 0;
  private readonly task: () => number;
  /** The task that decided last, and whether it decided anything that another try of it could decide otherwise. */
  private decidingTask = { number: -1, unsettled: false };

  /** `task` numbers the workflow task that runs now. */
  constructor(id: EntitlementId, task: () => number = () => 0) {
    this.id = id;
    this.task = task;
  }

  static continued(id: EntitlementId, carried: Carried, task?: () => number): EntitlementRun {
    const run = new EntitlementRun(id, task);
    run.kept = carried.entitlement;
    run.generationNow = carried.generation;
    run.lastAttempt = carried.lastAttempt;
    run.successor = carried.successor;
    for (const row of carried.rows) run.remember(unpackRow(row));
    // After the rows: a row that was loaded because its key came again says how the case stood long ago.
    for (const kase of carried.cases) run.cases.set(kase.caseId, { kase: unpackCase(kase), seq: 0 });
    const unconfirmed = new Set(carried.unconfirmed);
    for (const { seq } of carried.rows) if (!unconfirmed.has(seq)) run.unconfirmed.delete(seq);
    run.urgentThrough = Math.max(0, ...unconfirmed);
    return run;
  }

  /** Takes up the life of an entitlement whose workflow had completed. Nothing is in memory: its generation is at least 1. */
  restore(snapshot: Snapshot | null): void {
    if (snapshot === null) {
      this.unknown = true;
      return;
    }
    this.kept = snapshot.entitlement;
    this.generationNow = Math.max(1, snapshot.generation);
    this.lastAttempt = this.generationNow;
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

  get generation(): number {
    return this.generationNow;
  }

  get snapshot(): Snapshot {
    return { entitlement: this.entitlement, generation: this.generationNow };
  }

  get state(): StateAnswer {
    return {
      ...this.snapshot,
      remainingTerm: remainingTerm(this.entitlement),
      unconfirmedRows: this.unconfirmed.size,
      casesInMemory: this.cases.size,
    };
  }

  /** Whether a message about these cases and keys can be decided now, without loading what was forgotten. */
  knows(about: { cases: readonly string[]; keys: readonly string[] }, knowledge: Knowledge | undefined): boolean {
    if (this.generationNow === 0) return true;
    if (knowledge !== undefined && knowledge.generation >= this.generationNow) return true;
    return (
      about.cases.every((id) => this.cases.has(id as CaseId)) && about.keys.every((key) => this.rowsByKey.has(key))
    );
  }

  /** Takes over what the sender knows, where memory has nothing newer, and which rows are written. */
  hear({ knowledge, confirmed }: Partial<Envelope>): void {
    for (const kase of knowledge?.cases ?? []) {
      if (!this.cases.has(kase.caseId)) this.cases.set(kase.caseId, { kase: unpackCase(kase), seq: 0 });
    }
    const isConfirmed = (seq: number) => confirmed?.some(([from, to]) => seq >= from && seq <= to) ?? false;
    if (confirmed !== undefined)
      for (const seq of this.unconfirmed.keys()) if (isConfirmed(seq)) this.unconfirmed.delete(seq);
  }

  /** Takes over rows that were loaded because their keys came again: for the answer, not for how their cases stand now. */
  recall(rows: readonly LedgerRow[]): void {
    for (const row of rows) {
      if (row.key === null || this.rowsByKey.has(row.key)) continue;
      this.rowsByKey.set(row.key, row);
      this.recalled.add(row.seq);
    }
  }

  /** Why no update can be taken now: the database is away, and too much waits to be written. */
  overfull(): Refusal | undefined {
    if (this.unconfirmed.size < MAX_UNCONFIRMED_ROWS) return undefined;
    return refuse('unavailable', 'Too many decisions wait for the database. Try again later.').refused;
  }

  create(message: CreateMessage, now: EpochMs): Decided<LifeAnswer> {
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
    this.remember(row);
    this.noteDecision(row);
    return { row, repeated: false, snapshot: this.snapshot };
  }

  /** Begins with a draft that nobody but this workflow writes. Details that do not fit leave nothing behind. */
  begin(message: CreateMessage, now: EpochMs): void {
    const answer = this.create(message, now);
    if (!isRefused(answer)) this.urgentThrough = answer.row.seq;
  }

  /** Decides without recording: for the validator of an update. */
  refusalOf(command: LifeCommand, message: LifeMessage, now: EpochMs): Refusal | undefined {
    const origin = this.origin(message, fingerprint([command]), now);
    const entitlement = this.kept === undefined ? undefined : asOf(this.kept, now);
    const decided = this.repeatedLife(origin) ?? this.decided(entitlement, command, message, origin);
    return isRefused(decided) ? decided.refused : undefined;
  }

  command(command: LifeCommand, message: LifeMessage, now: EpochMs): Decided<LifeAnswer> {
    const origin = this.origin(message, fingerprint([command]), now);
    const repeated = this.repeatedLife(origin);
    if (repeated !== undefined) return repeated;
    const decided = this.decided(this.kept, command, message, origin);
    if (isRefused(decided)) return decided;
    const row = this.keep(decided);
    if (row.facts?.successorId !== undefined && row.facts.details !== undefined)
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
    const first = origin.key === null ? undefined : this.rowsByKey.get(origin.key);
    if (first === undefined) return undefined;
    if (first.fingerprint !== origin.fingerprint) return otherContent(first);
    return { row: first, repeated: true, snapshot: this.snapshot };
  }

  /** Decides the events one after the other; every one gets its answer, refused or not. */
  caseEvents(events: readonly CaseEvent[], by: string, now: EpochMs, writtenBy: WrittenBy): CaseEventsDecision {
    const rows = new Map<number, LedgerRow>();
    const results = events.map((event) => this.caseEvent(event, by, now, writtenBy, rows));
    return { results, rows: [...rows.values()], snapshot: this.snapshot };
  }

  private caseEvent(
    event: CaseEvent,
    by: string,
    at: EpochMs,
    writtenBy: WrittenBy,
    rows: Map<number, LedgerRow>,
  ): EventAnswer {
    const origin: Origin = { at, by, key: event.key, fingerprint: fingerprintOf(event), reason: event.reason ?? null };
    const first = this.rowsByKey.get(event.key);
    if (first !== undefined) {
      if (first.fingerprint === origin.fingerprint) {
        rows.set(first.seq, first);
        return answerFrom(first, true);
      }
      return this.unrecorded(event, otherContent(first).refused, origin, writtenBy);
    }
    const decided = decideCaseEvent(this.entitlement, this.cases.get(event.caseId)?.kase, event, origin);
    if (isRefused(decided) && leavesNoRow(event, decided.refused))
      return this.unrecorded(event, decided.refused, origin, writtenBy);
    const drafts = isRefused(decided) ? [refusedRow(event, decided.refused, origin)] : decided;
    for (const draft of drafts) {
      const row = this.keep(draft, writtenBy);
      rows.set(row.seq, row);
    }
    const last = this.rowsByKey.get(event.key);
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

  /** Keeps that a signal could not be read: it changes nothing, and stands in the ledger as refused. */
  unreadable(refused: Refusal, by: string, at: EpochMs): void {
    if (!this.exists) return;
    const origin: Origin = { at, by, key: null, fingerprint: null, reason: null };
    const base = {
      ...origin,
      kind: 'refused',
      caseId: null,
      channel: null,
      change: 0,
      heldChange: 0,
      openChange: 0,
      overage: 0,
      charge: null,
      case: null,
      facts: null,
    } as const;
    this.keep({ ...base, refusal: refused.code, detail: refused.detail }, 'workflow');
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
    this.remember(row);
    this.noteDecision(row);
    if (writtenBy === 'workflow') this.urgentThrough = row.seq;
    return row;
  }

  private remember(row: LedgerRow): void {
    if (row.key !== null) this.rowsByKey.set(row.key, row);
    if (row.case !== null) this.cases.set(row.case.caseId, { kase: row.case, seq: row.seq });
    this.unconfirmed.set(row.seq, row);
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

  /** Gives up cases that another entitlement had first: what they took comes back. */
  detachLost(cases: readonly CaseId[], at: EpochMs): void {
    const events = cases
      .filter((id) => this.cases.get(id)?.kase.detached !== true)
      .map((caseId) => ({ kind: 'detach', key: `lost:${caseId}:${this.entitlement.seq}`, caseId }) as const);
    this.caseEvents(events, 'allot', at, 'workflow');
  }

  get hasUnconfirmed(): boolean {
    return this.unconfirmed.size > 0;
  }

  /** Whether rows wait that nobody but the workflow will write. */
  get hasUrgent(): boolean {
    const [oldest] = this.unconfirmed.keys();
    return oldest !== undefined && oldest <= this.urgentThrough;
  }

  /** Unwritten rows, oldest first: those made until `madeBefore`, and all that are urgent. */
  unwritten(madeBefore: EpochMs = Number.POSITIVE_INFINITY): readonly LedgerRow[] {
    return [...this.unconfirmed.values()].filter((row) => row.at <= madeBefore || row.seq <= this.urgentThrough);
  }

  written(rows: readonly LedgerRow[]): void {
    for (const row of rows) this.unconfirmed.delete(row.seq);
  }

  /** Each attempt at a checkpoint has a number of its own: a half-known one must not vouch for rows that came later. */
  nextGeneration(): number {
    this.lastAttempt += 1;
    return this.lastAttempt;
  }

  /** Which rows will be written once these are: all but those that still wait for somebody's word. */
  whatIsWrittenWith(rows: readonly LedgerRow[]): (seq: number) => boolean {
    const newest = this.entitlement.seq;
    const waiting = new Set(this.unconfirmed.keys());
    for (const { seq } of rows) waiting.delete(seq);
    return (seq) => seq <= newest && !waiting.has(seq);
  }

  /**
   * Forgets what written rows speak of; `generation` says who may have read them. A case stays as long as any row about
   * it waits: the next run will be handed that row, which must not pass for the case's newest state.
   */
  checkpoint(isWritten: (seq: number) => boolean, generation: number): void {
    this.generationNow = generation;
    const waitedFor = new Set([...this.unconfirmed.values()].map(({ caseId }) => caseId));
    for (const [id, entry] of this.cases) if (isWritten(entry.seq) && !waitedFor.has(id)) this.cases.delete(id);
    for (const [key, row] of this.rowsByKey) if (isWritten(row.seq)) this.rowsByKey.delete(key);
    this.recalled.clear();
  }

  carried(): Carried {
    const rows = new Map<number, LedgerRow>();
    for (const row of this.rowsByKey.values()) if (!this.recalled.has(row.seq)) rows.set(row.seq, row);
    for (const row of this.unconfirmed.values()) rows.set(row.seq, row);
    return {
      version: 1,
      entitlement: this.entitlement,
      generation: this.generationNow,
      lastAttempt: this.lastAttempt,
      cases: [...this.cases.values()].filter(({ seq }) => !rows.has(seq)).map(({ kase }) => packCase(kase)),
      rows: [...rows.values()].sort((one, other) => one.seq - other.seq).map(packRow),
      unconfirmed: [...this.unconfirmed.keys()],
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

/** What no message asks for. */
const DONE_BY_TIME: ReadonlySet<RowKind> = new Set(['started', 'expired', 'period_started', 'top_up_expired']);

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
