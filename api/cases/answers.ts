import { z } from 'zod';
import type { CaseRecord } from '../../db/cases/cases.ts';
import { NONE_REASONS } from '../../domain/cases/picking.ts';
import { CASE_STATUSES, PICKED_BY } from '../../domain/ledger/support-case.ts';
import { count, id, instant, listOf, refusalCode, term, times } from '../http/answer-fields.ts';
import { sentAs } from '../http/sent.ts';
import type { CaseAfterEvent, CaseEventResult } from './case-outcome.ts';

const dueAt = instant.nullable().meta({ description: 'In the service time of its SLA; null: none is promised' });

const parts = z
  .array(z.object({ entitlementId: id, minutes: count }))
  .meta({ description: 'What each entitlement takes of the case, its own first; empty where its own takes all' });

const caseRecord = z
  .object({
    id,
    customerId: id,
    contactId: id.nullable(),
    productId: id.nullable(),
    channel: z.string().nullable(),
    title: z.string().nullable(),
    status: z.enum(CASE_STATUSES),
    minutes: count.meta({ description: 'Spent on it, as last told' }),
    decrementEntitlementTerm: z.boolean().meta({ description: 'false: the case takes nothing' }),
    entitlementId: id.nullable(),
    entitlementReason: z
      .enum([...PICKED_BY, ...NONE_REASONS, 'taken_off'])
      .meta({ description: 'How it came to its entitlement, or why it has none' }),
    entitlementExplanation: z.string().nullable().meta({ description: 'The same in words' }),
    slaId: id.nullable(),
    firstResponseDueAt: dueAt,
    resolutionDueAt: dueAt,
    parts,
    ...times,
  })
  .meta({ id: 'Case' });

export const caseAnswer = sentAs<CaseRecord>()(caseRecord);
export const casesAnswer = listOf('CaseList', caseAnswer);

const ofEvent = {
  seq: count
    .nullable()
    .meta({ description: 'The ledger row that says it; null: there is none, as of a case without an entitlement' }),
  change: term.meta({ description: 'Added to what remains, in cases or minutes: negative when the case took' }),
  remainingTerm: term
    .nullable()
    .meta({ description: 'What the entitlement has left, in cases or minutes; null when unlimited or without one' }),
};

export const caseAfterAnswer = sentAs<CaseAfterEvent>()(
  caseRecord.partial({ createdAt: true, updatedAt: true }).extend(ofEvent).meta({
    id: 'CaseAfterEvent',
    description:
      "The case as the event left it; a retry gets the same. Its record's times are there for a case without an entitlement",
  }),
);

export const caseToldAnswer = z
  .object({ caseId: id, key: z.string().meta({ description: "The event's once-only key" }), entitlementId: id })
  .meta({ id: 'CaseEventTold', description: 'The entitlement decides later: how it did stands in its ledger' });

const caseEventResult = sentAs<CaseEventResult>()(
  z
    .object({
      key: z.string(),
      caseId: id,
      outcome: z.enum(['accepted', 'refused']),
      repeated: z.boolean().meta({ description: 'The key came before: nothing happened now' }),
      entitlementId: id.nullable(),
      ...ofEvent,
      code: refusalCode.optional().meta({ description: 'Why it was refused' }),
      detail: z.string().optional(),
      field: z.string().optional().meta({ description: 'The wrong one, where one is to blame' }),
    })
    .meta({ id: 'CaseEventResult' }),
);

export const caseEventsAnswer = z
  .object({ results: z.array(caseEventResult) })
  .meta({ id: 'CaseEventResults', description: "In the events' order" });
