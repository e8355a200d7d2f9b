import { movesToFinish } from '../../domain/cases/case-custody.ts';
import { asksOthers } from '../../domain/cases/spill.ts';
import type { LedgerRow } from '../../domain/ledger/ledger-row.ts';
import { bytesOf, countWithin, MAX_PAYLOAD_BYTES } from '../messages/bytes.ts';
import { CHECKPOINT_PATIENCE_MS, IN_FLIGHT_MS, WRITE_UNCONFIRMED_AFTER_MS } from '../messages/limits.ts';
import type { EntitlementRun } from './entitlement-run.ts';
import type { LedgerWorld } from './ledger-world.ts';
import { packRow } from './packed.ts';
import type { PackedBatch, WriteOutcome } from './ports.ts';

/**
 * Cases that one activity shares: each asks up to twenty entitlements, and all must answer within the activity's time.
 */
const SHARED_AT_A_TIME = 10;

/** Rows in one write, where they are small. */
const MAX_ROWS_PER_WRITE = 500;

/** Sees to it that every row reaches the ledger, whoever should have written it. One write at a time. */
export class LedgerKeeper {
  private readonly run: EntitlementRun;
  private readonly world: LedgerWorld;
  private isWriting = false;

  constructor(run: EntitlementRun, world: LedgerWorld) {
    this.run = run;
    this.world = world;
  }

  /**
   * Runs as long as the run. Rows that the workflow alone has are written at once; rows of updates are left to their
   * senders for `WRITE_UNCONFIRMED_AFTER_MS`. One timer serves all rows of that time.
   */
  async keep(): Promise<never> {
    const { unconfirmed } = this.run.memory;
    for (;;) {
      await this.world.until(() => unconfirmed.count > 0);
      // A wait with a limit costs more than a decision: it is left out where its condition holds already.
      if (!unconfirmed.hasUrgent)
        await this.world.untilOrTimeout(() => unconfirmed.hasUrgent, WRITE_UNCONFIRMED_AFTER_MS);
      if (this.isWriting) await this.world.until(() => !this.isWriting);
      const rows = unconfirmed.unwritten(this.world.now() - IN_FLIGHT_MS);
      if (rows.length > 0) await this.write(rows, this.run.memory.checkpointNumber, this.run.isSettled);
    }
  }

  /**
   * Writes what is unwritten, and then forgets everything that is written. Rows that their senders are most likely
   * writing at this moment are left to them and stay known, unless `all`. False when the database did not take it
   * within `CHECKPOINT_PATIENCE_MS`: then nothing is forgotten.
   */
  async checkpoint({ all }: { all: boolean }): Promise<boolean> {
    if (this.isWriting && !(await this.world.untilOrTimeout(() => !this.isWriting, CHECKPOINT_PATIENCE_MS)))
      return false;
    const { memory, entitlement } = this.run;
    const rows = memory.unconfirmed.unwritten(all ? undefined : this.world.now() - IN_FLIGHT_MS);
    const isWritten = memory.unconfirmed.whatIsWrittenWith(rows, entitlement.seq);
    const checkpoint = memory.nextCheckpoint();
    try {
      // Not by a local activity, which runs within the task: another try of the task could give other rows the same
      // number.
      await this.world.within(CHECKPOINT_PATIENCE_MS, () => this.write(rows, checkpoint, false));
    } catch (error) {
      if (this.world.isTimeout(error)) return false;
      throw error;
    }
    memory.checkpoint(isWritten, checkpoint);
    return true;
  }

  /**
   * Writes the rows and does what follows. The checkpoint's number goes with the last batch: it stands for all rows
   * before.
   */
  private async write(rows: readonly LedgerRow[], checkpoint: number, quickly: boolean): Promise<void> {
    this.isWriting = true;
    // The entitlement as it is with these rows. What is decided while they are written is not settled yet, so it must
    // not be written with them.
    const { entitlement, memory } = this.run;
    try {
      let rest = rows;
      do {
        const batch = this.nextBatch(rest);
        rest = rest.slice(batch.length);
        const generation = rest.length === 0 ? checkpoint : memory.checkpointNumber;
        const { lost } = await this.writeBatch(
          { rows: batch.map(packRow), snapshot: { entitlement, generation } },
          quickly,
        );
        for (const finish of this.whatFollows(batch, lost)) await finish();
        memory.unconfirmed.written(batch);
        this.run.cases.giveUp(batch, lost, this.world.now());
      } while (rest.length > 0);
    } finally {
      this.isWriting = false;
    }
  }

  /** What must be done once rows are written, in order; EntitlementsGateway.finishWritten does the same for senders. */
  private whatFollows(rows: readonly LedgerRow[], lost: WriteOutcome['lost']): readonly (() => Promise<void>)[] {
    const { patient } = this.world;
    const { id } = this.run;
    const moved = movesToFinish(rows, lost);
    const shared = rows.filter(asksOthers);
    const steps = moved.length === 0 ? [] : [() => patient.finishMoves(id, moved.map(packRow))];
    for (let from = 0; from < shared.length; from += SHARED_AT_A_TIME) {
      const some = shared.slice(from, from + SHARED_AT_A_TIME);
      steps.push(() => patient.finishSpills(id, some.map(packRow)));
    }
    return steps;
  }

  /** The rows of the next write. Older code limited this by number only, so a replay must do the same. */
  private nextBatch(rows: readonly LedgerRow[]): readonly LedgerRow[] {
    const byNumber = rows.slice(0, MAX_ROWS_PER_WRITE);
    const limits = { most: MAX_ROWS_PER_WRITE, size: MAX_PAYLOAD_BYTES };
    const count = countWithin(byNumber, limits, (row) => bytesOf(packRow(row)));
    if (count === byNumber.length || !this.world.patched('writes-are-cut-by-bytes')) return byNumber;
    return byNumber.slice(0, count);
  }

  /**
   * Writes a batch. `quickly`: tries a local activity first, which is allowed only if all rows of the batch are
   * settled.
   */
  private async writeBatch(batch: PackedBatch, quickly: boolean): Promise<WriteOutcome> {
    const { quick, patient, isTimeout } = this.world;
    if (!quickly) return await patient.writeLedger(batch);
    try {
      return await quick.writeLedger(batch);
    } catch (error) {
      if (isTimeout(error)) throw error;
      return await patient.writeLedger(batch);
    }
  }
}
