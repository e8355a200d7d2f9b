import { z } from 'zod';
import type { RenewalRecord } from '../../db/renewals/renewals.ts';
import { AUDIENCES } from '../../domain/renewals/audience.ts';
import { proposalView } from '../../domain/renewals/proposal-view.ts';
import { decideBy, RENEWAL_STAGES, RENEWAL_STEPS } from '../../domain/renewals/renewal-course.ts';
import { count, day, id, instant, listOf, person, times } from '../http/answer-fields.ts';
import { sentAs } from '../http/sent.ts';
import { proposal } from './proposal-answers.ts';

/** A record as the API answers it. Terms are cases or whole minutes, as `usage` says; shares are parts of 1. */
export const renewalView = ({
  seq: _seq,
  decidedKey: _key,
  decidedContent: _content,
  renewalNumber,
  ...record
}: RenewalRecord) => ({
  ...record,
  n: renewalNumber,
  proposal: proposalView(record.proposal),
  decideBy: decideBy(record, record.isOver),
});

export const renewalStage = z.enum(RENEWAL_STAGES).meta({ id: 'RenewalStage' });

/** The field `decideBy` of a renewal. */
export const dayToDecide = day.nullable().meta({
  description:
    'The last day on which to decide, in the zone of the entitlement: its last day; once it has lapsed, the last day on which a late decision counts. null: nobody can decide any more',
});

export const renewalAnswer = sentAs<ReturnType<typeof renewalView>>()(
  z
    .object({
      id,
      entitlementId: id,
      n: count.meta({ description: "1, 2, 3 … of the entitlement's renewals" }),
      customerId: id,
      stage: renewalStage,
      isOver: z.boolean().meta({ description: 'true: nobody can decide it any more' }),
      accountManager: person.nullable().meta({ description: 'Who must decide' }),
      escalatedTo: z.array(z.string()).meta({
        description: 'Addresses that were mailed because nobody decided, or because there is no account manager',
      }),
      endDate: day,
      endsAt: instant,
      decideBy: dayToDecide,
      snoozedUntil: instant.nullable(),
      proposal,
      opportunityId: id,
      successorId: id.nullable().meta({ description: 'The entitlement that follows; null until accepted' }),
      successorEnded: z
        .boolean()
        .meta({ description: 'The successor was deleted, or canceled before its start: it renews nothing' }),
      decidedBy: z.string().nullable(),
      reason: z.string().nullable().meta({ description: 'The reason of the decision, or why it was withdrawn' }),
      steps: z.array(
        z.object({
          step: z.enum(RENEWAL_STEPS),
          at: instant,
          heardBy: z.enum(AUDIENCES).meta({
            description:
              'Who was told about the step. A step that was superseded before it could be announced was told to programs only, or to nobody',
          }),
        }),
      ),
      openedAt: instant,
      updatedAt: times.updatedAt,
    })
    .meta({ id: 'Renewal' }),
);
export const renewalsAnswer = listOf('RenewalList', renewalAnswer);
