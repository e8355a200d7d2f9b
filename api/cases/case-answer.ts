import { type CasePart, type CaseWithout, findCase, findParts, findStay } from '../../db/cases/cases.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import type { SupportCase } from '../../domain/ledger/support-case.ts';
import { notFound } from '../http/problem.ts';
import type { CaseAfterEvent, CaseOutcome } from './case-outcome.ts';

/**
 * The answer to an event: the case after it. It is made of the row of the event and of the row that attached the case.
 * Both never change, so a retry gets the same answer, and all parts of it are true of the same moment.
 */
export async function caseAfter(sql: Sql, outcome: CaseOutcome): Promise<CaseAfterEvent> {
  const { seq, change, remainingTerm } = outcome;
  return { ...(await viewOf(sql, outcome)), seq, change, remainingTerm };
}

async function viewOf(sql: Sql, { case: supportCase, without, ...outcome }: CaseOutcome) {
  if (without !== null) return caseWithout(without);
  if (supportCase === null) return await recordOf(sql, outcome.caseId);
  if (supportCase.detached) return { ...factsOf(supportCase), ...TAKEN_OFF };
  const { entitlementId, explanation, mayHaveSla } = outcome;
  const isExplained = supportCase.pickedBy === 'named' || explanation !== null;
  const needsStay = entitlementId !== null && (!isExplained || mayHaveSla);
  const stay = needsStay ? await findStay(sql, entitlementId, supportCase.attachedSeq) : NO_STAY;
  return {
    ...factsOf(supportCase),
    parts: entitlementId === null ? [] : await partsOf(sql, entitlementId, supportCase),
    entitlementId,
    entitlementReason: supportCase.pickedBy,
    entitlementExplanation: explanation ?? stay.explanation,
    slaId: stay.sla?.slaId ?? null,
    firstResponseDueAt: instant(stay.sla?.firstResponseDueAt),
    resolutionDueAt: instant(stay.sla?.resolutionDueAt),
  };
}

/**
 * What each entitlement takes of the case. The event's row says it. If that row only asks others, the later row says
 * it, which records what they took.
 */
async function partsOf(sql: Sql, id: string, { caseId, taken, spill }: SupportCase): Promise<readonly CasePart[]> {
  if (spill === undefined) return [];
  if (spill.parts === undefined) return await findParts(sql, id, caseId, spill.seq);
  return [{ entitlementId: id, minutes: taken }, ...spill.parts];
}

const NO_STAY = { explanation: null, sla: null };
const NO_ENTITLEMENT = {
  inGrace: false,
  entitlementId: null,
  parts: [],
  slaId: null,
  firstResponseDueAt: null,
  resolutionDueAt: null,
};
const TAKEN_OFF = { ...NO_ENTITLEMENT, entitlementReason: 'taken_off', entitlementExplanation: null } as const;

const instant = (text: string | null | undefined): Date | null => (text == null ? null : new Date(text));

const factsOf = (supportCase: SupportCase) => ({
  id: supportCase.caseId,
  customerId: supportCase.customerId,
  contactId: supportCase.contactId,
  productId: supportCase.productId,
  channel: supportCase.channel,
  title: supportCase.title,
  status: supportCase.status,
  minutes: supportCase.minutes,
  decrementEntitlementTerm: supportCase.decrements,
  inGrace: supportCase.inGrace === true && supportCase.detached !== true,
});

const caseWithout = ({ createdAt, updatedAt, ...record }: CaseWithout) => ({
  ...record,
  ...NO_ENTITLEMENT,
  createdAt: new Date(createdAt),
  updatedAt: new Date(updatedAt),
});

/** Older versions did not keep the case with an event: the answer is then its record as it is now. */
async function recordOf(sql: Sql, id: string) {
  const record = await findCase(sql, id);
  if (record === undefined) throw notFound('case', id);
  return record;
}
