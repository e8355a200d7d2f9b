import type { EpochMs } from '../calendar.ts';
import type { CaseId } from '../ids.ts';
import type { LedgerRow } from '../ledger/ledger-row.ts';
import type { RefusalCode } from '../refusals.ts';
import type { EntitlementDetails } from '../terms/details.ts';
import { topUpTotal } from '../terms/top-ups.ts';
import type { UsageSpan } from './usage-days.ts';

export const USAGE_MARKS = [
  'allotment',
  'rollover',
  'lapse',
  'debt_forgiven',
  'top_up',
  'top_up_expired',
  'edit',
  'refused',
  'override',
  'overage',
] as const;
export type UsageMarkKind = (typeof USAGE_MARKS)[number];

/**
 * Something that explains the course of the remaining term, as row `seq` of the ledger says it. `amount` is in cases or
 * minutes: what was granted, and negative what lapsed or expired; of `rollover` what stayed from the period before, of
 * `overage` what went past the grants (negative: came back), of `refused` and `override` 0.
 */
export interface UsageMark {
  readonly at: EpochMs;
  readonly kind: UsageMarkKind;
  readonly amount: number;
  readonly seq: number;
  readonly caseId: CaseId | null;
  /** Why the case was refused, or what the override let pass. */
  readonly codes: readonly RefusalCode[];
}

/** A row, with the details that the entitlement had before it where the row begins a period. */
export interface MarkedRow {
  readonly row: LedgerRow;
  readonly details: EntitlementDetails | null;
}

/** The marks of these rows within the spans, in order of time. An entitlement's first allotment counts from `startsAt`. */
export function usageMarks(
  rows: readonly MarkedRow[],
  spans: readonly UsageSpan[],
  startsAt: EpochMs | null,
): readonly UsageMark[] {
  const [first, last] = [spans.at(0), spans.at(-1)];
  if (first === undefined || last === undefined) return [];
  return rows
    .flatMap((marked) => marksOf(marked, startsAt))
    .filter(({ at }) => at >= first.since && at < last.until)
    .sort((one, other) => one.at - other.at || one.seq - other.seq);
}

function marksOf(marked: MarkedRow, startsAt: EpochMs | null): readonly UsageMark[] {
  const { row } = marked;
  const { at, seq, caseId, refusal, overage, facts } = row;
  const mark = (kind: UsageMarkKind, amount: number, more: Partial<UsageMark> = {}): readonly UsageMark[] => [
    { at, kind, amount, seq, caseId, codes: [], ...more },
  ];
  if (refusal !== null) return mark('refused', 0, { codes: [refusal] });
  if (caseId !== null)
    return [
      ...(facts?.overrode === undefined ? [] : mark('override', 0, { codes: facts.overrode })),
      ...(overage === 0 ? [] : mark('overage', overage)),
    ];
  switch (row.kind) {
    case 'created':
      return row.change === 0 ? [] : mark('allotment', row.change, { at: Math.max(at, startsAt ?? at) });
    case 'period_started':
      return partsOfTurn(marked).flatMap(([kind, amount]) => (amount === 0 ? [] : mark(kind, amount)));
    case 'topped_up':
      return row.change === 0 ? [] : mark('top_up', row.change);
    case 'top_up_expired':
      return row.change === 0 ? [] : mark('top_up_expired', row.change);
    default:
      return row.change === 0 ? [] : mark('edit', row.change);
  }
}

/**
 * What a new period changes: the allotment, less what lapsed of the old one, or plus the debt that was forgiven. The sum
 * of these three is the row's change; what rolled over was there before.
 */
function partsOfTurn({ row, details }: MarkedRow): readonly (readonly [UsageMarkKind, number])[] {
  const after = row.remainingAfter ?? 0;
  const before = after - row.change;
  const ofTopUps = topUpTotal(row.facts?.topUps ?? []);
  const allotment = details?.totalTerm ?? after - ofTopUps;
  const rolledOver = after - allotment - ofTopUps;
  return [
    ['allotment', allotment],
    ['rollover', rolledOver],
    ['lapse', -Math.max(0, before - ofTopUps - rolledOver) || 0],
    ['debt_forgiven', Math.max(0, -before)],
  ];
}
