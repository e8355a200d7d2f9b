import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { holdTable } from '../../dev/held-table.ts';
import { attachCase } from '../../workflows/entitlements/case-messages.ts';
import { state, workflowIdOf } from '../../workflows/entitlements/messages.ts';
import type { OwnStack } from '../support/own-stack.ts';
import { ownStackOfFile } from '../support/own-stack-of-file.ts';
import { AGREED, reconcileByCli } from '../support/play-and-compare.ts';
import { aCase, anActive, must } from '../support/records.ts';
import { unique } from '../support/unique.ts';
import { until } from '../support/waiting.ts';

const AWAY_MS = 1_500;
/** The workflow writes what nobody confirmed after 30 s; then some for a busy machine. */
const WRITTEN_WITHIN_MS = 120_000;

let stack: OwnStack;
const ownStack = ownStackOfFile();
beforeAll(() => {
  stack = ownStack();
});

interface CaseAnswer {
  id: string;
  entitlementId: string;
  change: number;
  remainingTerm: number;
}

describe('a decision that the API did not write', () => {
  /**
   * Lets the workflow decide on a case while its row cannot be written, kills the API, and then takes the lock away.
   */
  async function decideAndLose(
    body: object,
    key: string,
    unlock: () => Promise<void>,
    [method, path]: [string, string] = ['POST', '/v1/cases'],
  ): Promise<void> {
    // Reads go on, so the API gets as far as the decision. Ends with its session.
    const ledger = await holdTable(stack.sql, 'ledger', 'share');
    const lost = stack.ask(method, path, body, key).then(
      () => 'answered',
      () => 'lost',
    );
    await until('the API waits for the ledger', 60_000, async () => ((await waiting()).length > 0 ? true : undefined));
    await stack.kill('api');
    expect(await lost).toBe('lost');
    await unlock();
    ledger.release();
    expect(await ledger.ended).toBeInstanceOf(Error);
  }

  const waiting = () => stack.sql<{ pid: number }[]>`select pid from pg_stat_activity where wait_event_type = 'Lock'`;

  /** The dead API's session first: else PostgreSQL would do, once it can, what it had been asked for. */
  async function endSessions(): Promise<void> {
    for (const { pid } of await waiting()) await stack.sql`select pg_terminate_backend(${pid}, 5000)`;
    await stack.sql`
      select pg_terminate_backend(pid, 5000) from pg_locks where relation = 'ledger'::regclass and mode = 'ShareLock'`;
  }

  const rowOf = (caseId: string) =>
    until('the row appears', WRITTEN_WITHIN_MS, async () => {
      const [row] = await stack.sql<{ key: string; change: number }[]>`
        select key, change from ledger where case_id = ${caseId}`;
      return row;
    });

  test('is written by the workflow, and a new API gives the answer', async () => {
    const { id, customerId } = await anActive(stack);
    const [caseId, key] = [unique('case'), unique('key')];
    const body = { id: caseId, customerId, entitlementId: id };
    await decideAndLose(body, key, async () => {
      await stack.kill('postgres');
      await sleep(AWAY_MS);
      await stack.begin('postgres');
    });
    expect(await stack.sql`select from ledger where case_id = ${caseId}`).toHaveLength(0);

    expect(await rowOf(caseId)).toEqual({ key, change: -1 });
    await stack.begin('api');
    const answer = await must(201, stack.ask<CaseAnswer>('POST', '/v1/cases', body, key));
    expect(answer).toMatchObject({ id: caseId, entitlementId: id, change: -1, remainingTerm: 2 });
    expect(await stack.sql`select from ledger where case_id = ${caseId}`).toHaveLength(1);
    expect(await reconcileByCli(stack)).toEqual(AGREED);
  }, 300_000);

  test('is answered by a new API under the same key, and takes term once', async () => {
    const { id, customerId } = await anActive(stack);
    const [caseId, key] = [unique('case'), unique('key')];
    const body = { id: caseId, customerId, entitlementId: id };
    await decideAndLose(body, key, endSessions);
    await stack.begin('api');
    const answer = await must(201, stack.ask<CaseAnswer>('POST', '/v1/cases', body, key));
    expect(answer).toMatchObject({ id: caseId, entitlementId: id, change: -1, remainingTerm: 2 });
    expect(await stack.sql`select from ledger where case_id = ${caseId}`).toHaveLength(1);
    expect(await reconcileByCli(stack)).toEqual(AGREED);
  });

  test('about a move ends with the case on the new entitlement only, and the old one has given back', async () => {
    const [one, other] = await twoOfOneCustomer();
    const caseId = await aCase(stack, one);
    // With this one the entitlement hears that the first is written: else the move would begin by writing it.
    await aCase(stack, one);
    const key = unique('key');
    const change = { entitlementId: other.id };
    await decideAndLose(change, key, endSessions, ['PATCH', `/v1/cases/${caseId}`]);
    await movedTo(caseId, one, other);
    await stack.begin('api');
    const answer = await must(200, stack.ask<CaseAnswer>('PATCH', `/v1/cases/${caseId}`, change, key));
    expect(answer).toMatchObject({ entitlementId: other.id, change: -1, remainingTerm: 2 });
    expect(await reconcileByCli(stack)).toEqual(AGREED);
  }, 300_000);

  test('about giving back after a move is made up for once', async () => {
    const [one, other] = await twoOfOneCustomer();
    const caseId = await aCase(stack, one);
    await stack.sql.unsafe(`
      create function wait_for_the_test() returns trigger language plpgsql as $$
        begin perform pg_advisory_xact_lock(7); return new; end $$;
      create trigger giving_back before insert on ledger for each row
        when (new.kind = 'detached') execute function wait_for_the_test()`);
    const holder = await stack.sql.reserve();
    await holder`select pg_advisory_lock(7)`;
    const lost = stack.ask('PATCH', `/v1/cases/${caseId}`, { entitlementId: other.id }).catch(() => 'lost');
    await until('the API gives back', 60_000, async () => ((await waiting()).length > 0 ? true : undefined));
    await stack.kill('api');
    expect(await lost).toBe('lost');
    for (const { pid } of await waiting()) await stack.sql`select pg_terminate_backend(${pid}, 5000)`;
    await holder`select pg_advisory_unlock(7)`;
    holder.release();
    await stack.sql`drop trigger giving_back on ledger`;
    await movedTo(caseId, one, other);
    expect(await reconcileByCli(stack)).toEqual(AGREED);
  }, 300_000);

  async function twoOfOneCustomer() {
    const one = await anActive(stack);
    return [one, await anActive(stack, { customerId: one.customerId })] as const;
  }

  /** Without an API: by the workflows alone. */
  async function movedTo(caseId: string, one: { id: string }, other: { id: string }): Promise<void> {
    const rows = () => stack.sql<{ entitlement: string; kind: string; change: number }[]>`
      select entitlement_id as entitlement, kind, change from ledger where case_id = ${caseId} order by at, seq`;
    const moved = await until('the old one has given back', WRITTEN_WITHIN_MS, async () => {
      const found = await rows();
      return found.some(({ kind }) => kind === 'detached') ? found.map((row) => ({ ...row })) : undefined;
    });
    expect(moved).toEqual([
      { entitlement: one.id, kind: 'attached', change: -1 },
      { entitlement: other.id, kind: 'attached', change: -1 },
      { entitlement: one.id, kind: 'detached', change: 1 },
    ]);
    const [supportCase] = await stack.sql`select entitlement_id from cases where id = ${caseId}`;
    expect(supportCase).toEqual({ entitlement_id: other.id });
  }

  test('about a signal waits while PostgreSQL is away, and reaches the ledger when it is back', async () => {
    const { id } = await anActive(stack);
    const handle = (await stack.client()).workflow.getHandle(workflowIdOf(id));
    await stack.kill('postgres');
    const caseIds = [1, 2, 3, 4].map((n) => unique(`case-${n}`));
    for (const caseId of caseIds) await handle.signal(attachCase, { key: `key-${caseId}`, caseId });
    // Whether another entitlement knows the keys cannot be known now.
    expect((await handle.query(state)).remainingTerm).toBe(3);

    await sleep(AWAY_MS);
    await stack.begin('postgres');
    for (const [index, caseId] of caseIds.entries()) expect((await rowOf(caseId)).change).toBe(index < 3 ? -1 : 0);
    expect(await stack.sql`select refusal from ledger where case_id = ${caseIds[3] ?? ''}`).toMatchObject([
      { refusal: 'exhausted' },
    ]);
    expect(await reconcileByCli(stack)).toEqual(AGREED);
  }, 300_000);
});
