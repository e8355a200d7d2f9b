import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { expect, test } from 'vitest';
import { repairDeliveries } from '../../../bin/reconcile/repair-deliveries.ts';
import type { Mended, RepairParts } from '../../../bin/reconcile/repaired.ts';
import { recordAttempt } from '../../../db/deliveries/delivery-attempts.ts';
import { dispatchAgain } from '../../../db/deliveries/delivery-repair.ts';
import type { Sql } from '../../../db/postgres/sql.ts';
import { deliveryWorkflowIdOf } from '../../../workflows/deliveries/delivery.ts';
import type { Attempt } from '../../../workflows/deliveries/ports.ts';
import { withMigratedDatabase } from '../../support/a-database.ts';

const aDelivery = (sql: Sql, id: string) => sql`
  insert into deliveries (id, kind, key, target, email, dispatched_at)
  values (${id}, 'email', ${id}, 'desk@allot.example', '{"subject": "s", "text": "t", "html": "h"}', now())`;

function attempt(id: string, number: number, outcome: 'failed' | 'delivered'): Attempt {
  const report = { outcome, at: Date.now(), durationMs: 5, statusCode: null, error: null, response: null, url: null };
  return { id, redelivery: 0, number, report, nextInMs: outcome === 'failed' ? 60_000 : null };
}

/** What a repair tells where all workflows have ended, and histories have these attempts. */
async function told(sql: Sql, histories: Readonly<Record<string, readonly Attempt[]>>): Promise<readonly Mended[]> {
  const mended: Mended[] = [];
  const describe = (id: string) =>
    id in histories
      ? Promise.resolve({ status: { name: 'TERMINATED' } })
      : Promise.reject(new WorkflowNotFoundError('there is none', id, undefined));
  const seen = (attempts: readonly Attempt[]) =>
    attempts.map((argument) => ({ kind: 'asked', activity: 'recordAttempt', argument }));
  const runs = Object.entries(histories).map(([id, attempts]) => [id, [{ seen: seen(attempts) }]] as const);
  const parts = {
    sql,
    client: {
      workflow: { getHandle: (id: string) => ({ describe: () => describe(id) }) },
    } as unknown as Client,
    replays: { list: () => Promise.resolve([]), runsOf: () => Promise.resolve(new Map(runs)) },
    since: new Date(0),
    mended: (what: Mended) => mended.push(what),
  };
  await repairDeliveries(parts as unknown as RepairParts);
  return mended;
}

test('a repair counts the attempts that the database had lost, and no others', async () => {
  await withMigratedDatabase(async ({ sql }) => {
    await aDelivery(sql, 'arrived');
    await aDelivery(sql, 'tried');
    const [first, second] = [attempt('arrived', 1, 'failed'), attempt('arrived', 2, 'delivered')];
    const tried = attempt('tried', 1, 'failed');
    await recordAttempt(sql, first);
    await recordAttempt(sql, tried);
    const histories = { [deliveryWorkflowIdOf('arrived')]: [first, second], [deliveryWorkflowIdOf('tried')]: [tried] };
    expect(await told(sql, histories)).toEqual([
      { kind: 'attempts', id: 'arrived', what: "recorded 1 attempt from its workflow's history" },
      { kind: 'delivery', id: 'tried', what: expect.stringContaining('it is dispatched again') },
    ]);
    expect(await told(sql, histories)).toEqual([]);
    const [stored] = await sql`select status from deliveries where id = 'arrived'`;
    expect(stored).toEqual({ status: 'delivered' });
  });
});

test('a delivery that changed meanwhile is not dispatched again', async () => {
  await withMigratedDatabase(async ({ sql }) => {
    await aDelivery(sql, 'waiting');
    const found = { id: 'waiting', target: 'desk@allot.example', redelivery: 0 };
    expect(await dispatchAgain(sql, found, true)).toBe(true);
    expect(await dispatchAgain(sql, found, true)).toBe(false);
    await sql`update deliveries set status = 'delivered'`;
    expect(await dispatchAgain(sql, { ...found, redelivery: 1 }, true)).toBe(false);
  });
});
