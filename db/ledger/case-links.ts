import type { EntitlementId } from '../../domain/ids.ts';
import type { LedgerRow } from '../../domain/ledger/ledger-row.ts';
import type { SupportCase } from '../../domain/ledger/support-case.ts';
import type { LedgerBatch } from '../../workflows/entitlements/ports.ts';
import { instantText } from '../postgres/instant-text.ts';
import type { SlaColumns, SlaOfRow } from '../slas/case-sla.ts';
import { byId } from './write-order.ts';

/** A case that its entitlement has given back: it has no entitlement from row `entitlement_seq` on. */
interface FreedCase {
  readonly id: string;
  readonly entitlement_id: string;
  readonly entitlement_seq: number;
  readonly at: string;
}

/** The record of a case that has an entitlement, as the table `cases` holds it. */
export type CaseLink = ReturnType<typeof caseLink>;

/**
 * The newest state of each case in these batches, and the cases that were given up. Where two entitlements attach one
 * case in the same batches, the first keeps it.
 */
export function newestCases(batches: readonly LedgerBatch[], slaOf: SlaOfRow) {
  const newest = new Map<string, CaseLink>();
  const freed = new Map<string, FreedCase>();
  for (const { rows, snapshot } of batches) {
    const { id } = snapshot.entitlement;
    for (const row of rows) {
      // A part belongs to a case that another entitlement has.
      if (row.case === null || row.case.part !== undefined) continue;
      const { caseId, detached } = row.case;
      const known = newest.get(caseId);
      if (known !== undefined && known.entitlement_id !== id) continue;
      const sla = slaOf(row, snapshot.entitlement);
      if (known !== undefined && known.entitlement_seq > row.seq) {
        if ((sla?.attached_seq ?? 0) > (known.attached_seq ?? 0)) newest.set(caseId, { ...known, ...sla });
        continue;
      }
      if (detached) {
        newest.delete(caseId);
        freed.set(caseId, { id: caseId, entitlement_id: id, entitlement_seq: row.seq, at: instantText(row.at) });
      } else newest.set(caseId, caseLink(id, row, row.case, known, sla ?? known));
    }
  }
  for (const id of newest.keys()) freed.delete(id);
  return { links: [...newest.values()].sort(byId), freed: [...freed.values()].sort(byId) };
}

const caseLink = (
  entitlement: EntitlementId,
  row: LedgerRow,
  supportCase: SupportCase,
  known: { explanation: string | null } | undefined,
  sla: SlaColumns | undefined,
) => ({
  id: supportCase.caseId,
  customer_id: supportCase.customerId,
  contact_id: supportCase.contactId,
  product_id: supportCase.productId,
  channel: supportCase.channel,
  title: supportCase.title,
  status: supportCase.status,
  minutes: supportCase.minutes,
  decrement_entitlement_term: supportCase.decrements,
  entitlement_id: entitlement,
  entitlement_seq: row.seq,
  reason: supportCase.pickedBy,
  // Each attach gives its own explanation: '' where the caller named the entitlement.
  explanation: row.kind === 'attached' ? (row.detail ?? '') : (known?.explanation ?? null),
  moved_from: supportCase.movedFrom?.entitlementId ?? null,
  moved_from_seq: supportCase.movedFrom?.seq ?? null,
  in_grace: supportCase.inGrace ?? null,
  created_at: instantText(row.at),
  updated_at: instantText(row.at),
  sla_id: sla?.sla_id,
  first_response_due_at: sla?.first_response_due_at,
  resolution_due_at: sla?.resolution_due_at,
  attached_seq: sla?.attached_seq,
});
