import { describe, expect, test } from 'vitest';
import { caseId, entitlementId } from '../../../domain/ids.ts';
import { LedgerKeeper } from '../../../workflows/entitlements/ledger-keeper.ts';
import type { LedgerWorld } from '../../../workflows/entitlements/ledger-world.ts';
import type { PackedBatch, WriteOutcome } from '../../../workflows/entitlements/ports.ts';
import { CHECKPOINT_PATIENCE_MS, WRITE_UNCONFIRMED_AFTER_MS } from '../../../workflows/messages/limits.ts';
import { activeRun, eventTo } from '../domain/running.ts';
import { attach, DURING, detailsWith } from '../domain/samples.ts';

const FROM = entitlementId('from');

/** A clock that moves only when the test moves it, and a database that the test can take away. */
class World implements LedgerWorld {
  at = DURING;
  readonly written: { readonly how: 'quick' | 'patient'; readonly batch: PackedBatch }[] = [];
  readonly finished: string[] = [];
  lost: WriteOutcome['lost'] = [];
  isAway = { quick: false, patient: false };
  private readonly waits = new Set<{
    holds: () => boolean;
    endsAt: number;
    over: (holds: boolean) => void;
  }>();

  readonly quick = { writeLedger: (batch: PackedBatch) => this.write('quick', batch) };
  readonly patient = {
    writeLedger: (batch: PackedBatch) => this.write('patient', batch),
    finishMoves: async (_id: string, rows: readonly { readonly key?: string | null }[]) => {
      for (const { key } of rows) this.finished.push(`move ${key}`);
    },
    finishSpills: async () => void this.finished.push('spill'),
  };
  readonly until = async (holds: () => boolean): Promise<void> => {
    await this.untilOrTimeout(holds, Number.POSITIVE_INFINITY);
  };
  readonly untilOrTimeout = (holds: () => boolean, ms: number): Promise<boolean> =>
    new Promise((over) => this.waits.add({ holds, endsAt: this.at + ms, over }));
  readonly within: LedgerWorld['within'] = async (ms, work) => {
    const working = work();
    const late = this.untilOrTimeout(() => false, ms).then(() => {
      throw new Error('late');
    });
    return await Promise.race([working, late]);
  };
  readonly isTimeout = (error: unknown): boolean => error instanceof Error && error.message === 'late';
  readonly patched = (): boolean => true;
  readonly now = (): number => this.at;

  private async write(how: 'quick' | 'patient', batch: PackedBatch): Promise<WriteOutcome> {
    if (this.isAway[how] && how === 'quick') throw new Error('The database is away.');
    if (this.isAway[how]) await new Promise(() => undefined);
    this.written.push({ how, batch });
    return { lost: this.lost };
  }

  /** Lets everything happen that can, as a workflow task does; then lets time pass, and what is due happen. */
  async pass(ms = 0): Promise<void> {
    await this.settle();
    this.at += ms;
    await this.settle();
  }

  private async settle(): Promise<void> {
    for (let isDone = false; !isDone; ) {
      await new Promise((resolve) => setImmediate(resolve));
      const over = [...this.waits].filter(({ holds, endsAt }) => holds() || this.at >= endsAt);
      for (const wait of over) {
        this.waits.delete(wait);
        wait.over(wait.holds());
      }
      isDone = over.length === 0;
    }
  }
}

/** A keeper of an active entitlement whose first rows are written. */
async function keeping() {
  const run = activeRun(detailsWith());
  run.memory.unconfirmed.written(run.memory.unconfirmed.unwritten());
  const world = new World();
  const keeper = new LedgerKeeper(run, world);
  const attachAs = (key: string, changes: Parameters<typeof attach>[1] = {}, at = world.at) =>
    eventTo(run, { ...attach(key, changes), key }, at);
  return { run, world, keeper, attachAs };
}

const keysIn = (world: World) => world.written.map(({ batch }) => batch.rows.map(({ key }) => key));

