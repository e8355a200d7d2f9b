import type { Sql } from '../postgres/sql.ts';

/** A delivery whose workflow was started and has not recorded an end. */
export interface UnderWay {
  readonly id: string;
  readonly target: string;
  readonly redelivery: number;
}

/** The deliveries that were started and are not over: each must have a workflow. */
export const deliveriesUnderWay = (sql: Sql): Promise<readonly UnderWay[]> => sql<UnderWay[]>`
  select id, target, redelivery from deliveries
  where status = 'pending' and dispatched_at is not null and coalesce(claimed_until < now(), true) order by number`;

/** Those of the deliveries that wait, started or not. */
export const pendingAmong = (sql: Sql, ids: readonly string[]): Promise<readonly UnderWay[]> => sql<UnderWay[]>`
  select id, target, redelivery from deliveries where status = 'pending' and id = any(${[...ids]}) order by number`;

/**
 * Has the dispatcher start the delivery again. `asAnother`: Temporal knows an ended workflow of this id, so it counts as
 * asked for again. Answers whether it still waited.
 */
export async function dispatchAgain(sql: Sql, { id, redelivery }: UnderWay, asAnother: boolean): Promise<boolean> {
  const dispatched = await sql`
    update deliveries set dispatched_at = null, claimed_until = null, next_attempt_at = null, updated_at = now(),
      redelivery = redelivery + ${asAnother ? 1 : 0}
    where id = ${id} and redelivery = ${redelivery} and status = 'pending'
    returning id`;
  return dispatched.length > 0;
}

/** How many events have no deliveries yet. */
export async function eventsToDispatch(sql: Sql): Promise<number> {
  const [row] = await sql<{ count: number }[]>`select count(*)::int as count from events where dispatched_at is null`;
  return row?.count ?? 0;
}
