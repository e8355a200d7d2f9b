import { AsyncLocalStorage } from 'node:async_hooks';
import { DBOS } from '@dbos-inc/dbos-sdk';
import {
  assertStillOwnsWorkflow,
  type DataSourceTransactionHandler,
  DBOSStepAlreadyRecordedError,
  isPGKeyConflictError,
  migrateDataSourcePG,
  registerDataSource,
  replayRecordedStep,
  runTransaction,
} from '@dbos-inc/dbos-sdk/datasource';
import type postgres from 'postgres';

const NAME = 'peer';

interface Recorded {
  readonly output: string | null;
  readonly error: string | null;
}

/**
 * DBOS's transactions on the driver `postgres`: a step whose result is committed with what it wrote. The package
 * `@dbos-inc/postgres-datasource` has no version yet for this version of DBOS, so this does what it does.
 */
class PostgresTransactions implements DataSourceTransactionHandler {
  readonly name = NAME;
  readonly #sql: postgres.Sql;
  readonly #current = new AsyncLocalStorage<postgres.TransactionSql>();

  constructor(sql: postgres.Sql) {
    this.#sql = sql;
  }

  /** The transaction of the step that is running. */
  get transaction(): postgres.TransactionSql {
    const transaction = this.#current.getStore();
    if (transaction === undefined) throw new Error('No transaction of DBOS is running.');
    return transaction;
  }

  async initialize(): Promise<void> {
    await this.#sql.begin((transaction) => migrateDataSourcePG((text) => transaction.unsafe(text)));
  }

  async destroy(): Promise<void> {}

  async invokeTransactionFunction<This, Args extends unknown[], Return>(
    _config: unknown,
    target: This,
    work: (this: This, ...args: Args) => Promise<Return>,
    ...args: Args
  ): Promise<Return> {
    const { workflowID, stepID } = DBOS;
    if (workflowID === undefined || stepID === undefined) throw new Error('A transaction runs within a workflow.');
    const before = await this.#recorded(workflowID, stepID);
    if (before !== undefined) return replayRecordedStep<Return>(before);
    try {
      const done = await this.#sql.begin(async (transaction) => {
        const result = await this.#current.run(transaction, () => work.call(target, ...args));
        await record(transaction, workflowID, stepID, result);
        return { result };
      });
      return done.result as Return;
    } catch (error) {
      const meanwhile = error instanceof DBOSStepAlreadyRecordedError && (await this.#recorded(workflowID, stepID));
      if (meanwhile) return replayRecordedStep<Return>(meanwhile);
      throw error;
    }
  }

  async #recorded(workflowID: string, stepID: number): Promise<Recorded | undefined> {
    const [row] = await this.#sql<Recorded[]>`
      select output, error from dbos.transaction_completion
      where workflow_id = ${workflowID} and function_num = ${stepID}`;
    return row;
  }
}

async function record(transaction: postgres.TransactionSql, workflowID: string, stepID: number, result: unknown) {
  try {
    // SuperJSON's form for plain JSON, which is all that these steps return.
    const output = JSON.stringify({ json: result ?? null });
    await transaction`
      insert into dbos.transaction_completion (workflow_id, function_num, output)
      values (${workflowID}, ${stepID}, ${output})`;
  } catch (error) {
    throw isPGKeyConflictError(error) ? new DBOSStepAlreadyRecordedError(workflowID, stepID) : error;
  }
  await assertStillOwnsWorkflow(workflowID);
}

/** Makes a function that runs `work` as a transactional step of the workflow that calls it. */
export function transactionalSteps(sql: postgres.Sql) {
  const source = new PostgresTransactions(sql);
  registerDataSource(source);
  return <Result>(name: string, work: (transaction: postgres.TransactionSql) => Promise<Result>): Promise<Result> =>
    runTransaction(() => work(source.transaction), name, { dsName: NAME });
}
