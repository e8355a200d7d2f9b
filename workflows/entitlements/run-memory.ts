import type { CaseId } from '../../domain/ids.ts';
import type { LedgerRow } from '../../domain/ledger/ledger-row.ts';
import type { SupportCase } from '../../domain/ledger/support-case.ts';
import type { About } from './about.ts';
import type { FirstAnswer } from './case-messages.ts';
import type { Envelope, Knowledge } from './messages.ts';
import { type PackedCase, packCase, packRow, unpackCase, unpackRow } from './packed.ts';
import type { Carried } from './run-input.ts';
import { UnconfirmedRows } from './unconfirmed-rows.ts';

type Names = Pick<About, 'cases' | 'keys'>;

/**
 * What a run remembers beside its entitlement: the cases and keys of recent messages, and the rows that nobody has
 * confirmed to be written.
 *
 * It is bounded. At a checkpoint all rows are written and what they are about is forgotten. Checkpoints are numbered. A
 * sender that read PostgreSQL at the newest checkpoint saw all that was forgotten, so the workflow trusts what such a
 * sender says it read, and takes what the sender does not mention as absent. For any other message the forgotten must
 * be loaded first.
 */
export class RunMemory {
  unconfirmed = new UnconfirmedRows();
  private newestCheckpoint = 0;
  private lastAttempt = 0;
  private readonly cases = new Map<CaseId, { supportCase: SupportCase; seq: number }>();
  private readonly rowsByKey = new Map<string, LedgerRow>();
  /** Rows that were loaded because their keys came again. */
  private readonly recalled = new Set<number>();
  /** How other ledgers answered the keys of the messages that are decided at this moment. */
  private elsewhere: ReadonlyMap<string, FirstAnswer> = new Map();

  static continued(carried: Carried): RunMemory {
    const memory = new RunMemory();
    memory.newestCheckpoint = carried.generation;
    memory.lastAttempt = carried.lastAttempt;
    const rows = carried.rows.map(unpackRow);
    for (const row of rows) memory.rememberContent(row);
    // After the rows: a row that was loaded because its key came again says how the case was long ago.
    for (const supportCase of carried.cases)
      memory.cases.set(supportCase.caseId, { supportCase: unpackCase(supportCase), seq: 0 });
    memory.unconfirmed = UnconfirmedRows.continued(rows, carried);
    return memory;
  }

  /**
   * Continues the life of a workflow that had completed, from its newest checkpoint. Nothing is in memory, so the
   * number is at least 1: numbers from 1 on say that something was forgotten.
   */
  restore(checkpoint: number): void {
    this.newestCheckpoint = Math.max(1, checkpoint);
    this.lastAttempt = this.newestCheckpoint;
  }

