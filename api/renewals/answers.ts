import { z } from 'zod';
import { HEARERS, RENEWAL_STAGES, RENEWAL_STEPS } from '../../domain/renewals/renewal-course.ts';
import { count, day, id, instant, listOf, person, times } from '../http/answer-fields.ts';
import { sentAs } from '../http/sent.ts';
import { proposal } from './proposal-answers.ts';
import type { RenewalView } from './routes.ts';

export const renewalStage = z.enum(RENEWAL_STAGES).meta({ id: 'RenewalStage' });

export const renewalAnswer = sentAs<RenewalView>()(
  z
    .object({
      id,
      entitlementId: id,
      n: count.meta({ description: "1, 2, 3 … of the entitlement's renewals" }),
      customerId: id,
      stage: renewalStage,
      isOver: z.boolean().meta({ description: 'Nobody can decide on it any more' }),
      accountManager: person.nullable().meta({ description: 'Who is to decide' }),
      escalatedTo: z
        .array(z.string())
        .meta({ description: 'Addresses that were mailed as nobody decided, or as nobody else is there' }),
      endDate: day,
      endsAt: instant,
      snoozedUntil: instant.nullable(),
      proposal,
      opportunityId: id,
      successorId: id.nullable().meta({ description: 'The entitlement that follows, once accepted' }),
      successorEnded: z
        .boolean()
        .meta({ description: 'It was deleted, or canceled before its start: it renews nothing' }),
      decidedBy: z.string().nullable(),
      reason: z.string().nullable().meta({ description: 'What was said with the decision, or why it was withdrawn' }),
      steps: z.array(
        z.object({
          step: z.enum(RENEWAL_STEPS),
          at: instant,
          heardBy: z.enum(HEARERS).meta({ description: 'What was overtaken is heard of by programs alone, or nobody' }),
        }),
      ),
      openedAt: instant,
      updatedAt: times.updatedAt,
    })
    .meta({ id: 'Renewal' }),
);
export const renewalsAnswer = listOf('RenewalList', renewalAnswer);
