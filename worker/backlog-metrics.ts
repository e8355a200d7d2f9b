import { Counter, Gauge } from 'prom-client';
import type { Backlog } from '../db/monitoring/backlog.ts';
import { STATUSES } from '../domain/ledger/ledger-row.ts';
import { metrics } from '../runtime/telemetry/registry.ts';

const registers = [metrics];

const gauge = (name: string, help: string, labelNames: string[] = []) =>
  new Gauge({ name, help, labelNames, registers });

const eventsWaiting = gauge('allot_events_waiting', 'Events that are not turned into deliveries yet');
const eventsOldest = gauge(
  'allot_events_oldest_seconds',
  'Age of the oldest event that is not turned into deliveries yet',
);
const deliveriesWaiting = gauge('allot_deliveries_waiting', 'Deliveries that are not delivered yet, by why they wait', [
  'kind',
  'wait',
]);
const deliveriesOldest = gauge('allot_deliveries_oldest_seconds', 'Age of the oldest delivery that waits, by why', [
  'kind',
  'wait',
]);
const pausedWebhooks = gauge('allot_webhooks_paused', 'Enabled webhooks that are paused because their receiver fails');
const renewals = gauge('allot_renewals_undecided', 'Renewals without a decision, by stage', ['stage']);
const renewalsPastEnd = gauge('allot_renewals_past_end', 'Renewals without a decision whose entitlement has ended');
const overdue = gauge(
  'allot_entitlements_overdue',
  'Entitlements that should have started or ended more than a minute ago',
  ['what'],
);
const entitlements = gauge('allot_entitlements', 'Entitlements by status; all but the ended ones sleep as workflows', [
  'status',
]);
const workers = gauge('allot_workers', 'Workers of this task queue that said within six seconds that they poll');
const lockWaits = gauge('allot_database_lock_waits', 'Connections of the database that wait for a lock of another one');
const oldestTransaction = gauge(
  'allot_database_oldest_transaction_seconds',
  'Age of the oldest transaction of the database that is open',
);
const readAt = gauge('allot_backlog_read_timestamp_seconds', 'When this process last read what waits in the database');

/** Readings that the database did not answer. */
export const failedReads = new Counter({
  name: 'allot_backlog_read_errors_total',
  help: 'Readings of what waits in the database that failed',
  registers,
});

const KINDS = ['webhook', 'email'] as const;
const WAITS = ['turn', 'paused', 'no_mail_server', 'retry'] as const;
const STAGES = ['open', 'snoozed', 'accepted'] as const;

/** Shows a reading. What it does not have is 0. */
export function showBacklog(backlog: Backlog): void {
  eventsWaiting.set(backlog.events.count);
  eventsOldest.set(backlog.events.oldestSeconds);
  for (const kind of KINDS)
    for (const wait of WAITS) {
      const found = backlog.deliveries.find((one) => one.kind === kind && one.wait === wait);
      deliveriesWaiting.set({ kind, wait }, found?.count ?? 0);
      deliveriesOldest.set({ kind, wait }, found?.oldestSeconds ?? 0);
    }
  pausedWebhooks.set(backlog.pausedWebhooks);
  for (const stage of STAGES) renewals.set({ stage }, backlog.renewals.find((one) => one.stage === stage)?.count ?? 0);
  renewalsPastEnd.set(backlog.renewalsPastEnd);
  for (const { what, count } of backlog.overdue) overdue.set({ what }, count);
  workers.set(backlog.workers);
  lockWaits.set(backlog.lockWaits);
  oldestTransaction.set(backlog.oldestTransactionSeconds);
  readAt.set(Date.now() / 1_000);
}

/** Shows the number of entitlements in each status. */
export function showStatuses(counts: readonly { readonly status: string; readonly count: number }[]): void {
  for (const status of STATUSES) entitlements.set({ status }, counts.find((one) => one.status === status)?.count ?? 0);
}
