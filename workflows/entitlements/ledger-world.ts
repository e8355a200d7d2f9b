import {
  CancellationScope,
  condition,
  isCancellation,
  patched,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import type { EntitlementActivities } from './ports.ts';

/** What the ledger keeper needs of the world: writing, waiting, and the clock. */
export interface LedgerWorld {
  /** Gives up soon when the database is away. */
  readonly quick: Pick<EntitlementActivities, 'writeLedger'>;
  /** Tries as long as it takes. */
  readonly patient: Pick<EntitlementActivities, 'writeLedger' | 'finishMoves' | 'finishSpills'>;
  readonly until: (holds: () => boolean) => Promise<void>;
  /** Waits at most `ms`; false when the time was over first. */
  readonly untilOrTimeout: (holds: () => boolean, ms: number) => Promise<boolean>;
  /** Does the work; cancels it and throws when that takes longer than `ms`. `isTimeout` recognises what is thrown. */
  readonly within: <Result>(ms: number, work: () => Promise<Result>) => Promise<Result>;
  readonly isTimeout: (error: unknown) => boolean;
  /** False if a replay must behave like the code before the change. */
  readonly patched: (change: string) => boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The world of a workflow. */
export const ledgerWorld: LedgerWorld = {
  // Within the workflow task: it costs one event.
  quick: proxyLocalActivities<EntitlementActivities>({
    startToCloseTimeout: '5 seconds',
    retry: { maximumAttempts: 2, initialInterval: '100 milliseconds' },
  }),
  // Retried by the server, where an operator sees it as pending.
  patient: proxyActivities<EntitlementActivities>({
    startToCloseTimeout: '30 seconds',
    retry: { maximumInterval: '30 seconds' },
    summary: 'Write ledger rows that no caller has confirmed',
  }),
  // Handed on as they are: one more promise around them would change the order in which a replay goes on.
  until: condition,
  untilOrTimeout: condition,
  within: (ms, work) => CancellationScope.withTimeout(ms, work),
  isTimeout: isCancellation,
  patched,
  now: () => Date.now(),
};
