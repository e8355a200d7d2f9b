import { setTimeout as sleep } from 'node:timers/promises';
import { createLedgerStore } from '../../db/ledger/ledger.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import type { LedgerRow } from '../../domain/ledger/ledger-row.ts';
import { workflowIdOf } from '../../workflows/entitlements/messages.ts';
import type { BenchStack } from './stack.ts';

/** A limit only ends what hangs: a slow machine takes minutes. */
export const DRAIN_LIMIT_MS = 900_000;

/** Long enough on any machine to start all that is due at one instant, and to be quiet again before it comes. */
const FIRST_LEAD_MS = 120_000;
/** So long the servers are left alone before the instant. */
const QUIET_MS = 5_000;
/** The next round may take so much longer than the last one. */
const SLOWER = 1.3;

/**
 * How far ahead an instant lies at which many workflows are due: at first far enough for any machine, then as far as
 * the last round needed.
 */
export class Lead {
  private ms = FIRST_LEAD_MS;
  private begun = 0;

  /** The instant, in epoch milliseconds: a whole second, as offsets of time zones are. */
  begin(): number {
    this.begun = Date.now();
    return Math.ceil((this.begun + this.ms) / 1_000) * 1_000;
  }

  /** Waits for the instant after all are started. Throws when they were not started in time. */
  async until(at: number): Promise<void> {
    if (Date.now() > at - QUIET_MS / 2)
      throw new Error('Starting them took longer than the lead: this machine is too slow for this figure.');
    this.ms = Math.min(FIRST_LEAD_MS, (Date.now() - this.begun) * SLOWER + QUIET_MS);
    await sleep(at - Date.now());
  }
}

/** The instant, in epoch milliseconds, at which so many bare workflows have fired from now on. */
export function allFired(stack: BenchStack, wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error('the bare workflows did not fire')),
      FIRST_LEAD_MS + DRAIN_LIMIT_MS,
    );
    stack.onFired((count) => {
      if (count < wanted) return;
      clearTimeout(timer);
      resolve(Date.now());
    });
  });
}

/** Puts an entitlement into the database as it stands, and starts its workflow with it. */
export async function startCarried(
  stack: Pick<BenchStack, 'sql' | 'temporal'>,
  entitlement: Entitlement,
  rows: LedgerRow[],
): Promise<void> {
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
