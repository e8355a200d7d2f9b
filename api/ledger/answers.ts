import { z } from 'zod';
import { STATUSES } from '../../domain/ledger/ledger-row.ts';
import { GRANTS } from '../../domain/terms/amendments.ts';
import { THRESHOLDS } from '../../domain/terms/thresholds.ts';
import { amendmentAhead, effective } from '../entitlements/amendment-view.ts';
import { details, someDetails } from '../entitlements/details-answers.ts';
import { pauseAnswer } from '../entitlements/pause-view.ts';
import { amount, count, currency, day, id, instant, listOf, refusalCode, signed, term } from '../http/answer-fields.ts';
import { sentAs } from '../http/sent.ts';
import { rowKind } from './schemas.ts';
import type { FactsView, RowView } from './view.ts';

const bought = { amount: term, expiresOn: day.nullable() };
const startsOn = day.meta({ description: 'The first day on which it counts' });

export const facts = sentAs<FactsView>()(
  z
    .object({
      details: details.meta({ description: 'The terms of the entitlement from this row on' }),
      status: z.enum(STATUSES),
      startsAt: instant,
      endsAt: instant,
      renewsId: id,
      successorId: id,
      beforeStart: z.literal(true).meta({ description: 'The entitlement was canceled before it started' }),
      before: someDetails.meta({ description: 'The fields that an edit changed, with their old values' }),
      period: z.object({ startsAt: instant, endsAt: instant }),
      usedByChannel: z.record(z.string(), signed).meta({
        description: 'Cases or minutes of each channel that count as used from this row on; negative: rolled over',
      }),
      topUps: z
        .array(z.object(bought))
        .meta({ description: 'The top-ups from this row on, each with what is left of it' }),
      topUpsAhead: z
        .array(z.object({ ...bought, startsOn }))
        .meta({ description: 'The top-ups from this row on that begin later' }),
      topUp: z.object({
        ...bought,
        startsOn: startsOn.nullable(),
        expiresAt: instant.nullable(),
        price: amount.nullable().meta({ description: 'The price of the whole top-up' }),
        currency: currency.nullable(),
      }),
      renewal: z.object({
        n: count,
        endsAt: z
          .int()
          .nullable()
          .meta({ description: 'The end of the entitlement that it renews, in milliseconds since 1970' }),
      }),
      pause: pauseAnswer,
      amendment: z.object({
        n: count,
        effective,
        day: day.optional().meta({ description: 'The day from which it counts' }),
        grant: z.enum(GRANTS).optional(),
        voids: count.optional().meta({ description: 'The number of the amendment that it takes back' }),
      }),
      ahead: amendmentAhead.meta({ description: 'The amendment that was scheduled, taken back or dropped' }),
      money: z
        .object({ amount, currency })
        .nullable()
        .meta({ description: 'What an amendment charges, with four places; negative: a credit; null: nothing' }),
      movedDays: count.meta({ description: 'Whole days by which the end moves when a pause ends that shifts it' }),
      overrode: z.array(refusalCode).meta({ description: 'The refusals that the override set aside' }),
      inGrace: z.literal(true).meta({ description: 'The case attached in the grace, after the end' }),
      movedFromId: id.meta({ description: 'The entitlement that the case moved from' }),
      holds: z
        .array(z.string())
        .meta({ description: 'The reasons that hold the case from its attach on; they stop its service-level clocks' }),
      decrements: z.boolean().meta({ description: 'The new value of `decrementEntitlementTerm`' }),
      crossed: z
        .array(z.literal(THRESHOLDS))
        .meta({ description: 'Percentages of the granted term whose use this row reached' }),
    })
    .partial()
    .meta({ id: 'LedgerFacts', description: 'Details of the row, which depend on its kind' }),
);

export const ledgerRow = sentAs<RowView>()(
  z
    .object({
      seq: count.meta({ description: 'The number of the row: 1, 2, 3 … without gaps' }),
      kind: rowKind,
      caseId: id.nullable(),
      channel: z.string().nullable(),
      change: term.meta({
        description: 'Change of the remaining term, in cases or minutes; negative when a case uses term',
      }),
      useChange: term.meta({
        description:
          'Change of what the case uses, in cases or minutes, including what is bought beyond the granted term',
      }),
      remainingAfter: term
        .nullable()
        .meta({ description: 'The remaining term after this row, in cases or minutes; null when unlimited' }),
      heldChange: term.meta({ description: 'Change of the reserved term, in cases or minutes' }),
      overage: term.meta({
        description: 'Change of what is used beyond the granted term, bought or owed; negative: given back',
      }),
      charge: z
        .object({
          quantity: signed.meta({
            description: 'Cases, or minutes rounded up; a negative quantity credits an earlier charge',
          }),
          unitPrice: amount.meta({ description: 'The price of one case, or of one hour' }),
          currency,
          amount: amount.meta({ description: 'With the decimal places of the currency: 22.48 EUR, 1117 JPY' }),
          credits: z.array(z.object({ caseId: id, seq: count })).meta({
            description: 'For a credit: the cases and ledger rows whose charges it takes back, as far as known',
          }),
        })
        .nullable(),
      who: z.string(),
      why: z.string().nullable(),
      when: instant,
      key: z
        .string()
        .nullable()
        .meta({ description: 'The idempotency key; null: the entitlement wrote the row by itself' }),
      refusal: refusalCode.nullable(),
      facts: facts.nullable(),
    })
    .meta({ id: 'LedgerRow' }),
);
export const ledgerAnswer = listOf('LedgerRowList', ledgerRow);
