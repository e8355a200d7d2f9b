import { z } from 'zod';
import { AMENDMENT_STATUSES, type Amendment } from '../../domain/entitlements/amendment-history.ts';
import { GRANTS } from '../../domain/terms/amendments.ts';
import { effective } from '../entitlements/amendment-view.ts';
import { entitlementAnswer } from '../entitlements/answers.ts';
import { someDetails } from '../entitlements/details-answers.ts';
import { amount, count, currency, day, instant, signed } from '../http/answer-fields.ts';
import { iso } from '../http/instants.ts';
import { sentAs } from '../http/sent.ts';
import { previewFields } from './preview.ts';

/** An amendment as callers see it. */
export const amendmentView = ({ at, ...amendment }: Amendment) => ({ ...amendment, at: iso(at) });

const change = signed.meta({ description: 'Cases or minutes that it adds to the remaining term; negative: takes' });
const money = z
  .object({ amount, currency })
  .nullable()
  .meta({ description: 'What it charges, with four places; negative: a credit; null: nothing' });

export const amendmentAnswer = sentAs<ReturnType<typeof amendmentView>>()(
  z
    .object({
      n: count.meta({ description: "The number of the amendment among the entitlement's amendments" }),
      status: z.enum(AMENDMENT_STATUSES).meta({
        description:
          'scheduled: it lies ahead; applied: it counts; voided: a later one took it back; taken_back: somebody took it ' +
          'back before it counted; dropped: it no longer fitted when its time came, or the contract ended before its day',
      }),
      effective,
      day: day.nullable().meta({ description: 'The day from which it counts; null: not known yet, or a void' }),
      grant: z.enum(GRANTS).nullable(),
      voids: count.nullable().meta({ description: 'The number of the amendment that it takes back' }),
      before: someDetails
        .nullable()
        .meta({ description: 'The changed fields with their old values; null before it counts' }),
      after: someDetails.meta({ description: 'The changed fields with their new values' }),
      change,
      money,
      by: z.string(),
      reason: z.string().nullable(),
      seq: count.nullable().meta({ description: 'The ledger row with which it counts; null before that' }),
      detail: z.string().nullable().meta({ description: 'Why it was dropped' }),
      at: instant.meta({ description: 'When it was asked for' }),
    })
    .meta({ id: 'Amendment' }),
);

export const amendmentsAnswer = z
  .object({ items: z.array(amendmentAnswer) })
  .meta({ id: 'AmendmentList', description: 'The amendments of an entitlement, in the order of their numbers' });

/** What an amendment would do, with the token that applies exactly that. */
export const amendmentPreview = z
  .object({
    ...previewFields,
    change,
    money,
    token: z.string().nullable().meta({ description: 'For `token` of the request that applies it; null for a void' }),
  })
  .meta({ id: 'AmendmentPreview', description: 'What an amendment would do; nothing was changed' });

export const amendedAnswer = z
  .object({ amendment: amendmentAnswer, entitlement: entitlementAnswer })
  .meta({ id: 'AmendmentMade', description: 'The amendment, and the entitlement as it is now' });
