import type { CaseOnEntitlement } from '../domain/case.ts';
import type { LedgerRow } from '../domain/ledger.ts';

/**
 * Rows as they travel and as histories keep them: without what is usual. A row is some 650 bytes of JSON written out and
 * under half of that so, and a busy entitlement's history is rows.
 */

const USUAL_ROW = {
  key: null,
  fingerprint: null,
  reason: null,
  caseId: null,
  channel: null,
  change: 0,
  heldChange: 0,
  openChange: 0,
  remainingAfter: null,
  case: null,
  refusal: null,
  detail: null,
  facts: null,
} as const satisfies Partial<LedgerRow>;

const USUAL_CASE = {
  contactId: null,
  productId: null,
  channel: null,
  title: null,
  status: 'active',
  minutes: 0,
  decrements: true,
  counted: false,
  taken: 0,
  held: 0,
} as const satisfies Partial<CaseOnEntitlement>;

export type PackedCase = Partial<CaseOnEntitlement> & Pick<CaseOnEntitlement, 'caseId' | 'customerId' | 'rule'>;
export type PackedRow = Partial<Omit<LedgerRow, 'case'>> &
  Pick<LedgerRow, 'seq' | 'kind' | 'at' | 'by'> & { readonly case?: PackedCase | null };

function without<Whole extends object>(whole: Whole, usual: Readonly<Record<string, unknown>>): Partial<Whole> {
  const packed: Partial<Whole> = {};
  for (const field in whole) if (whole[field] !== usual[field]) packed[field] = whole[field];
  return packed;
}

export const packCase = (kase: CaseOnEntitlement): PackedCase => without(kase, USUAL_CASE) as PackedCase;

export const unpackCase = (packed: PackedCase): CaseOnEntitlement => ({ ...USUAL_CASE, ...packed });

export function packRow(row: LedgerRow): PackedRow {
  const packed = without(row, USUAL_ROW) as PackedRow;
  return row.case === null ? packed : { ...packed, case: packCase(row.case) };
}

export function unpackRow(packed: PackedRow): LedgerRow {
  const { case: kase = null, ...row } = packed;
  return { ...USUAL_ROW, ...row, case: kase === null ? null : unpackCase(kase) };
}
