import { z } from 'zod';
import { REASON_CODES } from '../../domain/renewals/proposal-reasons.ts';
import type { ProposalView } from '../../domain/renewals/proposal-view.ts';
import { PROPOSAL_KINDS } from '../../domain/renewals/renewal-proposal.ts';
import { someDetails } from '../entitlements/details-answers.ts';
import { amount, count, currency, instant, refusalCode, share, term } from '../http/answer-fields.ts';
import { sentAs } from '../http/sent.ts';

const perDay = z.number().meta({ description: 'Cases or minutes a day' });

const demand = z
  .object({
    amount: term.meta({ description: 'Cases or minutes' }),
    used: term,
    lacked: count.meta({ description: 'Cases refused because nothing was left' }),
    basis: z.enum(['pace', 'fullest_allotment']).meta({
      description:
        '`pace`: what was asked for so far goes on; `fullest_allotment`: one that refused cases was asked for more',
    }),
  })
  .meta({ id: 'Demand', description: 'What one allotment would be asked for' });

const termUsage = sentAs<ProposalView['usage']>()(
  z
    .object({
      unit: z.enum(['cases', 'minutes']).meta({ description: 'Of all amounts here' }),
      at: instant,
      firstActivatedAt: instant.nullable(),
      allotments: z
        .array(
          z.object({
            startsAt: instant,
            granted: term.nullable().meta({ description: 'With what was bought in it; null when unlimited' }),
            carriedIn: term.meta({ description: 'Left over from the allotment before, and still good' }),
            used: term,
            lacked: count.meta({ description: 'Cases refused because nothing was left' }),
          }),
        )
        .meta({ description: 'The whole term, or its periods so far' }),
      used: term,
      granted: term.nullable().meta({ description: 'All allotments so far and what was bought; null when unlimited' }),
      usedShare: share.nullable().meta({ description: '1 is all of it; null: nothing was granted' }),
      mostUsed: term.meta({ description: 'The most of one allotment, in all or by one channel' }),
      toppedUp: term,
      overage: term.meta({ description: 'Past the allotment' }),
      charged: z.array(z.object({ currency, amount })),
      cases: count,
      openCases: count,
      refused: z
        .array(z.object({ code: refusalCode, channel: z.string().nullable(), cases: count }))
        .meta({ description: 'Cases that never attached' }),
      channels: z.array(
        z.object({
          channel: z.string().nullable(),
          cases: count,
          mostUsed: term.meta({ description: 'In any one allotment' }),
          demand: demand.meta({ description: 'Of its row' }),
        }),
      ),
      pace: z.object({ last30Days: perDay, last90Days: perDay, term: perDay }),
      projectedUse: term.meta({ description: "Of a whole term at the term's pace" }),
      projectedAllotmentUse: term.meta({ description: 'Of one period, or of the whole term' }),
      demand,
      allotmentsInTerm: count,
      termDays: count,
      daysIntoTerm: count,
      historyDays: count.meta({ description: 'Days on which cases could attach' }),
      daysLeft: count,
    })
    .meta({ id: 'TermUsage', description: 'How much of an entitlement was used, and how much it would come to' }),
);

const reason = z
  .object({ code: z.enum(REASON_CODES), text: z.string() })
  .meta({ id: 'ProposalReason', description: 'A sentence or two for a person; the code is for programs' });

export const proposal = sentAs<ProposalView>()(
  z
    .object({
      kind: z.enum(PROPOSAL_KINDS),
      changes: someDetails.meta({ description: 'What the successor is to have otherwise; none for the same terms' }),
      reasons: z.array(reason),
      usage: termUsage,
    })
    .meta({ id: 'RenewalProposal' }),
);