describe('the ledger keeper', () => {
  test('leaves the rows of updates to their senders for a while, then writes them itself', async () => {
    const { world, keeper, attachAs, run } = await keeping();
    void keeper.keep();
    attachAs('a');
    attachAs('b');
    await world.pass(WRITE_UNCONFIRMED_AFTER_MS - 1);
    expect(world.written).toEqual([]);
    await world.pass(1);
    expect(keysIn(world)).toEqual([['a', 'b']]);
    expect(run.memory.unconfirmed.count).toBe(0);
  });

  test('writes nothing that a sender has confirmed meanwhile', async () => {
    const { world, keeper, attachAs, run } = await keeping();
    void keeper.keep();
    attachAs('a');
    await world.pass(1_000);
    run.memory.learn({ confirmed: [[3, 3]] });
    await world.pass(WRITE_UNCONFIRMED_AFTER_MS);
    expect(world.written).toEqual([]);
  });

  test('writes what nobody else will write at once, with all rows before it', async () => {
    const { world, keeper, attachAs, run } = await keeping();
    void keeper.keep();
    attachAs('a');
    const [row] = run.memory.unconfirmed.unwritten();
    if (row === undefined) throw new Error('The row waits.');
    run.memory.unconfirmed.markUrgent(row);
    await world.pass();
    expect(keysIn(world)).toEqual([['a']]);
  });

  test('tries the database patiently once it did not answer soon', async () => {
    const { world, keeper, attachAs, run } = await keeping();
    world.isAway.quick = true;
    void keeper.keep();
    attachAs('a');
    // By then the task that decided has completed: everything is settled, so a quick try comes first.
    Object.defineProperty(run, 'isSettled', { value: true });
    await world.pass(WRITE_UNCONFIRMED_AFTER_MS);
    expect(world.written.map(({ how }) => how)).toEqual(['patient']);
  });

  test('writes patiently, so after the task, what another try of the task could decide otherwise', async () => {
    const { world, keeper, attachAs, run } = await keeping();
    void keeper.keep();
    attachAs('a');
    expect(run.isSettled).toBe(false);
    await world.pass(WRITE_UNCONFIRMED_AFTER_MS);
    expect(world.written.map(({ how }) => how)).toEqual(['patient']);
  });

  test('finishes moves before their rows count as written', async () => {
    const { world, keeper, attachAs } = await keeping();
    void keeper.keep();
    attachAs('a', { movedFrom: { entitlementId: FROM, seq: 3 } });
    await world.pass(WRITE_UNCONFIRMED_AFTER_MS);
    expect(world.finished).toEqual(['move a']);
  });

  test('gives up a case that another entitlement had first, and writes that as well', async () => {
    const { world, keeper, attachAs, run } = await keeping();
    void keeper.keep();
    world.lost = [{ caseId: caseId('a'), owner: FROM }];
    attachAs('a');
    await world.pass(WRITE_UNCONFIRMED_AFTER_MS);
    expect(keysIn(world)).toEqual([['a'], ['lost:a:3']]);
    expect(run.memory.caseOf(caseId('a'))).toMatchObject({ detached: true, taken: 0 });
  });

  test('cuts a write by the number of its rows; the last part says the checkpoint', async () => {
    const { world, keeper, run } = await keeping();
    for (let index = 0; index < 600; index += 1) eventTo(run, { ...attach('c'), key: `k${index}` });
    const done = keeper.checkpoint({ all: true });
    await world.pass();
    expect(await done).toBe(true);
    expect(world.written.map(({ batch }) => [batch.rows.length, batch.snapshot.generation])).toEqual([
      [500, 0],
      [100, 1],
    ]);
  });
});

describe('a checkpoint', () => {
  test('forgets what is written', async () => {
    const { world, keeper, attachAs, run } = await keeping();
    attachAs('a');
    const done = keeper.checkpoint({ all: true });
    await world.pass();
    expect(await done).toBe(true);
    expect([run.memory.caseOf(caseId('a')), run.memory.checkpointNumber]).toEqual([undefined, 1]);
  });

  test('leaves young rows to their senders, and remembers them', async () => {
    const { world, keeper, attachAs, run } = await keeping();
    attachAs('old', {}, world.at - 60_000);
    attachAs('young');
    const done = keeper.checkpoint({ all: false });
    await world.pass();
    expect(await done).toBe(true);
    expect(keysIn(world)).toEqual([['old']]);
    expect(run.memory.caseOf(caseId('old'))).toBeUndefined();
    expect(run.memory.caseOf(caseId('young'))).toMatchObject({ taken: 1 });
  });

  test('forgets nothing when the database is away, and no later attempt has its number', async () => {
    const { world, keeper, attachAs, run } = await keeping();
    world.isAway.patient = true;
    attachAs('a');
    const done = keeper.checkpoint({ all: true });
    await world.pass(CHECKPOINT_PATIENCE_MS);
    expect(await done).toBe(false);
    expect(run.memory.caseOf(caseId('a'))).toBeDefined();
    expect([run.memory.checkpointNumber, run.memory.nextCheckpoint()]).toEqual([0, 2]);
  });
});
