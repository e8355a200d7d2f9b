import { z } from 'zod';
import { PROPOSAL_KINDS } from '../../domain/renewals/proposal.ts';
import { REASON_CODES } from '../../domain/renewals/proposal-reasons.ts';
import type { ProposalView } from '../../domain/renewals/proposal-view.ts';
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
        '`pace`: demand continues as before; `fullest_allotment`: one allotment that refused cases had a higher demand',
    }),
  })
  .meta({ id: 'Demand', description: 'The projected demand for one allotment' });

const termUsage = sentAs<ProposalView['usage']>()(
  z
    .object({
      unit: z.enum(['cases', 'minutes']).meta({ description: 'The unit of all amounts here' }),
      at: instant,
      firstActivatedAt: instant.nullable(),
      allotments: z
        .array(
          z.object({
            startsAt: instant,
            granted: term.nullable().meta({ description: 'Including what was bought in it; null when unlimited' }),
            carriedIn: term.meta({
              description: 'Rolled over from the previous allotment, or bought in it, and still valid',
            }),
            used: term,
            lacked: count.meta({ description: 'Cases refused because nothing was left' }),
          }),
        )
        .meta({ description: 'The whole term, or its periods so far' }),
      used: term,
      granted: term.nullable().meta({ description: 'All allotments so far and what was bought; null when unlimited' }),
      usedShare: share.nullable().meta({ description: '1 means all of it; null: nothing was granted' }),
      mostUsed: term.meta({ description: 'The most that was used of one allotment, in total or by one channel' }),
      toppedUp: term,
      overage: term.meta({ description: 'Used beyond the allotment' }),
      charged: z.array(z.object({ currency, amount })),
      cases: count,
      openCases: count,
      refused: z
        .array(z.object({ code: refusalCode, channel: z.string().nullable(), cases: count }))
        .meta({ description: 'Cases that were refused and never attached later' }),
      channels: z.array(
        z.object({
          channel: z.string().nullable(),
          cases: count,
          mostUsed: term.meta({ description: 'The most that was used of one allotment' }),
          demand: demand.meta({ description: "The projected demand for the channel's row" }),
        }),
      ),
      pace: z.object({ last30Days: perDay, last90Days: perDay, term: perDay }),
      projectedUse: term.meta({ description: "Projected use of a whole term at the term's pace" }),
      projectedAllotmentUse: term.meta({
        description: 'The same for one period; for the whole term if there are no periods',
      }),
      demand,
      allotmentsInTerm: count,
      termDays: count,
      daysIntoTerm: count,
      historyDays: count.meta({ description: 'Days on which cases could attach' }),
      daysLeft: count,
    })
    .meta({ id: 'TermUsage', description: 'How much of an entitlement was used, and the projection from it' }),
);

const reason = z
  .object({ code: z.enum(REASON_CODES), text: z.string() })
  .meta({ id: 'ProposalReason', description: 'The text is for people, the code for programs' });

export const proposal = sentAs<ProposalView>()(
  z
    .object({
      kind: z.enum(PROPOSAL_KINDS),
      changes: someDetails.meta({ description: 'The fields in which the successor differs; none for the same terms' }),
      reasons: z.array(reason),
      usage: termUsage,
    })
    .meta({ id: 'RenewalProposal' }),
);
