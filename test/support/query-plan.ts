import type postgres from 'postgres';
import type { Sql } from '../../db/postgres/sql.ts';

/** What PostgreSQL says of one step of a plan; the numbers are there only after it was run (`analyze`). */
interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly PlanNode[];
}

type Explained = [{ readonly Plan: PlanNode }];

/** The steps of the query's plan, without running it. */
export async function planOf(sql: Sql, query: postgres.Fragment): Promise<readonly PlanNode[]> {
  return stepsIn(await sql<{ 'QUERY PLAN': Explained }[]>`explain (format json) ${query}`);
}

/** The steps of the query's plan with the rows that each met when the query ran. */
export async function runPlanOf(sql: Sql, query: postgres.Fragment): Promise<readonly PlanNode[]> {
  return stepsIn(await sql<{ 'QUERY PLAN': Explained }[]>`explain (analyze, timing off, format json) ${query}`);
}

function stepsIn([explained]: readonly { 'QUERY PLAN': Explained }[]): PlanNode[] {
  if (explained === undefined) throw new Error('PostgreSQL explained nothing.');
  return stepsOf(explained['QUERY PLAN'][0].Plan);
}

const stepsOf = (plan: PlanNode): PlanNode[] => [plan, ...(plan.Plans ?? []).flatMap(stepsOf)];

/** The tables that the plan reads as a whole. */
export const tablesReadInWhole = (steps: readonly PlanNode[]): string[] =>
  steps.filter((step) => step['Node Type'] === 'Seq Scan').map((step) => step['Relation Name'] ?? '');

/** The indexes that the plan reads. */
export const indexesRead = (steps: readonly PlanNode[]): string[] =>
  steps.flatMap(({ 'Index Name': name }) => (name === undefined ? [] : [name]));

/** How many rows and index entries the scans of a plan that was run looked at. */
export function rowsLookedAt(steps: readonly PlanNode[]): number {
  const scans = steps.filter((step) => step['Node Type'].endsWith('Scan'));
  const looked = scans.map((step) => {
    const removed = (step['Rows Removed by Filter'] ?? 0) + (step['Rows Removed by Index Recheck'] ?? 0);
    return ((step['Actual Rows'] ?? 0) + removed) * (step['Actual Loops'] ?? 0);
  });
  return Math.round(looked.reduce((sum, rows) => sum + rows, 0));
}
