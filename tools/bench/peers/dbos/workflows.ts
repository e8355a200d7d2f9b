import { DBOS } from '@dbos-inc/dbos-sdk';
import type postgres from 'postgres';
import type { Decider } from '../common/app.ts';
import {
  type Attach,
  activateEntitlement,
  attachAtOnce,
  attachCarefully,
  createEntitlement,
  type Decision,
  type NewEntitlement,
  type Settle,
  settleAtOnce,
  settleCarefully,
} from '../common/decisions.ts';
import { type Turn, turn } from '../common/turns.ts';
import { transactionalSteps } from './data-source.ts';

/** Each start of the process counts as an attempt of every workflow that sleeps, and a contract lives for years. */
const MAX_RECOVERIES = 1_000_000;

/** What a workflow keeps of an activation, in JSON. */
interface Term {
  readonly status: 'waiting' | 'active';
  readonly startsAt: string;
  readonly endsAt: string;
}

/**
 * Registers the workflows: one for each decision, whose id is the request's key, so that it runs once and a repeated
 * request gets its result; and one for the life of an activated entitlement, which sleeps until its start and its end.
 */
export function registerWorkflows(sql: postgres.Sql): Decider {
  const step = transactionalSteps(sql);

  const create = DBOS.registerWorkflow(
    async (entitlement: NewEntitlement) =>
      await step('create', (transaction) => createEntitlement(transaction, entitlement)),
    { name: 'create' },
  );

  const live = DBOS.registerWorkflow(
    async (id: string, { status, startsAt, endsAt }: Term) => {
      // The wake-up time is recorded when the sleep begins, so the clock is only read then.
      const sleepUntil = (instant: string) => DBOS.sleep(Date.parse(instant) - Date.now());
      const turnIt = (kind: Turn) => step(kind, (transaction) => turn(transaction, kind, [id]));
      if (status === 'waiting') {
        await sleepUntil(startsAt);
        await turnIt('started');
      }
      await sleepUntil(endsAt);
      await turnIt('expired');
    },
    { name: 'live', maxRecoveryAttempts: MAX_RECOVERIES },
  );

  const activate = DBOS.registerWorkflow(
    async (id: string): Promise<Term | null> => {
      const term = await step('activate', async (transaction) => {
        const activated = await activateEntitlement(transaction, id);
        if (activated === undefined) return null;
        const { status, startsAt, endsAt } = activated;
        return { status, startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() };
      });
      if (term !== null) await DBOS.startWorkflow(live, { workflowID: `live/${DBOS.workflowID}` })(id, term);
      return term;
    },
    { name: 'activate' },
  );

  const decide = async (
    atOnce: (transaction: postgres.TransactionSql) => Promise<Decision | undefined>,
    carefully: (transaction: postgres.TransactionSql) => Promise<Decision | undefined>,
  ): Promise<Decision | null> => {
    // A duplicate rejects the step, and the careful step then says what was decided before.
    const usual = await step('at once', async (transaction) => (await atOnce(transaction)) ?? null).catch(() => null);
    return usual ?? (await step('carefully', async (transaction) => (await carefully(transaction)) ?? null));
  };
  const attach = DBOS.registerWorkflow(
    async (its: Attach) =>
      await decide(
        (transaction) => attachAtOnce(transaction, its),
        (transaction) => attachCarefully(transaction, its),
      ),
    { name: 'attach' },
  );
  const settle = DBOS.registerWorkflow(
    async (its: Settle) =>
      await decide(
        (transaction) => settleAtOnce(transaction, its),
        (transaction) => settleCarefully(transaction, its),
      ),
    { name: 'settle' },
  );

  return {
    create: async (entitlement, key) => {
      const handle = await DBOS.startWorkflow(create, { workflowID: `create/${key}` })(entitlement);
      await handle.getResult();
    },
    activate: async (id, key) => {
      const handle = await DBOS.startWorkflow(activate, { workflowID: `activate/${key}` })(id);
      const term = await handle.getResult();
      return term === null
        ? undefined
        : { status: term.status, startsAt: new Date(term.startsAt), endsAt: new Date(term.endsAt) };
    },
    attach: async (its) => {
      const handle = await DBOS.startWorkflow(attach, { workflowID: its.key })(its);
      return (await handle.getResult()) ?? undefined;
    },
    settle: async (its) => {
      const handle = await DBOS.startWorkflow(settle, { workflowID: its.key })(its);
      return (await handle.getResult()) ?? undefined;
    },
  };
}
