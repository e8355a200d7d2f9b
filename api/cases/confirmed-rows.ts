import type { EntitlementId } from '../../domain/ids.ts';
import type { LedgerRow } from '../../domain/ledger/ledger-row.ts';

/** Row numbers from the first to the last, both included. */
export type RowSpan = readonly [from: number, to: number];

/** Half a minute after a decision the workflow writes its rows itself: an older confirmation tells it nothing new. */
const CONFIRMATION_LIFE_MS = 60_000;

/** The rows that were written since their entitlements were last told, until the next message tells them. */
export class ConfirmedRows {
  private readonly spans = new Map<EntitlementId, { readonly spans: readonly RowSpan[]; readonly at: number }>();

  /** Notes that rows are written, and forgets what is too old at `now`. */
  note(id: EntitlementId, rows: readonly Pick<LedgerRow, 'seq'>[], now: number): void {
    const known = this.spans.get(id)?.spans ?? [];
    // Put in anew, so that the oldest entries come first.
    this.spans.delete(id);
    this.spans.set(id, { spans: [...known, ...spansOf(rows)], at: now });
    for (const [other, { at }] of this.spans) {
      if (now - at < CONFIRMATION_LIFE_MS) break;
      this.spans.delete(other);
    }
  }

  /** Takes out the rows that the entitlement must be told now. */
  take(id: EntitlementId): readonly RowSpan[] {
    const spans = this.spans.get(id)?.spans ?? [];
    this.spans.delete(id);
    return spans;
  }
}

function spansOf(rows: readonly Pick<LedgerRow, 'seq'>[]): readonly RowSpan[] {
  const spans: [number, number][] = [];
  for (const { seq } of rows.toSorted((one, other) => one.seq - other.seq)) {
    const last = spans.at(-1);
    if (last !== undefined && seq <= last[1] + 1) last[1] = seq;
    else spans.push([seq, seq]);
  }
  return spans;
}
