import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { holdTable } from '../../dev/held-table.ts';
import { attachCase } from '../../workflows/entitlements/case-messages.ts';
import { state, workflowIdOf } from '../../workflows/entitlements/messages.ts';
import type { OwnStack } from '../support/own-stack.ts';
import { ownStackOfFile } from '../support/own-stack-of-file.ts';
import { expectAgreement } from '../support/reconciled.ts';
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
  const waiting = () => stack.sql<{ pid: number }[]>`select pid from pg_stat_activity where wait_event_type = 'Lock'`;

  const apiWaits = () => until('the API waits', 60_000, async () => ((await waiting()).length > 0 ? true : undefined));

  /** An API writes one after the other, so the decision for a second row shows in the workflow alone. */
  async function decided({ id }: { readonly id: string }): Promise<void> {
    const handle = (await stack.client()).workflow.getHandle(`entitlement/${id}`);
    await until('the case has taken term', 60_000, async () =>
      (await handle.query(state)).remainingTerm === 2 ? true : undefined,
    );
  }

  /** Kills the API, and nobody gets an answer. */
  async function killApi(asked: readonly Promise<unknown>[]): Promise<void> {
    const ends = Promise.allSettled(asked);
    await stack.kill('api');
    expect((await ends).map(({ status }) => status)).toEqual(asked.map(() => 'rejected'));
  }

  const rowOf = (caseId: string) =>
    until('the row appears', WRITTEN_WITHIN_MS, async () => {
      const [row] = await stack.sql<{ key: string; change: number }[]>`
        select key, change from ledger where case_id = ${caseId}`;
      return row;
    });

  /** The request for a new case, which can be sent again under the same key. */
  async function aRequest() {
    const { id, customerId } = await anActive(stack);
    const [caseId, key] = [unique('case'), unique('key')];
    const send = () => stack.ask<CaseAnswer>('POST', '/v1/cases', { id: caseId, customerId, entitlementId: id }, key);
    const isTakenOnce = async () => {
      const answer = await must(201, send());
      expect(answer).toMatchObject({ id: caseId, entitlementId: id, change: -1, remainingTerm: 2 });
      expect(await stack.sql`select from ledger where case_id = ${caseId}`).toHaveLength(1);
    };
    return { id, caseId, key, send, isTakenOnce };
  }

  test('is written by the workflows alone, and a new API gives the answer: to a new case, and to a move', async () => {
    const request = await aRequest();
    const [one, other] = await twoOfOneCustomer();
    const movedId = await aCase(stack, one);
    // With this one the entitlement hears that the first is written: else the move would begin by writing it.
    await aCase(stack, one);
    const moveKey = unique('key');
    const move = () => stack.ask<CaseAnswer>('PATCH', `/v1/cases/${movedId}`, { entitlementId: other.id }, moveKey);
    // Reads go on, so the API gets as far as the decisions. The lock ends with PostgreSQL.
    const ledger = await holdTable(stack.sql, 'ledger', 'share');
    const asked = [request.send(), move()];
    await apiWaits();
    for (const each of [request, other]) await decided(each);
    await killApi(asked);
    await stack.kill('postgres');
    ledger.release();
    expect(await ledger.ended).toBeInstanceOf(Error);
    await sleep(AWAY_MS);
    await stack.begin('postgres');
    expect(await stack.sql`select from ledger where case_id = ${request.caseId}`).toHaveLength(0);

    expect(await rowOf(request.caseId)).toEqual({ key: request.key, change: -1 });
    await movedTo(movedId, one, other);
    await stack.begin('api');
    await request.isTakenOnce();
    expect(await must(200, move())).toMatchObject({ entitlementId: other.id, change: -1, remainingTerm: 2 });
    await expectAgreement(stack);
  }, 300_000);

  test('is answered at once by a new API under the same key; giving back after a move is made up for once', async () => {
    const request = await aRequest();
    const [one, other] = await twoOfOneCustomer();
    const movedId = await aCase(stack, one);
    await stack.sql.unsafe(`
      create function wait_for_the_test() returns trigger language plpgsql as $$
        begin perform pg_advisory_xact_lock(7); return new; end $$;
      create trigger held_up before insert on ledger for each row
        when (new.kind = 'detached') execute function wait_for_the_test()`);
    const holder = await stack.sql.reserve();
    await holder`select pg_advisory_lock(7)`;
    const givingBack = stack.ask('PATCH', `/v1/cases/${movedId}`, { entitlementId: other.id });
    await apiWaits();
    const sent = request.send();
    await decided(request);
    await killApi([givingBack, sent]);
    // The dead API's sessions first: else PostgreSQL would do, once it can, what it had been asked for.
    for (const { pid } of await waiting()) await stack.sql`select pg_terminate_backend(${pid}, 5000)`;
    await holder`select pg_advisory_unlock(7)`;
    holder.release();
    await stack.sql`drop trigger held_up on ledger`;
    await stack.begin('api');
    await request.isTakenOnce();
    await movedTo(movedId, one, other);
    await expectAgreement(stack);
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
    await expectAgreement(stack);
  }, 300_000);
});
