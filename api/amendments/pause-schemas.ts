import { z } from 'zod';
import { PAUSE_ENDS } from '../../domain/terms/pauses.ts';
import { civilDateSchema, reason } from '../http/schemas.ts';

export const pauseBody = z
  .strictObject({
    from: z.union([z.literal('now'), civilDateSchema]).meta({
      description: "now, or the day with whose beginning the pause begins, in the entitlement's time zone",
    }),
    until: civilDateSchema
      .nullish()
      .meta({ description: 'The day with whose beginning the entitlement goes on; absent: until it is resumed' }),
    end: z.enum(PAUSE_ENDS).meta({
      description:
        'keep: the end stays; shift: the end, later periods and the expiry of top-ups move by the whole days of the pause',
    }),
    reason,
  })
  .meta({ id: 'PauseInput' });

export const resumeBody = z
  .strictObject({
    pause: z.int().min(1).max(1_000_000).optional().meta({
      description: 'The number of a pause; one that lies ahead is taken back. Absent: the pause that runs',
    }),
    reason: reason.optional(),
  })
  .meta({ id: 'ResumeInput' });
