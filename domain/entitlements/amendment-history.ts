import type { EpochMs } from '../calendar.ts';
import type { LedgerRow, RowKind, Status } from '../ledger/ledger-row.ts';
import type { AmendmentChanges, Effective, Grant } from '../terms/amendments.ts';
import type { Money } from '../terms/contract-price.ts';

/** The kinds of rows that say what became of amendments. */
export const AMENDMENT_ROWS = [
  'amended',
  'amendment_scheduled',
  'amendment_taken_back',
  'amendment_dropped',
  'amendment_voided',
] as const satisfies readonly RowKind[];

/**
 * `scheduled`: it lies ahead. `applied`: it counts. `voided`: a later one took it back. `taken_back`: somebody took it back
 * before it counted. `dropped`: it never counted, because it no longer fitted when its time came, or because the contract
 * had ended by then.
 */
export const AMENDMENT_STATUSES = ['scheduled', 'applied', 'voided', 'taken_back', 'dropped'] as const;
export type AmendmentStatus = (typeof AMENDMENT_STATUSES)[number];

/** An amendment as the ledger tells it. */
export interface Amendment {
  readonly n: number;
  readonly status: AmendmentStatus;
  readonly effective: Effective;
  /** The day from which it counts, in the entitlement's zone; null: not known yet. */
  readonly day: string | null;
  readonly grant: Grant | null;
  /** The number of the amendment that it takes back. */
  readonly voids: number | null;
  /** What it changes, with the values before and after; before it counts only what it will change. */
  readonly before: AmendmentChanges | null;
  readonly after: AmendmentChanges;
  /** Cases or minutes added to what remains. */
  readonly change: number;
  readonly money: Money | null;
  readonly by: string;
  readonly reason: string | null;
  /** When it was asked for, or counted without being scheduled. */
  readonly at: EpochMs;
  /** The ledger row that made it count; null before that. */
  readonly seq: number | null;
  /** Why it was dropped. */
  readonly detail: string | null;
}

/**
 * The amendments that rows of one ledger tell of, in the order of their numbers. `status` is that of the entitlement: once
 * it has ended, what still lay ahead never comes.
 */
export function amendmentHistory(rows: readonly LedgerRow[], status: Status): readonly Amendment[] {
  const isOver = status === 'expired' || status === 'canceled';
  const found = new Map<number, Amendment>();
  for (const row of rows) {
    const { amendment, ahead } = row.facts ?? {};
    if (ahead !== undefined) {
      const scheduled = found.get(ahead.n) ?? fromSchedule(row);
      const status = STATUS_AFTER[row.kind];
      if (scheduled !== undefined && status !== undefined)
        found.set(ahead.n, { ...scheduled, status, detail: row.detail });
    }
    if (amendment === undefined) continue;
    found.set(amendment.n, fromRow(row, amendment, found.get(amendment.n)));
    const voided = amendment.voids === undefined ? undefined : found.get(amendment.voids);
    if (voided !== undefined) found.set(voided.n, { ...voided, status: 'voided' });
  }
  const all = [...found.values()].sort((one, other) => one.n - other.n);
  return isOver ? all.map(droppedIfAhead) : all;
}

const droppedIfAhead = (amendment: Amendment): Amendment =>
  amendment.status === 'scheduled'
    ? { ...amendment, status: 'dropped', detail: 'The contract ended before its day.' }
    : amendment;

const STATUS_AFTER: Readonly<Partial<Record<RowKind, AmendmentStatus>>> = {
  amendment_scheduled: 'scheduled',
  amendment_taken_back: 'taken_back',
  amendment_dropped: 'dropped',
};

function fromSchedule({ facts, at, by, reason }: LedgerRow): Amendment | undefined {
  const ahead = facts?.ahead;
  if (ahead === undefined) return undefined;
  const { n, effective, grant, changes } = ahead;
  const day = effective === 'next_period' ? null : effective;
  const none = { voids: null, before: null, change: 0, money: null, seq: null, detail: null };
  return { n, status: 'scheduled', effective, day, grant, after: changes, by, reason, at, ...none };
}

function fromRow(
  row: LedgerRow,
  amendment: NonNullable<NonNullable<LedgerRow['facts']>['amendment']>,
  scheduled: Amendment | undefined,
): Amendment {
  const { before = {}, details, money = null } = row.facts ?? {};
  const after = Object.fromEntries(
    Object.keys(before).map((field) => [field, details?.[field as keyof AmendmentChanges] ?? null]),
  );
  const { change, by, reason, at, seq } = row;
  const { n, effective, day, grant, voids } = amendment;
  return {
    n,
    status: 'applied',
    effective,
    day: day ?? null,
    grant: grant ?? null,
    voids: voids ?? null,
    before,
    after,
    change,
    money,
    by,
    reason,
    at: scheduled?.at ?? at,
    seq,
    detail: null,
  };
}
