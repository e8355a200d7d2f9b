import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { createEntitlement, record } from '../../domain/entitlements/evolve.ts';
import { entitlementId } from '../../domain/ids.ts';
import type { LedgerRow } from '../../domain/ledger/ledger-row.ts';
import { lifeRow } from '../../domain/ledger/ledger-row.ts';
import { allFired, DRAIN_LIMIT_MS, LEAD_MS, requireLead, startCarried } from './due-together.ts';
import { type Figure, figure } from './figure.ts';
import { each } from './load.ts';
import { benchDetails, benchOrigin } from './records.ts';
import type { BenchStack } from './stack.ts';

const STARTS = 2_000;
const POLL_MS = 20;

/**
 * Entitlements that start in the same second: until all are active in the read model, against bare workflows with the
 * same timer.
 */
export async function starts(stack: BenchStack, say: (line: string) => void): Promise<Figure[]> {
  say(`${STARTS} bare timers, then ${STARTS} entitlements that start in the same second`);
  const bareMs = await drainBareTimers(stack);
  say(`bare timers: all fired ${(bareMs / 1_000).toFixed(2)} s after the instant`);
  const startMs = await drainStarts(stack);
  say(`entitlements: all active in the read model ${(startMs / 1_000).toFixed(2)} s after the instant`);
  const detail = `${(startMs / 1_000).toFixed(2)} s against ${(bareMs / 1_000).toFixed(2)} s`;
  return [figure('starts_2000_drain_vs_bare_timers', startMs / bareMs, 'at most', 2, detail)];
}

async function drainBareTimers(stack: BenchStack): Promise<number> {
  const at = Date.now() + LEAD_MS;
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
  requireLead(at);
  return (await done) - at;
}

async function drainStarts(stack: BenchStack): Promise<number> {
  const at = Date.now() + LEAD_MS;
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
  requireLead(at);
  await sleep(at - Date.now());
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
