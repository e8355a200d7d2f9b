/**
 * Where a value was read. `columns`: the read model's columns; `snapshot`: the state beside them; `expected`: computed.
 */
export type Side = 'workflow' | 'snapshot' | 'columns' | 'ledger' | 'case' | 'expected';

/** One thing about an entitlement on which two sides do not agree. */
export interface Difference {
  readonly entitlementId: string;
  readonly what: string;
  /** The value of each side; null where a side has none. */
  readonly values: Readonly<Partial<Record<Side, unknown>>>;
  /** What an operator can do about it. */
  readonly advice: string;
  /** Rows may still be being written, so look again before reporting it. */
  readonly mayPass: boolean;
}

/** What an operator can do, for each kind of difference. */
export const ADVICE = {
  ledgerLost:
    'ledger rows are lost or changed: restore them from a backup, or find out who wrote to the table; never write rows by hand',
  ledgerBehind:
    "find out why the row is not written: see the workflow's pending activity in the Temporal UI, and the worker's log",
  ledgerOlder:
    'PostgreSQL has older data than Temporal, perhaps from a backup: `reconcile --repair` writes the rows that histories still have',
  snapshotWrong:
    'the ledger is right: the next row of the entitlement replaces the snapshot; find out who changed the snapshot',
  workflowWrong:
    'the workflow decides by wrong terms: cancel and renew the entitlement, and report this with the ids of both',
  workflowBehind:
    'Temporal has older data than PostgreSQL, perhaps from a backup: `reconcile --repair` starts it anew from the ledger',
  workflowGone:
    "no workflow runs for it: `reconcile --repair` or the next command or case starts one from the snapshot; Temporal's history shows why it ended",
  workflowSilent: 'check that a worker runs (/readyz), and whether its log reports a failing workflow task',
  successorMissing: 'post its renewal again with the same key, or find out why the child workflow did not start',
  caseWrong: 'the ledger is right: the next event of the case replaces its record; find out who changed the record',
  keyTwice: 'the event was applied twice: see in both ledgers what it did, and reverse one of them by another event',
  partStray:
    'minutes are taken for a case that has no such part: reactivate and resolve the case, which shares it again',
  renewalStands: 'no workflow takes its next step: `reconcile --repair` starts one from the record',
  renewalDiffers: '`reconcile --repair` records the steps that its history has, or starts it anew from its record',
  clocksStand: 'nobody warns of them or says that they are breached: `reconcile --repair` has a workflow started',
  clocksBehind: 'the workflow has not heard what is on record: `reconcile --repair` tells it again',
  clocksStray: 'another run looks after the clocks by now: `reconcile --repair` tells this one, which then ends',
  deliveryStands: 'nobody tries it again: `reconcile --repair` has it dispatched again; its receiver may get it twice',
  caseTwice: 'cancel the case on the entitlement that its record does not name, which gives the term back there',
} as const;

/** A line for the operator: the entitlement, what differs, the value of each side, and what to do. */
export function lineOf({ entitlementId, what, values, advice }: Difference): string {
  const sides = Object.entries(values).map(([side, value]) => `${side} ${shown(value)}`);
  return `${entitlementId}: ${what}: ${sides.join(', ')}; ${advice}`;
}

/** The difference in the form of the JSON report. */
export const jsonOf = ({ entitlementId, what, values, advice }: Difference) => ({
  entitlementId,
  what,
  values,
  advice,
});

const shown = (value: unknown): string => (typeof value === 'string' ? value : canonical(value));

/** JSON with sorted keys, because PostgreSQL does not keep the order in which keys were written. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}

/** Whether two values are the same JSON; undefined counts as null. */
export const isSame = (one: unknown, other: unknown): boolean => canonical(one ?? null) === canonical(other ?? null);
