import { z } from 'zod';
import { PAUSE_ENDS, type Pause } from '../../domain/terms/pauses.ts';
import { count, day, instant } from '../http/answer-fields.ts';
import { iso, isoOrNull } from '../http/instants.ts';
import { sentAs } from '../http/sent.ts';

/** A pause as callers see it. */
export const pauseView = ({ n, from, startsAt, until, endsAt, end }: Pause) => ({
  n,
  from,
  startsAt: iso(startsAt),
  until,
  endsAt: isoOrNull(endsAt),
  end,
});

export const pauseAnswer = sentAs<ReturnType<typeof pauseView>>()(
  z
    .object({
      n: count.meta({ description: "The number of the pause among the entitlement's pauses" }),
      from: day.nullable().meta({ description: 'The day with whose beginning it begins; null: it began at once' }),
      startsAt: instant,
      until: day.nullable().meta({
        description: 'The day with whose beginning the entitlement goes on; null: until it is resumed',
      }),
      endsAt: instant.nullable(),
      end: z.enum(PAUSE_ENDS).meta({
        description: 'keep: the end stays; shift: the end moves by the whole days of the pause',
      }),
    })
    .meta({ id: 'Pause' }),
);
