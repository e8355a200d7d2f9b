import type { EpochMs } from '../../domain/calendar.ts';
import type { LostCase } from '../../domain/cases/case-custody.ts';
import type { Considered } from '../../domain/cases/considered.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import type { LedgerRow } from '../../domain/ledger/ledger-row.ts';
import type { SupportCase } from '../../domain/ledger/support-case.ts';
import type { FirstAnswer } from './case-messages.ts';
import type { Snapshot } from './messages.ts';
import type { PackedRow } from './packed.ts';

/** Rows of one entitlement and its snapshot after them. They are written in one transaction, with the cases' links. */
export interface LedgerBatch {
  readonly rows: readonly LedgerRow[];
  readonly snapshot: Snapshot;
  /**
   * What was considered when the entitlement was picked, by the key of the attach. Only the API that picked it knows
   * this; a workflow that writes rows itself does not have it.
   */
  readonly considered?: ReadonlyMap<string, Considered>;
}

/** The rows and the snapshot as they travel to an activity. */
export interface PackedBatch {
  readonly rows: readonly PackedRow[];
  readonly snapshot: Snapshot;
}

export interface WriteOutcome {
  /** Cases that the rows attached although another entitlement had them: the entitlement must give them up. */
  readonly lost: readonly LostCase[];
}

export interface Forgotten {
  readonly cases: readonly SupportCase[];
  readonly rows: readonly LedgerRow[];
  readonly snapshot: Snapshot | null;
  /** How other entitlements answered the keys, or the database for cases without one. */
  readonly elsewhere: readonly FirstAnswer[];
  /** What did not fit into one payload, and must be asked for again; absent: nothing. */
  readonly left?: { readonly cases: readonly string[]; readonly keys: readonly string[] };
}

/** What an entitlement's workflow asks of the world. */
export interface EntitlementActivities {
  /** Writes rows, snapshot and case links. Writing the same again changes nothing. */
  writeLedger(batch: PackedBatch): Promise<WriteOutcome>;
  /** Has the entitlements that cases came from give back what they took; see EntitlementsGateway.finishWritten. */
  finishMoves(id: EntitlementId, rows: readonly PackedRow[]): Promise<void>;
  /** Has other entitlements take, or give back, their parts of cases; see EntitlementsGateway.finishWritten. */
  finishSpills(id: EntitlementId, rows: readonly PackedRow[]): Promise<void>;
  /**
   * Tells the entitlement that `successor` was to follow that it can be renewed again; see
   * EntitlementsGateway.freePredecessor.
   */
  freePredecessor(successor: FormerSuccessor): Promise<void>;
  /**
   * Reads what the ledger has about cases and keys that the workflow has forgotten, what other ledgers have about the
   * keys, and the entitlement's snapshot.
   */
  loadForgotten(id: EntitlementId, cases: readonly string[], keys: readonly string[]): Promise<Forgotten>;
}

/** What the workflow of a successor asks of the world about its predecessor's grace. */
export interface GraceActivities {
  /**
   * Tells the predecessor when its successor starts, and has the successor take over the cases that the predecessor took in
   * its grace, where it follows without a gap. A repeated call changes nothing; without a grace there is nothing to do.
   */
  takeOverGrace(start: SuccessorStart): Promise<void>;
}

/** When an entitlement starts that succeeds another one. */
export interface SuccessorStart {
  readonly id: EntitlementId;
  readonly predecessorId: EntitlementId;
  /** Null: it is a draft again. */
  readonly startsAt: EpochMs | null;
  /** The number of its newest row, for the once-only key. */
  readonly seq: number;
}

/** An entitlement that was deleted, or canceled before its start, and that another one still names as its successor. */
export interface FormerSuccessor {
  readonly id: EntitlementId;
  readonly predecessorId: EntitlementId;
  /** For the predecessor's ledger. */
  readonly why: string;
}

/** The database side of the activities; see db/ledger/ledger.ts. */
export interface LedgerStore {
  write(batch: LedgerBatch): Promise<WriteOutcome>;
  loadForgotten(id: EntitlementId, cases: readonly string[], keys: readonly string[]): Promise<Forgotten>;
  /** A case as it stood after a row of an entitlement's ledger. */
  caseAt(id: EntitlementId, seq: number): Promise<SupportCase | undefined>;
}
