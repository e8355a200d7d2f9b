import type { EpochMs } from '../../domain/calendar.ts';
import type { CaseId } from '../../domain/ids.ts';
import type { LedgerRow } from '../../domain/ledger/ledger-row.ts';
import type { SupportCase } from '../../domain/ledger/support-case.ts';
import { bytesOf } from '../messages/bytes.ts';
import type { Carried, Envelope, FirstAnswer, Knowledge } from './messages.ts';
import { type PackedCase, packCase, packRow, unpackCase, unpackRow } from './packed.ts';

/**
 * What a run remembers beside its entitlement: the cases and keys that came by lately, and the rows that nobody has
 * confirmed to be written.
 *
 * Bounded: at a checkpoint all rows are written and what they speak of is forgotten. `generation` counts the
 * checkpoints. A sender that read PostgreSQL at this generation or later saw all that was forgotten, so what it brings
 * along (or its absence) can be relied on; for any other message the forgotten must be loaded first.
 */
export class RunMemory {
  private generationNow = 0;
  private lastAttempt = 0;
  private readonly cases = new Map<CaseId, { supportCase: SupportCase; seq: number }>();
  private readonly rowsByKey = new Map<string, LedgerRow>();
  private readonly unconfirmed = new Map<number, LedgerRow>();
  private readonly recalled = new Set<number>();
  /** What keys were answered elsewhere, as it was loaded for the messages that are decided at this moment. */
  private elsewhere: ReadonlyMap<string, FirstAnswer> = new Map();
  private readonly rowBytes = new WeakMap<LedgerRow, number>();
  /** Rows that a sender has, who may write them. */
  private readonly handedOut = new Set<number>();
  /** Rows up to this number nobody else will write: they are the workflow's to write at once. */
  private urgentThrough = 0;

  static continued(carried: Carried): RunMemory {
    const memory = new RunMemory();
    memory.generationNow = carried.generation;
    memory.lastAttempt = carried.lastAttempt;
    for (const row of carried.rows) memory.remember(unpackRow(row));
    // After the rows: a row that was loaded because its key came again says how the case stood long ago.
    for (const supportCase of carried.cases)
      memory.cases.set(supportCase.caseId, { supportCase: unpackCase(supportCase), seq: 0 });
    const unconfirmed = new Set(carried.unconfirmed);
    for (const { seq } of carried.rows) if (!unconfirmed.has(seq)) memory.unconfirmed.delete(seq);
    memory.urgentThrough = Math.max(0, ...unconfirmed);
    for (const seq of carried.handedOut ?? carried.unconfirmed) memory.handedOut.add(seq);
    return memory;
  }

  /** Begins where a workflow that had completed left off: nothing is in memory, so its generation is at least 1. */
  restore(generation: number): void {
    this.generationNow = Math.max(1, generation);
    this.lastAttempt = this.generationNow;
  }

  get generation(): number {
    return this.generationNow;
  }

  get rowsUnconfirmed(): number {
    return this.unconfirmed.size;
  }

  /** How large the unconfirmed rows are as a payload. */
  get bytesUnconfirmed(): number {
    let bytes = 0;
    for (const row of this.unconfirmed.values()) {
      let known = this.rowBytes.get(row);
      if (known === undefined) {
        known = bytesOf(packRow(row));
        this.rowBytes.set(row, known);
      }
      bytes += known;
    }
    return bytes;
  }

  get casesInMemory(): number {
    return this.cases.size;
  }

  caseOf(id: CaseId): SupportCase | undefined {
    return this.cases.get(id)?.supportCase;
  }

  rowOf(key: string): LedgerRow | undefined {
    return this.rowsByKey.get(key);
  }

  remember(row: LedgerRow): void {
    if (row.key !== null) this.rowsByKey.set(row.key, row);
    if (row.case !== null) this.cases.set(row.case.caseId, { supportCase: row.case, seq: row.seq });
    this.unconfirmed.set(row.seq, row);
  }

  /** The row and those before it are the workflow's to write. */
  isUrgent(row: LedgerRow): void {
    this.urgentThrough = Math.max(this.urgentThrough, row.seq);
  }

  /** Whether a message about these cases and keys can be decided now, without loading what was forgotten. */
  knows(about: { cases: readonly string[]; keys: readonly string[] }, knowledge: Knowledge | undefined): boolean {
    if (this.generationNow === 0) return true;
    if (knowledge !== undefined && knowledge.generation >= this.generationNow) return true;
    return (
      about.cases.every((id) => this.cases.has(id as CaseId)) && about.keys.every((key) => this.rowsByKey.has(key))
    );
  }

  /**
   * Whether the sender has seen that no other entitlement decided under these keys. It has when it read the database before
   * it sent. A case that came from another entitlement may have brought keys along, so there the sender must have read
   * the case's present stay: whoever has seen that stay has seen all that the old entitlement decided before it gave back.
   */
  isVouchedFor(
    about: { cases: readonly string[]; keys: readonly string[] },
    knowledge: Knowledge | undefined,
  ): boolean {
    if (about.keys.every((key) => this.rowsByKey.has(key))) return true;
    if (knowledge === undefined) return false;
    return about.cases.every((id) => {
      const stay = this.cases.get(id as CaseId)?.supportCase;
      if (stay === undefined || stay.detached || stay.movedFrom?.entitlementId == null) return true;
      const seen = knowledge.cases.filter(({ caseId }) => caseId === id);
      return seen.length > 0 && seen.every(({ attachedSeq }) => attachedSeq === stay.attachedSeq);
    });
  }

