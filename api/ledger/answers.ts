import { z } from 'zod';
import { STATUSES } from '../../domain/ledger/ledger-row.ts';
import { THRESHOLDS } from '../../domain/terms/thresholds.ts';
import { details, someDetails } from '../entitlements/details-answers.ts';
import { amount, count, currency, day, id, instant, listOf, refusalCode, signed, term } from '../http/answer-fields.ts';
import { sentAs } from '../http/sent.ts';
import { rowKind } from './ledger-query.ts';
import type { FactsView, RowView } from './routes.ts';

const bought = { amount: term, expiresOn: day.nullable() };
const startsOn = day.meta({ description: 'The first day on which it counts' });

export const facts = sentAs<FactsView>()(
  z
    .object({
      details: details.meta({ description: 'What the entitlement says from now on' }),
      status: z.enum(STATUSES),
      startsAt: instant,
      endsAt: instant,
      renewsId: id,
      successorId: id,
      beforeStart: z.literal(true).meta({ description: 'It was canceled while it waited for its start' }),
      before: someDetails.meta({ description: 'What an edit changed, as it was' }),
      period: z.object({ startsAt: instant, endsAt: instant }),
      usedByChannel: z.record(z.string(), signed).meta({
        description: 'Cases or minutes that count as used of each channel from now on; negative for what rolled over',
      }),
      topUps: z.array(z.object(bought)).meta({ description: 'Those from now on, each with what is left of it' }),
      topUpsAhead: z
        .array(z.object({ ...bought, startsOn }))
        .meta({ description: 'Those that begin later, from now on' }),
      topUp: z.object({
        ...bought,
        startsOn: startsOn.nullable(),
        expiresAt: instant.nullable(),
        price: amount.nullable().meta({ description: 'Paid for all of it' }),
        currency: currency.nullable(),
      }),
      renewal: z.object({
        n: count,
        endsAt: z.int().nullable().meta({ description: 'The end that it is about, in milliseconds since 1970' }),
      }),
      overrode: z.array(refusalCode).meta({ description: 'The refusals that an override let pass' }),
      movedFromId: id.meta({ description: 'The entitlement that the case came from' }),
      decrements: z.boolean().meta({ description: '`decrementEntitlementTerm` was set to this' }),
      crossed: z
        .array(z.literal(THRESHOLDS))
        .meta({ description: 'With this row so many per cent of what is granted are used' }),
    })
    .partial()
    .meta({ id: 'LedgerFacts', description: 'What a row says beyond its kind' }),
);

export const ledgerRow = sentAs<RowView>()(
  z
    .object({
      seq: count.meta({ description: '1, 2, 3 … without gaps' }),
      kind: rowKind,
      caseId: id.nullable(),
      channel: z.string().nullable(),
      change: term.meta({ description: 'Added to what remains, in cases or minutes: negative when a case takes' }),
      useChange: term.meta({
        description: 'Added to what the case takes, in cases or minutes, what it buys past the grants included',
      }),
      remainingAfter: term.nullable().meta({ description: 'In cases or minutes; null when unlimited' }),
      heldChange: term.meta({ description: 'Added to what is reserved, in cases or minutes' }),
      overage: term.meta({
        description: 'How much more lies past what was granted, bought or owed; negative: comes back',
      }),
      charge: z
        .object({
          quantity: signed.meta({ description: 'Cases, or minutes after rounding up; negative credits a charge' }),
          unitPrice: amount.meta({ description: 'Of one case, or of one hour' }),
          currency,
          amount: amount.meta({ description: "With the currency's own decimal places: 22.48 EUR, 1117 JPY" }),
          credits: z.array(z.object({ caseId: id, seq: count })).meta({
            description: 'Of a credit: the cases and ledger rows whose charge it takes back, as far as known',
          }),
        })
        .nullable(),
      who: z.string(),
      why: z.string().nullable(),
      when: instant,
      key: z.string().nullable().meta({ description: 'The once-only key; null: the entitlement did it by itself' }),
      refusal: refusalCode.nullable(),
      facts: facts.nullable(),
    })
    .meta({ id: 'LedgerRow' }),
);
export const ledgerAnswer = listOf('LedgerRowList', ledgerRow);
