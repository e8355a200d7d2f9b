import { z } from 'zod';
import { THRESHOLDS } from '../../domain/depletion.ts';
import { STATUSES } from '../../domain/ledger.ts';
import { rowKind } from '../ledger-query.ts';
import type { FactsView, RowView } from '../routes/ledger.ts';
import { details, someDetails } from './details.ts';
import { amount, count, currency, day, id, instant, listOf, refusalCode, signed, term } from './fields.ts';
import { sentAs } from './sent.ts';

const bought = { amount: term, expiresOn: day.nullable() };

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
      topUp: z.object({
        ...bought,
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
      remainingAfter: term.nullable().meta({ description: 'In cases or minutes; null when unlimited' }),
      heldChange: term.meta({ description: 'Added to what is reserved, in cases or minutes' }),
      overage: term.meta({ description: 'How much more of the case lies past the allotment; negative: comes back' }),
      charge: z
        .object({
          quantity: signed.meta({ description: 'Cases, or minutes after rounding up; negative takes a charge back' }),
          unitPrice: amount.meta({ description: 'Of one case, or of one hour' }),
          currency,
          amount,
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
