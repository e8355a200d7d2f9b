import { z } from 'zod';
import { STATUSES } from '../../domain/ledger/ledger-row.ts';
import { count, day, id, instant, listOf, term, times } from '../http/answer-fields.ts';
import { sentAs } from '../http/sent.ts';
import { channelRow, detailFields, overageField } from './details-answers.ts';
import type { EntitlementView } from './entitlement-view.ts';

const remaining = term.nullable();

export const entitlementAnswer = sentAs<EntitlementView>()(
  z
    .object({
      id,
      ...detailFields,
      status: z.enum(STATUSES),
      renewed: z.boolean().meta({ description: 'It has a successor' }),
      startsAt: instant.nullable().meta({ description: 'The first instant covered; null in a draft' }),
      endsAt: instant.nullable().meta({ description: 'The first instant past the last day; null in a draft' }),
      remainingTerm: remaining.meta({
        description:
          'Cases or minutes, holds not subtracted; below 0 with overage allow, charge buys instead; null when unlimited',
      }),
      heldTerm: term.meta({ description: 'Cases or minutes that open cases have reserved' }),
      boughtTerm: term.meta({ description: 'Cases or minutes that were bought past the grants in this period' }),
      overage: overageField,
      channels: z
        .array(
          z.object({
            ...channelRow,
            remainingTerm: remaining.meta({
              description:
                'Cases or minutes; of a row that has the whole total: what remains of it; null when unlimited',
            }),
          }),
        )
        .meta({ description: 'None: every channel is covered' }),
      isDefault: z.boolean().meta({ description: "It is its customer's default" }),
      currentPeriod: z
        .object({ startsAt: instant.nullable(), endsAt: instant.nullable() })
        .nullable()
        .meta({ description: 'The period whose allotment counts now; null without periods, and before activation' }),
      topUps: z.array(
        z.object({
          amount: term,
          left: term,
          startsOn: day.nullable().meta({ description: 'It begins on this day; null: it counts already' }),
          expiresOn: day.nullable().meta({ description: 'The last day on which it counts; null: as long as the rest' }),
        }),
      ),
      openCases: count.meta({ description: 'Cases attached and active now' }),
      renewedById: id.nullable().meta({ description: 'Its successor' }),
      renewsId: id.nullable().meta({ description: 'The one whose successor it is' }),
      version: count.meta({ description: 'Of the newest ledger row; for `If-Match`' }),
      createdAt: times.createdAt.nullable(),
      updatedAt: times.updatedAt.nullable(),
    })
    .meta({ id: 'Entitlement', description: 'Terms are cases, or whole minutes for hours; null terms are unlimited' }),
);
export const entitlementsAnswer = listOf('EntitlementList', entitlementAnswer);
