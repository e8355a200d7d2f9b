import PgBoss from 'pg-boss';
import type postgres from 'postgres';
import { POOL } from '../common/database.ts';
import type { Activated } from '../common/decisions.ts';
import { type Turn, turn } from '../common/turns.ts';

interface Due {
  readonly id: string;
}

/** The shortest that pg-boss takes. */
const POLL_SECONDS = 0.5;
/** Jobs that one poll takes and one statement turns. */
const BATCH = 1_000;
/**
 * A process that dies with jobs in hand leaves them active; pg-boss gives them to another after this time, which it
 * looks at in its maintenance. Its defaults are 15 minutes and 2 minutes.
 */
const JOB_WITHIN_SECONDS = 15;
const MAINTENANCE_SECONDS = 15;
const TURNS: readonly Turn[] = ['started', 'expired'];

interface Timers {
  /** Adds the jobs of an activated entitlement to the transaction. */
  set(transaction: postgres.TransactionSql, id: string, activated: Activated): Promise<void>;
  stop(): Promise<void>;
}

/** Starts pg-boss with a queue for each turn, and workers that turn what is due in batches. */
export async function startTimers(sql: postgres.Sql, databaseUrl: string): Promise<Timers> {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    max: POOL,
    schedule: false,
    maintenanceIntervalSeconds: MAINTENANCE_SECONDS,
  });
  boss.on('error', ({ message }) => console.error(message));
  await boss.start();
  for (const kind of TURNS) {
    const queue = { name: kind, retryLimit: 10, retryBackoff: true, expireInSeconds: JOB_WITHIN_SECONDS };
    if ((await boss.getQueue(kind)) === null) await boss.createQueue(kind, queue);
    const worker = await boss.work<Due>(
      kind,
      { batchSize: BATCH, pollingIntervalSeconds: POLL_SECONDS },
      async (jobs) => {
        // A full batch says that more is due: the worker then polls again without a pause.
        if (jobs.length === BATCH) boss.notifyWorker(worker);
        await turn(
          sql,
          kind,
          jobs.map(({ data }) => data.id),
        );
      },
    );
  }
  return {
    set: async (transaction, id, { status, startsAt, endsAt }) => {
      const data: Due = { id };
      const end = { name: 'expired', data, startAfter: endsAt.toISOString() };
      const start = { name: 'started', data, startAfter: startsAt.toISOString() };
      await boss.insert(status === 'waiting' ? [start, end] : [end], { db: within(transaction) });
    },
    stop: () => boss.stop({ graceful: true, wait: true, timeout: 5_000 }),
  };
}

/** Runs pg-boss's statements in a transaction of ours. */
const within = (transaction: postgres.TransactionSql): PgBoss.Db => ({
  executeSql: async (text, values: (postgres.ParameterOrJSON<never> | undefined)[]) => {
    const given = values.map((value) => value ?? null);
    return { rows: await transaction.unsafe(text, given, { prepare: true }) };
  },
});
