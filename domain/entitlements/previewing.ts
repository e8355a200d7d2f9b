import type { EpochMs } from '../calendar.ts';
import type { LedgerRow, Origin, RowKind } from '../ledger/ledger-row.ts';
import { type Decided, isRefused } from '../refusals.ts';
import type { Entitlement } from './entitlement.ts';
import { record } from './evolve.ts';
import { decideLife, type LifeCommand } from './life.ts';
import { asOf, decidePassing } from './passing-of-time.ts';

/** What a command would do, side by side: nothing is recorded. */
export interface Preview {
  readonly before: Entitlement;
  readonly after: Entitlement;
  /** The rows that the command writes, now or when its time comes. */
  readonly rows: readonly LedgerRow[];
}

/** A term has fewer turns of anything before a change that lies ahead, unless it lies a lifetime ahead. */
const MAX_TURNS = 2_000;

/**
 * Previews a command on an entitlement as the database knows it. Where the command plans something, time passes to the
 * instant that `until` names, and of the rows that come by themselves on the way those of `kinds` are shown. Refuses
 * what the command refuses.
 */
export function previewLife(
  known: Entitlement,
  command: LifeCommand,
  origin: Origin,
  { until, kinds }: { readonly until: (decided: Entitlement) => EpochMs | null; readonly kinds: readonly RowKind[] },
): Decided<Preview> {
  const before = asOf(known, origin.at);
  const decided = decideLife(before, command, origin);
  if (isRefused(decided)) return decided;
  const first = record(before, decided);
  const to = until(first.entitlement);
  const rows = [first.row];
  let after = first.entitlement;
  for (let turns = 0; to !== null && turns < MAX_TURNS; turns++) {
    const due = decidePassing(after, { ...origin, at: to, key: null, fingerprint: null });
    if (due === undefined) break;
    const next = record(after, due);
    if (kinds.includes(next.row.kind)) rows.push(next.row);
    after = next.entitlement;
  }
  return { before, after, rows };
}