  /** The number of the newest checkpoint; 0 before the first. */
  get checkpointNumber(): number {
    return this.newestCheckpoint;
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

  *remembered(): Iterable<SupportCase> {
    for (const { supportCase } of this.cases.values()) yield supportCase;
  }

  remember(row: LedgerRow): void {
    this.rememberContent(row);
    this.unconfirmed.add(row);
  }

  private rememberContent(row: LedgerRow): void {
    if (row.key !== null) this.rowsByKey.set(row.key, row);
    if (row.case !== null) this.cases.set(row.case.caseId, { supportCase: row.case, seq: row.seq });
  }

  /** Whether a message about these cases and keys can be decided now, without loading what was forgotten. */
  knows({ cases, keys }: Names, knowledge: Knowledge | undefined): boolean {
    if (this.newestCheckpoint === 0) return true;
    if (knowledge !== undefined && knowledge.generation >= this.newestCheckpoint) return true;
    return cases.every((id) => this.cases.has(id as CaseId)) && keys.every((key) => this.rowsByKey.has(key));
  }

  /**
   * Whether it is certain that no other entitlement decided under these keys. A sender that read the database before it
   * sent has seen that. But a case that came from another entitlement may have brought keys along: for such a case the
   * sender must have read the database after the case arrived here; only then has it seen everything that the old
   * entitlement decided before it gave the case back.
   */
  areKeysNewElsewhere({ cases, keys }: Names, knowledge: Knowledge | undefined): boolean {
    if (keys.every((key) => this.rowsByKey.has(key))) return true;
    if (knowledge === undefined) return false;
    return cases.every((id) => {
      const stay = this.movedIn(id);
      if (stay === undefined) return true;
      const seen = knowledge.cases.filter(({ caseId }) => caseId === id);
      return seen.length > 0 && seen.every(({ attachedSeq }) => attachedSeq === stay.attachedSeq);
    });
  }

  /** The case, where it is here and came from another entitlement. */
  private movedIn(id: string): SupportCase | undefined {
    const stay = this.cases.get(id as CaseId)?.supportCase;
    return stay === undefined || stay.detached || stay.movedFrom?.entitlementId == null ? undefined : stay;
  }

  /** By which row each of the cases is attached now, as a text: it changes when a case leaves or comes. */
  staysOf(cases: readonly string[]): string {
    const stays = cases.map((id) => {
      const supportCase = this.cases.get(id as CaseId)?.supportCase;
      return supportCase === undefined || supportCase.detached ? null : supportCase.attachedSeq;
    });
    return JSON.stringify(stays);
  }

  /** The unconfirmed rows that took one of the cases over from another entitlement: their moves may be unfinished. */
  unfinishedMoves(cases: readonly string[]): readonly LedgerRow[] {
    return cases.flatMap((id) => {
      const stay = this.movedIn(id);
      return (stay && this.unconfirmed.get(stay.attachedSeq)) ?? [];
    });
  }

  /** Keeps what was loaded about keys of other ledgers, for the messages that are decided before `forgetElsewhere`. */
  recallElsewhere(answers: readonly FirstAnswer[]): void {
    this.elsewhere = new Map(answers.map((answer) => [answer.key, answer]));
  }

  forgetElsewhere(): void {
    this.elsewhere = new Map();
  }

  answerElsewhere(key: string): FirstAnswer | undefined {
    return this.elsewhere.get(key);
  }

  /** Takes over the cases that the sender read, where memory has nothing newer, and which rows it has written. */
  learn({ knowledge, confirmed }: Partial<Envelope>): void {
    for (const packed of this.newTo(knowledge))
      this.cases.set(packed.caseId, { supportCase: unpackCase(packed), seq: 0 });
    if (confirmed !== undefined) this.unconfirmed.confirm(confirmed);
  }

  /**
   * The cases that would be taken over from a sender: those that memory does not have. What was read before the newest
   * checkpoint may be outdated, and is not taken.
   */
  newTo(knowledge: Knowledge | undefined): readonly PackedCase[] {
    if (knowledge === undefined || knowledge.generation < this.newestCheckpoint) return [];
    const unknown = new Map<CaseId, PackedCase>();
    for (const packed of knowledge.cases)
      if (!this.cases.has(packed.caseId) && !unknown.has(packed.caseId)) unknown.set(packed.caseId, packed);
    return [...unknown.values()];
  }

  /** Whether a sender can have read this checkpoint: the last attempt may be in the database before it is over. */
  mayHaveRead(checkpoint: number): boolean {
    return checkpoint <= this.lastAttempt;
  }

  /**
   * Takes over rows that were loaded because their keys came again: for the answers, not for how their cases are now.
   */
  recall(rows: readonly LedgerRow[]): void {
    for (const row of rows) {
      if (row.key === null || this.rowsByKey.has(row.key)) continue;
      this.rowsByKey.set(row.key, row);
      this.recalled.add(row.seq);
    }
  }

  /**
   * The number of the next attempt at a checkpoint. Each attempt has a number of its own, as one that failed halfway
   * may be in the database: a sender that read its number has not seen the rows that came later.
   */
  nextCheckpoint(): number {
    this.lastAttempt += 1;
    return this.lastAttempt;
  }

  /**
   * Forgets what written rows are about. A case stays as long as any row about it is unconfirmed: the next run will be
   * handed that row, and must not take it for the case's newest state.
   */
  checkpoint(isWritten: (seq: number) => boolean, checkpoint: number): void {
    this.newestCheckpoint = checkpoint;
    const waitedFor = new Set([...this.unconfirmed.all()].map(({ caseId }) => caseId));
    for (const [id, entry] of this.cases) if (isWritten(entry.seq) && !waitedFor.has(id)) this.cases.delete(id);
    for (const [key, row] of this.rowsByKey) if (isWritten(row.seq)) this.rowsByKey.delete(key);
    this.recalled.clear();
  }

  /** What the next run is handed. */
  carried(): Pick<Carried, 'generation' | 'lastAttempt' | 'cases' | 'rows' | 'unconfirmed' | 'handedOut'> {
    const rows = new Map<number, LedgerRow>();
    for (const row of this.rowsByKey.values()) if (!this.recalled.has(row.seq)) rows.set(row.seq, row);
    for (const row of this.unconfirmed.all()) rows.set(row.seq, row);
    return {
      generation: this.newestCheckpoint,
      lastAttempt: this.lastAttempt,
      cases: [...this.cases.values()]
        .filter(({ seq }) => !rows.has(seq))
        .map(({ supportCase }) => packCase(supportCase)),
      rows: [...rows.values()].sort((one, other) => one.seq - other.seq).map(packRow),
      ...this.unconfirmed.carried(),
    };
  }
}