  /** By which row each of the cases is attached now: it changes when a case leaves or comes. */
  staysOf(cases: readonly string[]): string {
    const stays = cases.map((id) => {
      const supportCase = this.cases.get(id as CaseId)?.supportCase;
      return supportCase === undefined || supportCase.detached ? null : supportCase.attachedSeq;
    });
    return JSON.stringify(stays);
  }

  /** The rows that took one of the cases over from another entitlement, and that nobody has seen to be finished. */
  unfinishedMoves(cases: readonly string[]): readonly LedgerRow[] {
    return cases.flatMap((id) => {
      const stay = this.cases.get(id as CaseId)?.supportCase;
      if (stay === undefined || stay.detached || stay.movedFrom?.entitlementId == null) return [];
      const row = this.unconfirmed.get(stay.attachedSeq);
      return row === undefined ? [] : [row];
    });
  }

  /** What was loaded about keys of other ledgers; for the messages that are decided before `forgetElsewhere`. */
  recallElsewhere(answers: readonly FirstAnswer[]): void {
    this.elsewhere = new Map(answers.map((answer) => [answer.key, answer]));
  }

  forgetElsewhere(): void {
    this.elsewhere = new Map();
  }

  answerElsewhere(key: string): FirstAnswer | undefined {
    return this.elsewhere.get(key);
  }

  /** Takes over what the sender knows, where memory has nothing newer, and which rows are written. */
  hear({ knowledge, confirmed }: Partial<Envelope>): void {
    // What was read before the last checkpoint may be outdated, and nobody checked it.
    const isCurrent = knowledge !== undefined && knowledge.generation >= this.generationNow;
    for (const supportCase of isCurrent ? knowledge.cases : []) {
      if (!this.cases.has(supportCase.caseId))
        this.cases.set(supportCase.caseId, { supportCase: unpackCase(supportCase), seq: 0 });
    }
    const isConfirmed = (seq: number) => confirmed?.some(([from, to]) => seq >= from && seq <= to) ?? false;
    if (confirmed === undefined) return;
    for (const seq of this.handedOut)
      if (isConfirmed(seq)) {
        this.unconfirmed.delete(seq);
        this.handedOut.delete(seq);
      }
  }

  /** Somebody gets these rows as an answer, and may write them and say so. */
  handOut(rows: readonly LedgerRow[]): void {
    for (const { seq } of rows) if (this.unconfirmed.has(seq)) this.handedOut.add(seq);
  }

  /** Whether all rows of the span exist, and none of them waits that nobody but the workflow has. */
  couldHaveWritten([from, to]: readonly [number, number], newest: number): boolean {
    if (to > newest) return false;
    for (const seq of this.unconfirmed.keys()) if (seq >= from && seq <= to && !this.handedOut.has(seq)) return false;
    return true;
  }

  *remembered(): Iterable<SupportCase> {
    for (const { supportCase } of this.cases.values()) yield supportCase;
  }

  /** Whether anybody can have read this generation: the last attempt at a checkpoint may be known before it is over. */
  canVouch(generation: number): boolean {
    return generation <= this.lastAttempt;
  }

  /** The cases that would be taken over from a sender: nothing is forgotten before the first checkpoint. */
  newTo({ generation, cases }: Knowledge): readonly PackedCase[] {
    if (generation < this.generationNow) return [];
    const unknown = new Map(cases.filter(({ caseId }) => !this.cases.has(caseId)).map((each) => [each.caseId, each]));
    return [...unknown.values()];
  }

  /** Takes over rows that were loaded because their keys came again: for the answer, not for how their cases stand now. */
  recall(rows: readonly LedgerRow[]): void {
    for (const row of rows) {
      if (row.key === null || this.rowsByKey.has(row.key)) continue;
      this.rowsByKey.set(row.key, row);
      this.recalled.add(row.seq);
    }
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

  /** The newest unwritten rows up to a number, oldest first. */
  unwrittenThrough(seq: number, most: number): readonly LedgerRow[] {
    return [...this.unconfirmed.values()].filter((row) => row.seq <= seq).slice(-most);
  }

  /** The unwritten rows about a case. */
  unwrittenOf(id: CaseId): readonly LedgerRow[] {
    return [...this.unconfirmed.values()].filter(({ caseId }) => caseId === id);
  }

  written(rows: readonly LedgerRow[]): void {
    for (const row of rows) {
      this.unconfirmed.delete(row.seq);
      this.handedOut.delete(row.seq);
    }
  }

  /** Each attempt at a checkpoint has a number of its own: a half-known one must not vouch for rows that came later. */
  nextGeneration(): number {
    this.lastAttempt += 1;
    return this.lastAttempt;
  }

  /** Which rows will be written once these are: all but those that still wait for somebody's word. */
  whatIsWrittenWith(rows: readonly LedgerRow[], newest: number): (seq: number) => boolean {
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

  /** What the next run is handed. */
  carried(): Pick<Carried, 'generation' | 'lastAttempt' | 'cases' | 'rows' | 'unconfirmed' | 'handedOut'> {
    const rows = new Map<number, LedgerRow>();
    for (const row of this.rowsByKey.values()) if (!this.recalled.has(row.seq)) rows.set(row.seq, row);
    for (const row of this.unconfirmed.values()) rows.set(row.seq, row);
    return {
      generation: this.generationNow,
      lastAttempt: this.lastAttempt,
      cases: [...this.cases.values()]
        .filter(({ seq }) => !rows.has(seq))
        .map(({ supportCase }) => packCase(supportCase)),
      rows: [...rows.values()].sort((one, other) => one.seq - other.seq).map(packRow),
      unconfirmed: [...this.unconfirmed.keys()],
      handedOut: [...this.handedOut],
    };
  }
}
