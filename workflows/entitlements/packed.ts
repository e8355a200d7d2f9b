import type { LedgerRow } from '../../domain/ledger/ledger-row.ts';
import type { SupportCase } from '../../domain/ledger/support-case.ts';

/**
 * Rows as they travel and as histories keep them: without the usual values. A whole row is some 650 bytes of JSON, a
 * packed one less than half of that, and most of a busy entitlement's history is rows.
 */

const USUAL_ROW = {
  key: null,
  fingerprint: null,
  reason: null,
  caseId: null,
  channel: null,
  change: 0,
  useChange: null,
  heldChange: 0,
  openChange: 0,
  overage: 0,
  charge: null,
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
  over: 0,
  pickedBy: 'named',
} as const satisfies Partial<SupportCase>;

export type PackedCase = Partial<SupportCase> & Pick<SupportCase, 'caseId' | 'customerId' | 'rule' | 'attachedSeq'>;
export type PackedRow = Partial<Omit<LedgerRow, 'case'>> &
  Pick<LedgerRow, 'seq' | 'kind' | 'at' | 'by'> & { readonly case?: PackedCase | null };

function without<Whole extends object>(whole: Whole, usual: Readonly<Record<string, unknown>>): Partial<Whole> {
  const packed: Partial<Whole> = {};
  for (const field in whole) if (whole[field] !== usual[field]) packed[field] = whole[field];
  return packed;
}

export const packCase = (supportCase: SupportCase): PackedCase => without(supportCase, USUAL_CASE) as PackedCase;

/** Names each field, here and below: adding fields to a spread object takes a hundred times as long. */
export function unpackCase(packed: PackedCase): SupportCase {
  return {
    caseId: packed.caseId,
    customerId: packed.customerId,
    contactId: packed.contactId ?? USUAL_CASE.contactId,
    productId: packed.productId ?? USUAL_CASE.productId,
    channel: packed.channel ?? USUAL_CASE.channel,
    title: packed.title ?? USUAL_CASE.title,
    status: packed.status ?? USUAL_CASE.status,
    minutes: packed.minutes ?? USUAL_CASE.minutes,
    decrements: packed.decrements ?? USUAL_CASE.decrements,
    counted: packed.counted ?? USUAL_CASE.counted,
    taken: packed.taken ?? USUAL_CASE.taken,
    held: packed.held ?? USUAL_CASE.held,
    over: packed.over ?? USUAL_CASE.over,
    pickedBy: packed.pickedBy ?? USUAL_CASE.pickedBy,
    attachedSeq: packed.attachedSeq,
    rule: packed.rule,
    ...(packed.detached === undefined ? {} : { detached: packed.detached }),
    ...(packed.spill === undefined ? {} : { spill: packed.spill }),
    ...(packed.part === undefined ? {} : { part: packed.part }),
    ...(packed.movedFrom === undefined ? {} : { movedFrom: packed.movedFrom }),
    ...(packed.turn === undefined ? {} : { turn: packed.turn }),
    ...(packed.earlier === undefined ? {} : { earlier: packed.earlier }),
    ...(packed.chargedSeq === undefined ? {} : { chargedSeq: packed.chargedSeq }),
    ...(packed.inGrace === undefined ? {} : { inGrace: packed.inGrace }),
    ...(packed.heldFor === undefined ? {} : { heldFor: packed.heldFor }),
  };
}

export function packRow(row: LedgerRow): PackedRow {
  const packed = without(row, USUAL_ROW) as PackedRow;
  return row.case === null ? packed : { ...packed, case: packCase(row.case) };
}

export function unpackRow(packed: PackedRow): LedgerRow {
  return {
    seq: packed.seq,
    kind: packed.kind,
    at: packed.at,
    by: packed.by,
    key: packed.key ?? USUAL_ROW.key,
    fingerprint: packed.fingerprint ?? USUAL_ROW.fingerprint,
    reason: packed.reason ?? USUAL_ROW.reason,
    caseId: packed.caseId ?? USUAL_ROW.caseId,
    channel: packed.channel ?? USUAL_ROW.channel,
    change: packed.change ?? USUAL_ROW.change,
    useChange: packed.useChange ?? USUAL_ROW.useChange,
    heldChange: packed.heldChange ?? USUAL_ROW.heldChange,
    openChange: packed.openChange ?? USUAL_ROW.openChange,
    overage: packed.overage ?? USUAL_ROW.overage,
    charge: packed.charge ?? USUAL_ROW.charge,
    remainingAfter: packed.remainingAfter ?? USUAL_ROW.remainingAfter,
    case: packed.case == null ? null : unpackCase(packed.case),
    refusal: packed.refusal ?? USUAL_ROW.refusal,
    detail: packed.detail ?? USUAL_ROW.detail,
    facts: packed.facts ?? USUAL_ROW.facts,
  };
}
