import { z } from 'zod';
import type { ListedCase } from '../../db/cases/case-list.ts';
import { NONE_REASONS } from '../../domain/cases/picking.ts';
import { CASE_STATUSES, PICKED_BY } from '../../domain/ledger/support-case.ts';
import { CLOCK_TARGETS } from '../../domain/slas/case-clock.ts';
import { clockStatus, clocks, holds } from '../clocks/answers.ts';
import { count, id, instant, listOf, refusalCode, term, times } from '../http/answer-fields.ts';
import { sentAs } from '../http/sent.ts';
import type { CaseAfterEvent, CaseEventResult } from './case-outcome.ts';
import { decision } from './decision-answers.ts';
import type { CaseWithDecision } from './decision-view.ts';

const dueAt = instant
  .nullable()
  .meta({ description: 'When it is due, in the service time of the SLA; null: the SLA promises none' });

const parts = z
  .array(z.object({ entitlementId: id, minutes: count }))
  .meta({ description: 'What each entitlement takes of the case, its own first; empty if its own takes all of it' });

const caseRecord = z.object({
  id,
  customerId: id,
  contactId: id.nullable(),
  productId: id.nullable(),
  channel: z.string().nullable(),
  title: z.string().nullable(),
  status: z.enum(CASE_STATUSES),
  minutes: count.meta({ description: 'Minutes spent on the case, as last reported' }),
  decrementEntitlementTerm: z.boolean().meta({ description: 'false: the case uses no term' }),
  entitlementId: id.nullable(),
  entitlementReason: z
    .enum([...PICKED_BY, ...NONE_REASONS, 'taken_off'])
    .meta({ description: 'How the case got its entitlement, or why it has none' }),
  entitlementExplanation: z.string().nullable().meta({ description: '`entitlementReason` in words' }),
  slaId: id.nullable(),
  firstResponseDueAt: dueAt,
  resolutionDueAt: dueAt,
  inGrace: z.boolean().meta({ description: 'It attached in the grace of its entitlement, after the end' }),
  parts,
  ...times,
});

const nextDue = z
  .object({
    target: z.enum(CLOCK_TARGETS),
    status: clockStatus,
    dueAt: instant.meta({ description: 'While the clock is paused, as it was when the pause began' }),
    pausedSince: instant.nullable().meta({ description: 'null: no hold stops the clock' }),
  })
  .meta({
    id: 'NextDue',
    description:
      'The service-level clock of the case that is due next: of those that run, or of the paused ones if none runs',
  });

export const casesAnswer = listOf(
  'CaseList',
  sentAs<ListedCase>()(
    caseRecord
      .extend({ nextDue: nextDue.nullable().meta({ description: 'null: no clock of the case is under way' }) })
      .meta({ id: 'Case' }),
  ),
);

type CaseInDetail = CaseWithDecision & { readonly holds: readonly string[]; readonly clocks: z.infer<typeof clocks> };

/** One case, with its clocks and the decision behind its entitlement. */
export const caseAnswer = sentAs<CaseInDetail>()(
  caseRecord
    .extend({
      holds,
      clocks,
      decision: decision.nullable().meta({ description: 'null: nothing is on record about it' }),
    })
    .meta({ id: 'CaseWithDecision' }),
);

const ofEvent = {
  seq: count.nullable().meta({
    description: 'The number of the ledger row of this event; null: it has none, as for a case without an entitlement',
  }),
  change: term.meta({
    description: 'Change of the remaining term, in cases or minutes; negative when the case uses term',
  }),
  remainingTerm: term.nullable().meta({
    description:
      'What the entitlement has left, in cases or minutes; null when unlimited, or if there is no entitlement',
  }),
};

export const caseAfterAnswer = sentAs<CaseAfterEvent>()(
  caseRecord.partial({ createdAt: true, updatedAt: true }).extend(ofEvent).meta({
    id: 'CaseAfterEvent',
    description:
      'The case as the event left it; a retry gets the same. `createdAt` and `updatedAt` are there for a case without an entitlement',
  }),
);

export const caseToldAnswer = z
  .object({ caseId: id, key: z.string().meta({ description: "The event's once-only key" }), entitlementId: id })
  .meta({ id: 'CaseEventTold', description: 'The entitlement decides later; its ledger shows the decision' });

const caseEventResult = sentAs<CaseEventResult>()(
  z
    .object({
      key: z.string(),
      caseId: id,
      outcome: z.enum(['accepted', 'refused']),
      repeated: z
        .boolean()
        .meta({ description: 'true: the key was sent before, and this is the answer that it got then' }),
      entitlementId: id.nullable(),
      ...ofEvent,
      code: refusalCode.optional().meta({ description: 'Why it was refused' }),
      detail: z.string().optional(),
      field: z.string().optional().meta({ description: 'The field that is wrong, if it is one field' }),
    })
    .meta({ id: 'CaseEventResult' }),
);

export const caseEventsAnswer = z
  .object({ results: z.array(caseEventResult) })
  .meta({ id: 'CaseEventResults', description: 'One result for each event, in the order of the events' });
