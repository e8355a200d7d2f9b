import type postgres from 'postgres';
import type { Decider } from './app.ts';
import { isDuplicate } from './database.ts';
import {
  activateEntitlement,
  attachAtOnce,
  attachCarefully,
  createEntitlement,
  type Decision,
  settleAtOnce,
  settleCarefully,
} from './decisions.ts';

/** Decides by SQL alone: one statement for the usual way, a transaction for the rest. */
export const sqlDecider = (sql: postgres.Sql): Decider => ({
  create: (entitlement) => createEntitlement(sql, entitlement),
  activate: (id) => activateEntitlement(sql, id),
  attach: (attach) =>
    decide(
      () => attachAtOnce(sql, attach),
      () => sql.begin((transaction) => attachCarefully(transaction, attach)),
    ),
  settle: (settle) =>
    decide(
      () => settleAtOnce(sql, settle),
      () => sql.begin((transaction) => settleCarefully(transaction, settle)),
    ),
});

type Deciding = () => Promise<Decision | undefined>;

async function decide(atOnce: Deciding, carefully: Deciding): Promise<Decision | undefined> {
  const usual = await atOnce().catch(unlessDuplicate);
  if (usual !== undefined) return usual;
  // Two requests with one key on two entitlements can still meet; the second then finds the first's row.
  return (await carefully().catch(unlessDuplicate)) ?? (await carefully());
}

function unlessDuplicate(error: unknown): undefined {
  if (!isDuplicate(error)) throw error;
}
