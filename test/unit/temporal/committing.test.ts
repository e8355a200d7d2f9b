import type { Client } from '@temporalio/client';
import { describe, expect, test } from 'vitest';
import { movedKey } from '../../../domain/cases/case-custody.ts';
import type { CaseEvent } from '../../../domain/cases/case-event.ts';
import { caseId, type EntitlementId, entitlementId } from '../../../domain/ids.ts';
import type { LedgerRow } from '../../../domain/ledger/ledger-row.ts';
import { EntitlementsGateway } from '../../../temporal/entitlements-gateway.ts';
import type { CaseEventsMessage } from '../../../workflows/entitlements/case-messages.ts';
import type { EntitlementRun } from '../../../workflows/entitlements/entitlement-run.ts';
import { packRow } from '../../../workflows/entitlements/packed.ts';
import type { LedgerBatch, LedgerStore, WriteOutcome } from '../../../workflows/entitlements/ports.ts';
import { toCaseEvent } from '../../../workflows/entitlements/wire-case-event.ts';
import { activeRun } from '../domain/running.ts';
import { ACME, attach, DURING, detailsWith, resolve } from '../domain/samples.ts';

const [ONE, OTHER] = [entitlementId('one'), entitlementId('other')];
const CASE = caseId('c');

/** Two entitlements in memory, their ledgers, and a gateway between them. What they do is noted in order. */
class TwoEntitlements {
  readonly runs = new Map<string, EntitlementRun>([
    [ONE, activeRun(detailsWith())],
    [OTHER, activeRun(detailsWith())],
  ]);
  readonly ledgers = new Map<string, LedgerRow[]>([
    [ONE, []],
    [OTHER, []],
  ]);
  readonly did: string[] = [];
  lost: WriteOutcome['lost'] = [];
  /** The ledger that the next write goes to: a batch does not say it. */
  private asked: EntitlementId = ONE;

  private readonly store: LedgerStore = {
    write: async ({ rows }: LedgerBatch) => {
      const ledger = this.ledgers.get(this.asked) ?? [];
      for (const row of rows) if (ledger.every(({ seq }) => seq !== row.seq)) ledger.push(row);
      this.did.push(`write ${this.asked} ${rows.map(({ kind }) => kind)}`);
      const { lost } = this;
      this.lost = [];
      return { lost };
    },
    loadForgotten: async (id, cases, keys) => {
      const rows = this.ledgers.get(id) ?? [];
      const latest = cases.flatMap((each) => rows.findLast((row) => row.caseId === each)?.case ?? []);
      return {
        cases: latest,
        rows: rows.filter(({ key }) => key !== null && keys.includes(key)),
        snapshot: null,
        elsewhere: [],
      };
    },
    caseAt: async (id, seq) => this.ledgers.get(id)?.find((row) => row.seq === seq)?.case ?? undefined,
  };

  private readonly client = {
    withDeadline: (_deadline: number, ask: () => Promise<unknown>) => ask(),
    workflow: {
      getHandle: (workflowId: string) => ({
        executeUpdate: async (_definition: unknown, { args: [message] }: { args: [CaseEventsMessage] }) => {
          const id = entitlementId(workflowId.replace('entitlement/', ''));
          this.asked = id;
          this.did.push(`ask ${id} ${message.events.map(({ kind }) => kind)}`);
          const { results, rows, snapshot } = this.decide(
            id,
            message.events.map((event) => toCaseEvent(event, ACME)),
          );
          return { results, rows: rows.map(packRow), snapshot };
        },
      }),
    },
  };

  readonly gateway = new EntitlementsGateway({
    client: this.client as unknown as Client,
    taskQueue: 'none',
    store: this.store,
  });

  decide(id: EntitlementId, events: readonly CaseEvent[]) {
    this.asked = id;
    const run = this.runs.get(id);
    if (run === undefined) throw new Error(`There is no ${id}.`);
    return run.caseEvents(events, 'tester', DURING, 'sender');
  }

  /** Decides and commits, as group commit does. */
  async commits(id: EntitlementId, events: readonly CaseEvent[]) {
    return await this.gateway.commit(id, this.decide(id, events));
  }
}

const ATTACH = { ...attach('c'), key: 'attach' };

describe('what follows a write', () => {
  test('nothing, for a case that comes from nowhere: all its rows are settled', async () => {
    const world = new TwoEntitlements();
    const { lost, settled } = await world.commits(ONE, [ATTACH]);
    expect(world.did).toEqual(['write one attached']);
    expect([lost, settled.map(({ key }) => key)]).toEqual([[], ['attach']]);
  });

  test('nothing is written where nothing was decided', async () => {
    const world = new TwoEntitlements();
    await world.commits(ONE, [{ ...resolve('c'), key: 'k' }]);
    expect(world.did).toEqual([]);
  });

  test('a moved case is given back by the entitlement that it came from, once', async () => {
    const world = new TwoEntitlements();
    await world.commits(ONE, [ATTACH]);
    const move = { ...attach('c', { movedFrom: { entitlementId: ONE, seq: 3 } }), key: 'move' };
    world.did.length = 0;
    const decision = world.decide(OTHER, [move]);
    await world.gateway.commit(OTHER, decision);
    expect(world.did).toEqual(['write other attached', 'ask one detach', 'write one attached,detached']);
    expect(world.ledgers.get(ONE)?.at(-1)?.key).toBe(movedKey(CASE, OTHER, 3));
    world.did.length = 0;
    await world.gateway.finishWritten(OTHER, decision.rows);
    expect(world.did).toEqual([]);
  });

  test('the new entitlement is told what the old one decided while the case moved', async () => {
    const world = new TwoEntitlements();
    await world.commits(ONE, [ATTACH]);
    const decision = world.decide(OTHER, [
      { ...attach('c', { movedFrom: { entitlementId: ONE, seq: 3 } }), key: 'move' },
    ]);
    world.decide(ONE, [{ ...resolve('c', 30), key: 'resolved meanwhile' }]);
    await world.gateway.commit(OTHER, decision);
    expect(world.runs.get(OTHER)?.memory.caseOf(CASE)).toMatchObject({ status: 'resolved', minutes: 30 });
    // With the row that gives back, the key that the old one decided under is in its ledger.
    expect(world.ledgers.get(ONE)?.map(({ key }) => key)).toContain('resolved meanwhile');
  });

  test('a lost case is given up before anything counts as settled', async () => {
    const world = new TwoEntitlements();
    const decision = world.decide(ONE, [ATTACH]);
    world.lost = [{ caseId: CASE, owner: OTHER }];
    const { lost, settled } = await world.gateway.commit(ONE, decision);
    expect(world.did).toEqual(['write one attached', 'ask one detach', 'write one attached,detached']);
    expect(lost).toEqual([{ caseId: CASE, owner: OTHER }]);
    expect(settled.map(({ key }) => key)).toEqual(['lost:c:3', 'attach']);
    expect(world.runs.get(ONE)?.memory.caseOf(CASE)).toMatchObject({ detached: true, taken: 0 });
  });
});
