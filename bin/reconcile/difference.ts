/**
 * Where a value was read. `columns`: the read model's columns; `snapshot`: the state beside them; `expected`: computed.
 */
export type Side = 'workflow' | 'snapshot' | 'columns' | 'ledger' | 'case' | 'expected';

/** One thing about an entitlement on which two sides do not agree. */
export interface Difference {
  readonly entitlementId: string;
  readonly what: string;
  /** What each side says; null where it says nothing. */
  readonly values: Readonly<Partial<Record<Side, unknown>>>;
  /** What a person can do about it. */
  readonly advice: string;
  /** Rows may be on their way: it is worth another look before it is told. */
  readonly mayPass: boolean;
}

export const ADVICE = {
  ledgerLost:
    'ledger rows are lost or changed: restore them from a backup, or find who wrote to the table; never by hand',
  ledgerBehind:
    "look at the workflow's pending activity in the Temporal UI and at the worker's log: why is the row not written?",
  snapshotWrong: 'the ledger is right: the next row of the entitlement writes the snapshot anew; see who changed it',
  workflowWrong: 'the workflow decides by wrong terms: cancel and renew the entitlement, and report this with both ids',
  workflowBehind:
    "Temporal has older data than PostgreSQL (restored from a backup?): bring both to the same moment's backup",
  workflowGone:
    "nobody decides for it: any command or case about it starts its workflow from the snapshot; see in Temporal's history why it ended",
  workflowSilent: 'see that a worker runs (/readyz), and whether its log tells of a failing workflow task',
  successorMissing: 'post its renewal again with the same key, or look why the child workflow did not start',
  caseWrong: 'the ledger is right: the next event of the case writes its record anew; see who changed it',
  keyTwice:
    'the event was applied twice: see in both ledgers what it did, and take one of them back by an event of its own',
  partStray:
    'minutes are taken for a case that does not have them here: reactivate and resolve the case, which shares it anew',
  caseTwice: 'cancel the case on the entitlement that its record does not name: its term comes back there',
} as const;

/** One line for a reader: the entitlement, what differs, each side's value, what to do. */
export function lineOf({ entitlementId, what, values, advice }: Difference): string {
  const sides = Object.entries(values).map(([side, value]) => `${side} ${shown(value)}`);
  return `${entitlementId}: ${what}: ${sides.join(', ')}; ${advice}`;
}

/** Without what only a run of the comparison needs. */
export const jsonOf = ({ entitlementId, what, values, advice }: Difference) => ({
  entitlementId,
  what,
  values,
  advice,
});

const shown = (value: unknown): string => (typeof value === 'string' ? value : canonical(value));

/** JSON with its keys in order: PostgreSQL gives them back in another order than they were written. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}

export const isSame = (one: unknown, other: unknown): boolean => canonical(one ?? null) === canonical(other ?? null);
