import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { record } from '../../domain/entitlements/evolve.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import type { LedgerRow, RowDraft } from '../../domain/ledger/ledger-row.ts';
import type { Snapshot } from './messages.ts';
import { RunMemory } from './run-memory.ts';
import { Settledness } from './settledness.ts';

/** `before`: the rules of a version before 2, for what that version decided and is replayed now. */
export type Rules = 'now' | 'before';

/** Who writes the rows of a decision: the message's sender, who gets them as its answer, or the workflow. */
export type WrittenBy = 'sender' | 'workflow';

export interface StateOptions {
  /** Numbers the workflow task that runs now. */
  readonly task?: () => number;
  /** By which rules the entitlement decides about terms. */
  readonly rules?: () => Rules;
}

/** What a run is told by its workflow. */
export interface RunOptions extends StateOptions {
  /**
   * False where older code wrote the history, for which each case made a new version of the entitlement; it is called
   * only where that makes a difference, and never while a message is judged before it is taken.
   */
  readonly casesMakeNoVersion?: () => boolean;
  /** False where older code wrote the history, which answered retries with more unwritten rows; called only then. */
  readonly earlierRowsAreFew?: () => boolean;
  /** False where older code wrote the history, which did not count what holds a case; called only for such events. */
  readonly holdsAreCounted?: () => boolean;
  /** False where older code wrote the history, which let a period turn between two pauses that meet; called only there. */
  readonly pausesThatMeetAreOne?: () => boolean;
}

/** An entitlement, and what its workflow remembers beside it. All its decisions are recorded here. */
export class EntitlementState {
  readonly id: EntitlementId;
  readonly memory: RunMemory;
  /** The database does not know the entitlement, or its draft was refused: this workflow ends. */
  isUnknown = false;
  private readonly settledness: Settledness;
  private readonly rules: () => Rules;
  private kept: Entitlement | undefined;

  constructor(
    id: EntitlementId,
    { task = () => 0, rules = () => 'now' }: StateOptions = {},
    memory = new RunMemory(),
    entitlement?: Entitlement,
  ) {
    this.id = id;
    this.memory = memory;
    this.settledness = new Settledness(task);
    this.rules = rules;
    this.kept = entitlement;
  }

  get exists(): boolean {
    return this.kept !== undefined;
  }

  /** Throws before the entitlement exists. */
  get entitlement(): Entitlement {
    if (this.kept === undefined) throw new TypeError(`Entitlement ${this.id} has not been created.`);
    return this.kept;
  }

  /**
   * The entitlement for a decision: what an older version decided in this run must come out the same when it is
   * replayed.
   */
  get decidable(): Entitlement {
    return this.rules() === 'now' ? this.entitlement : { ...this.entitlement, decidesAsVersion1: true };
  }

  get snapshot(): Snapshot {
    return { entitlement: this.entitlement, generation: this.memory.checkpointNumber };
  }

  /**
   * Whether all decisions would be the same if the task that runs now were tried again: only then may they leave the
   * task.
   */
  get isSettled(): boolean {
    return this.settledness.isSettled;
  }

  /** Continues from what the database has. */
  restore({ entitlement, generation }: Snapshot): void {
    this.kept = entitlement;
    this.memory.restore(generation);
  }

  /** Begins with a new entitlement and its first row. */
  begin(entitlement: Entitlement, row: LedgerRow): void {
    this.kept = entitlement;
    this.note(row);
  }

  /** Records a decision: numbers the row, applies it and remembers it. */
  keep(draft: RowDraft, writtenBy: WrittenBy = 'sender'): LedgerRow {
    const { entitlement, row } = record(this.entitlement, draft);
    this.kept = entitlement;
    this.note(row);
    if (writtenBy === 'workflow') this.memory.unconfirmed.markUrgent(row);
    return row;
  }

  private note(row: LedgerRow): void {
    this.memory.remember(row);
    this.settledness.note(row);
  }
}
