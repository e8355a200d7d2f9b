import type { Sql } from './sql.ts';

/** Records that the worker polls now, by the database's clock. */
export async function sayAlive(sql: Sql, id: string, taskQueue: string): Promise<void> {
  await sql`
    insert into workers (id, task_queue) values (${id}, ${taskQueue})
    on conflict (id) do update set seen_at = now()`;
}

/** Removes the record of the worker, and records that are older than a day. */
export async function forgetWorker(sql: Sql, id: string): Promise<void> {
  await sql`delete from workers where id = ${id} or seen_at < now() - interval '1 day'`;
}

/** Whether a worker of the task queue has recorded within `withinSeconds` that it polls. */
export async function isWorkerAlive(sql: Sql, taskQueue: string, withinSeconds: number): Promise<boolean> {
  const [found] = await sql<{ alive: boolean }[]>`
    select exists (
      select from workers where task_queue = ${taskQueue} and seen_at > now() - make_interval(secs => ${withinSeconds})
    ) as alive`;
  return found?.alive ?? false;
}
