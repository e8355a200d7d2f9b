import { countByStatus, readBacklog } from '../db/monitoring/backlog.ts';
import type { Sql } from '../db/postgres/sql.ts';
import type { Logger } from '../runtime/logger.ts';
import { failedReads, showBacklog, showStatuses } from './backlog-metrics.ts';

/** However often metrics are fetched, the database is read no more often than this. */
const READ_EVERY_MS = 15_000;
/** Counting the entitlements passes over an index of all of them. */
const COUNT_EVERY_MS = 60_000;
/** Metrics are answered without new figures when the database takes longer. */
const WITHIN_MS = 2_000;

/** Reads what waits in the database when metrics are fetched, and seldom enough to cost nothing. */
export class BacklogReader {
  readonly #sql: Sql;
  readonly #taskQueue: string;
  readonly #log: Pick<Logger, 'warn'>;
  #isFailing = false;
  #readAt = Number.NEGATIVE_INFINITY;
  #countedAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;

  constructor(sql: Sql, taskQueue: string, log: Pick<Logger, 'warn'>) {
    this.#sql = sql;
    this.#log = log;
    this.#taskQueue = taskQueue;
  }

  /** Resolves once the figures are at most `READ_EVERY_MS` old, or after `WITHIN_MS`. Never rejects. */
  async refresh(): Promise<void> {
    if (performance.now() - this.#readAt >= READ_EVERY_MS)
      this.#reading ??= this.#read().finally(() => {
        this.#reading = undefined;
      });
    if (this.#reading === undefined) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, WITHIN_MS);
    });
    await Promise.race([this.#reading, late]);
    clearTimeout(timer);
  }

  async #read(): Promise<void> {
    const now = performance.now();
    this.#readAt = now;
    try {
      showBacklog(await readBacklog(this.#sql, this.#taskQueue));
      if (now - this.#countedAt >= COUNT_EVERY_MS) {
        showStatuses(await countByStatus(this.#sql));
        this.#countedAt = now;
      }
      this.#isFailing = false;
    } catch (error) {
      failedReads.inc();
      // Once until the next success.
      if (!this.#isFailing) this.#log.warn({ err: error }, 'the metrics of what waits in the database are old');
      this.#isFailing = true;
    }
  }
}
