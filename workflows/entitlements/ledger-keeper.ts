import {
  CancellationScope,
  condition,
  isCancellation,
  patched,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import { asksOthers } from '../../domain/cases/spill.ts';
import type { LedgerRow } from '../../domain/ledger/ledger-row.ts';
import { bytesOf, countWithin, MAX_PAYLOAD_BYTES } from '../messages/bytes.ts';
import { CHECKPOINT_PATIENCE_MS, IN_FLIGHT_MS, WRITE_UNCONFIRMED_AFTER_MS } from '../messages/limits.ts';
import { movesToFinish } from './case-custody.ts';
import type { EntitlementRun } from './entitlement-run.ts';
import { packRow } from './packed.ts';
import type { EntitlementActivities, PackedBatch, WriteOutcome } from './ports.ts';

/** First within the workflow task, where all is settled: it costs one event. With the database away it gives up soon. */
const quick = proxyLocalActivities<EntitlementActivities>({
  startToCloseTimeout: '5 seconds',
  retry: { maximumAttempts: 2, initialInterval: '100 milliseconds' },
});

/** Then as long as it takes, retried by the server, where an operator sees it as pending. */
const patient = proxyActivities<EntitlementActivities>({
  startToCloseTimeout: '30 seconds',
  retry: { maximumInterval: '30 seconds' },
  summary: 'Write ledger rows that no caller has confirmed',
});

/** Each asks up to twenty entitlements; all of them are to answer within one activity's time. */
const SHARED_AT_A_TIME = 10;

/** Rows in one write, where they are small. */
const MAX_ROWS_PER_WRITE = 500;

/** The rows of the next write. Older code cut by number alone; a replay of what it did cuts as it did. */
function nextBatch(rows: readonly LedgerRow[]): readonly LedgerRow[] {
  const byNumber = rows.slice(0, MAX_ROWS_PER_WRITE);
  const limits = { most: MAX_ROWS_PER_WRITE, size: MAX_PAYLOAD_BYTES };
  const count = countWithin(byNumber, limits, (row) => bytesOf(packRow(row)));
  return count < byNumber.length && patched('writes-are-cut-by-bytes') ? byNumber.slice(0, count) : byNumber;
}

/** Sees to it that every row reaches the ledger, whoever should have written it. One write at a time. */
export class LedgerKeeper {
  private readonly run: EntitlementRun;
  private writing = false;

  constructor(run: EntitlementRun) {
    this.run = run;
  }

  /**
   * Goes on for the whole run. What the workflow alone knows is written at once; rows of updates are left to their
   * callers for a while. One timer serves all rows of that while.
   */
  async keep(): Promise<never> {
    for (;;) {
      await condition(() => this.run.memory.hasUnconfirmed);
      // What is true already is not waited for: a wait with a limit costs more than a decision.
      if (!this.run.memory.hasUrgent) await condition(() => this.run.memory.hasUrgent, WRITE_UNCONFIRMED_AFTER_MS);
      if (this.writing) await condition(() => !this.writing);
      const rows = this.run.memory.unwritten(Date.now() - IN_FLIGHT_MS);
      if (rows.length > 0) await this.write(rows, this.run.memory.generation, this.run.isSettled);
    }
  }

  /**
   * Writes what is unwritten, and then forgets all that is written. Rows that their senders are most likely writing at
   * this moment are left to them, and stay known, unless `all`. False when the database did not take it in time:
   * nothing is forgotten then.
   */
  async checkpoint({ all }: { all: boolean }): Promise<boolean> {
    if (this.writing && !(await condition(() => !this.writing, CHECKPOINT_PATIENCE_MS))) return false;
    const rows = this.run.memory.unwritten(all ? undefined : Date.now() - IN_FLIGHT_MS);
    const settled = this.run.memory.whatIsWrittenWith(rows, this.run.entitlement.seq);
    const generation = this.run.memory.nextGeneration();
    try {
      // Never within the task: another try of it would come to the same number with other rows.
      await CancellationScope.withTimeout(CHECKPOINT_PATIENCE_MS, () => this.write(rows, generation, false));
    } catch (error) {
      if (isCancellation(error)) return false;
      throw error;
    }
    this.run.memory.checkpoint(settled, generation);
    return true;
  }

  /** The generation is told with the last batch only: it vouches for all rows before it. */
  private async write(rows: readonly LedgerRow[], generation: number, quickly: boolean): Promise<void> {
    this.writing = true;
    // As it stands with these rows: what is decided while they are written is not settled yet.
    const { entitlement } = this.run;
    try {
      let rest = rows;
      do {
        const batch = nextBatch(rest);
        rest = rest.slice(batch.length);
        const snapshot = { entitlement, generation: rest.length === 0 ? generation : this.run.memory.generation };
        const { lost } = await this.writeBatch({ rows: batch.map(packRow), snapshot }, quickly);
        const moved = movesToFinish(batch, lost);
        if (moved.length > 0) await patient.finishMoves(this.run.id, moved.map(packRow));
        const shared = batch.filter(asksOthers);
        for (let from = 0; from < shared.length; from += SHARED_AT_A_TIME)
          await patient.finishSpills(this.run.id, shared.slice(from, from + SHARED_AT_A_TIME).map(packRow));
        this.run.memory.written(batch);
        this.run.giveUp(batch, lost, Date.now());
      } while (rest.length > 0);
    } finally {
      this.writing = false;
    }
  }

  private async writeBatch(batch: PackedBatch, quickly: boolean): Promise<WriteOutcome> {
    if (!quickly) return await patient.writeLedger(batch);
    try {
      return await quick.writeLedger(batch);
    } catch (error) {
      if (isCancellation(error)) throw error;
      return await patient.writeLedger(batch);
    }
  }
}
