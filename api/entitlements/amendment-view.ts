import { z } from 'zod';
import { type AmendmentAhead, GRANTS } from '../../domain/terms/amendments.ts';
import { count, instant } from '../http/answer-fields.ts';
import { isoOrNull } from '../http/instants.ts';
import { sentAs } from '../http/sent.ts';
import { someDetails } from './details-answers.ts';

/** An amendment that lies ahead, as callers see it. */
export const amendmentAheadView = ({ n, effective, at, grant, changes, by, reason }: AmendmentAhead) => ({
  n,
  effective,
  at: isoOrNull(at),
  grant,
  changes,
  by,
  reason,
});

export const effective = z
  .string()
  .meta({ description: 'now, next_period, or the day from which it counts', example: '2027-01-31' });

export const amendmentAhead = sentAs<ReturnType<typeof amendmentAheadView>>()(
  z
    .object({
      n: count.meta({ description: "The number of the amendment among the entitlement's amendments" }),
      effective,
      at: instant.nullable().meta({ description: 'When it counts; null: when the present period turns' }),
      grant: z.enum(GRANTS),
      changes: someDetails,
      by: z.string(),
      reason: z.string().nullable(),
    })
    .meta({ id: 'AmendmentAhead' }),
);
