import type { LedgerRow, RowKind } from '../../domain/ledger/ledger-row.ts';

/** What the passing of time does: it is the same in every try of a workflow task. */
const DONE_BY_TIME: ReadonlySet<RowKind> = new Set([
  'started',
  'expired',
  'period_started',
  'top_up_expired',
  'renewal_started',
]);

/**
 * Whether decisions may leave the workflow task that made them. A task that fails is tried again, perhaps with other
 * messages before those of the first try, which would then be decided otherwise. So what messages asked for is settled
 * only when the task has completed.
 */
export class Settledness {
  private readonly task: () => number;
  private last = { task: -1, isSettled: true };

  /** `task` numbers the workflow task that runs now. */
  constructor(task: () => number) {
    this.task = task;
  }

  /** Notes a decision of the task that runs now. */
  note({ kind }: Pick<LedgerRow, 'kind'>): void {
    const task = this.task();
    const wasSettled = this.last.task !== task || this.last.isSettled;
    this.last = { task, isSettled: wasSettled && DONE_BY_TIME.has(kind) };
  }

  /** Whether all decisions would be the same if the task that runs now were tried again. */
  get isSettled(): boolean {
    return this.last.task !== this.task() || this.last.isSettled;
  }
}
