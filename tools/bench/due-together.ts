import { createLedgerStore } from '../../db/ledger/ledger.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import type { LedgerRow } from '../../domain/ledger/ledger-row.ts';
import { workflowIdOf } from '../../workflows/entitlements/messages.ts';
import type { BenchStack } from './stack.ts';

/** Long enough to start all that is due at one instant, and to be quiet again before the instant comes. */
export const LEAD_MS = 60_000;
export const DRAIN_LIMIT_MS = 120_000;

export function requireLead(at: number): void {
  if (Date.now() > at - 5_000)
    throw new Error('Starting them took longer than the lead: this machine is too slow for this figure.');
}

/** The instant, in epoch milliseconds, at which so many bare workflows have fired from now on. */
export function allFired(stack: BenchStack, wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the bare workflows did not fire')), LEAD_MS + DRAIN_LIMIT_MS);
    stack.onFired((count) => {
      if (count < wanted) return;
      clearTimeout(timer);
      resolve(Date.now());
    });
  });
}

/** Puts an entitlement into the database as it stands, and starts its workflow with it. */
export async function startCarried(stack: BenchStack, entitlement: Entitlement, rows: LedgerRow[]): Promise<void> {
  await createLedgerStore(stack.sql).write({ rows, snapshot: { entitlement, generation: 0 } });
  await stack.temporal.workflow.start('entitlement', {
    taskQueue: 'allot',
    workflowId: workflowIdOf(entitlement.id),
    args: [
      {
        id: entitlement.id,
        carried: {
          version: 1,
          entitlement,
          generation: 0,
          lastAttempt: 0,
          cases: [],
          rows: [],
          unconfirmed: [],
          renewals: { startedThrough: 0, lastTold: null },
        },
      },
    ],
  });
}
