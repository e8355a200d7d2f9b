import { z } from 'zod';
import { STATUSES } from '../../domain/ledger/ledger-row.ts';
import { count, day, id, instant, listOf, term, times } from '../http/answer-fields.ts';
import { sentAs } from '../http/sent.ts';
import { amendmentAhead } from './amendment-view.ts';
import { channelRow, detailFields, graceDaysField, overageField } from './details-answers.ts';
import type { EntitlementView, ListedEntitlementView } from './entitlement-view.ts';
import { pauseAnswer } from './pause-view.ts';
import { contractPrice } from './terms-schemas.ts';

const remaining = term.nullable();

export const entitlementAnswer = sentAs<EntitlementView>()(
  z
    .object({
      id,
      ...detailFields,
      status: z.enum(STATUSES),
      renewed: z.boolean().meta({ description: 'Whether the entitlement has a successor' }),
      startsAt: instant.nullable().meta({ description: 'The first instant covered; null for a draft' }),
      endsAt: instant.nullable().meta({ description: 'The first instant after the last day; null for a draft' }),
      remainingTerm: remaining.meta({
        description:
          'Cases or minutes, not reduced by holds; it can be below 0, as with overage allow; null when unlimited',
      }),
      heldTerm: term.meta({ description: 'Cases or minutes that open cases have reserved' }),
      boughtTerm: term.meta({ description: 'Cases or minutes bought beyond the granted term in this period' }),
      overage: overageField,
      channels: z
        .array(
          z.object({
            ...channelRow,
            remainingTerm: remaining.meta({
              description:
                'Cases or minutes; for a channel with the whole total, what remains of that total; null when unlimited',
            }),
          }),
        )
        .meta({ description: 'The channels covered; an empty list covers every channel' }),
      isDefault: z.boolean().meta({ description: "Whether it is the customer's default" }),
      currentPeriod: z
        .object({ startsAt: instant.nullable(), endsAt: instant.nullable() })
        .nullable()
        .meta({ description: 'The current period; null without periods, and before activation' }),
      topUps: z.array(
        z.object({
          amount: term,
          left: term,
          startsOn: day
            .nullable()
            .meta({ description: 'The day on which the top-up begins to count; null: it counts already' }),
          expiresOn: day
            .nullable()
            .meta({ description: 'The last day on which the top-up counts; null: until the entitlement ends' }),
        }),
      ),
      price: contractPrice.nullable(),
      graceDays: graceDaysField,
      graceEndsAt: instant.nullable().meta({
        description: 'Until when it takes cases after its end; null: it has no grace, or a successor follows at once',
      }),
      amendmentsAhead: z
        .array(amendmentAhead)
        .meta({ description: 'Amendments that lie ahead, in the order in which they were asked for' }),
      pausedSince: instant.nullable().meta({
        description: 'Since when the entitlement is paused, so that it takes no new cases; null: it is not paused',
      }),
      pauses: z
        .array(pauseAnswer)
        .meta({ description: 'The pause that runs, then those that lie ahead, the earliest first' }),
      openCases: count.meta({ description: 'Attached cases that are open now' }),
      renewedById: id.nullable().meta({ description: 'The entitlement that succeeds this one' }),
      renewsId: id.nullable().meta({ description: 'The entitlement that this one succeeds' }),
      version: count.meta({
        description:
          'The number of the newest ledger row; for `If-Match`, which refuses once the contract changed since. Rows of cases and of ' +
          'renewals change no contract',
      }),
      createdAt: times.createdAt.nullable(),
      updatedAt: times.updatedAt.nullable(),
    })
    .meta({ id: 'Entitlement', description: 'Terms are cases, or whole minutes for hours; a null term is unlimited' }),
);
export const entitlementsAnswer = listOf(
  'EntitlementList',
  sentAs<ListedEntitlementView>()(
    entitlementAnswer.extend({ customerName: z.string().nullable() }).meta({
      id: 'ListedEntitlement',
      description: "An entitlement with its customer's name",
    }),
  ),
);
