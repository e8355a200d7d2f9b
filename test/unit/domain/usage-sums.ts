import type { UsageSpan } from '../../../domain/entitlements/usage-days.ts';
import { NO_USE, type UsageSums } from '../../../domain/entitlements/usage-points.ts';
import type { LedgerRow } from '../../../domain/ledger/ledger-row.ts';
import { ATTACH_REFUSAL_CODES } from '../../../domain/refusals.ts';

/** The sums of rows by position, row by row, as a person would add them up. */
export function sumsOf(rows: readonly LedgerRow[], spans: readonly UsageSpan[]): ReadonlyMap<number, UsageSums> {
  const sums = new Map<number, UsageSums>();
  const bounds = [...spans.map(({ since }) => since), spans.at(-1)?.until ?? 0];
  for (const row of rows) {
    const position = bounds.filter((bound) => bound <= row.at).length;
    const { change, granted, used, returned, bought, cases, refused } = sums.get(position) ?? NO_USE;
    const use = row.caseId === null ? 0 : (row.useChange ?? -row.change);
    sums.set(position, {
      change: change + row.change,
      granted: granted + (row.caseId === null ? row.change : 0),
      used: used + Math.max(use, 0),
      returned: returned + Math.max(-use, 0),
      bought: bought + (row.caseId === null ? 0 : row.change + use),
      cases: cases + (row.kind === 'attached' && row.case?.movedFrom?.entitlementId == null ? 1 : 0),
      refused: refused + (row.refusal !== null && ATTACH_REFUSAL_CODES.includes(row.refusal) ? 1 : 0),
    });
  }
  return sums;
}
