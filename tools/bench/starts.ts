import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { createEntitlement, record } from '../../domain/entitlements/evolve.ts';
import { entitlementId } from '../../domain/ids.ts';
import type { LedgerRow } from '../../domain/ledger/ledger-row.ts';
import { lifeRow } from '../../domain/ledger/ledger-row.ts';
import { CpuOfOperations } from './cpu-split.ts';
import { allFired, DRAIN_LIMIT_MS, Lead, startCarried } from './due-together.ts';
import { type Figure, figure } from './figure.ts';
import { each } from './load.ts';
import { benchDetails, benchOrigin } from './records.ts';
import { type BenchOptions, roundsOf } from './rounds.ts';
import type { BenchStack } from './stack.ts';

const STARTS = 2_000;
const POLL_MS = 20;

/**
 * Entitlements that start in the same second: until all are active in the read model, against bare workflows with the
 * same timer.
 */
export async function starts(stack: BenchStack, say: (line: string) => void, options: BenchOptions): Promise<Figure[]> {
  say(`${STARTS} bare timers, then ${STARTS} entitlements that start in the same second`);
  const [bareLead, startLead] = [new Lead(), new Lead()];
  const drains = { bare: [] as number[], starts: [] as number[] };
  const cpu = { bare: new CpuOfOperations(stack), starts: new CpuOfOperations(stack) };
  for (const round of roundsOf(options)) {
    const bareMs = await drainBareTimers(stack, bareLead, cpu.bare);
    const startMs = await drainStarts(stack, startLead, cpu.starts);
    drains.bare.push(bareMs);
    drains.starts.push(startMs);
    say(
      `round ${round}: all timers fired ${(bareMs / 1_000).toFixed(2)} s after the instant, all entitlements active in the read model ${(startMs / 1_000).toFixed(2)} s after theirs`,
    );
  }
  const text = (all: readonly number[]) => all.map((ms) => (ms / 1_000).toFixed(2)).join(' ');
  const detail = `${text(drains.starts)} s, ${cpu.starts.text} a start, against ${text(drains.bare)} s, ${cpu.bare.text} a timer`;
  const slower = drains.starts.map((ms, index) => ms / (drains.bare[index] ?? Number.NaN));
  return [figure('starts_2000_drain_vs_bare_timers', slower, 'at most', 2, detail)];
}

async function drainBareTimers(stack: BenchStack, lead: Lead, cpu: CpuOfOperations): Promise<number> {
  const at = lead.begin();
  const numbers = Array.from({ length: STARTS }, (_, n) => n);
  const done = allFired(stack, STARTS);
  const run = randomUUID();
  await each(numbers, 16, async (n) => {
    await stack.temporal.workflow.start('bareTimer', {
      taskQueue: 'bare',
      workflowId: `timer/${run}/${n}`,
      args: [at],
    });
  });
  await lead.until(at);
  await cpu.during(async () => ({ done: STARTS, at: await done }));
  return (await done) - at;
}

async function drainStarts(stack: BenchStack, lead: Lead, cpu: CpuOfOperations): Promise<number> {
  const at = lead.begin();
  const run = randomUUID().slice(0, 8);
  // Dates begin at midnight; to have them start now, their workflows are handed the instants of a waiting entitlement.
  await each(
    Array.from({ length: STARTS }, (_, n) => n),
    16,
    async (n) => {
      const { entitlement, rows } = waiting(`ent_start_${run}_${n}`, at);
      await startCarried(stack, entitlement, rows);
    },
  );
  await lead.until(at);
  const { drainMs } = await cpu.during(async () => ({ done: STARTS, drainMs: await drained(stack, at) }));
  return drainMs;
}

/** Milliseconds after the instant `at` until all are active in the read model. */
async function drained(stack: BenchStack, at: number): Promise<number> {
  while (Date.now() < at + DRAIN_LIMIT_MS) {
    const [row] = await stack.sql<{ active: number }[]>`
      select count(*)::int as active from entitlements where status = 'active' and customer_id = ${`bench-starts-${at}`}`;
    if (row?.active === STARTS) return Date.now() - at;
    await sleep(POLL_MS);
  }
  throw new Error('the entitlements did not start');
}

function waiting(id: string, at: number): { entitlement: Entitlement; rows: LedgerRow[] } {
  const origin = benchOrigin();
  const details = benchDetails(id, `bench-starts-${at}`);
  const draft = createEntitlement(entitlementId(id), lifeRow(origin, 'created', { details }, 10));
  const facts = { status: 'waiting', startsAt: at, endsAt: at + 86_400_000 } as const;
  const activated = record(draft.entitlement, lifeRow(origin, 'activated', facts));
  return { entitlement: activated.entitlement, rows: [draft.row, activated.row] };
}
