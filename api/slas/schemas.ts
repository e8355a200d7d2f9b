import { z } from 'zod';
import { MAX_HOLIDAYS, MAX_SPANS_A_DAY, WEEKDAYS } from '../../domain/slas/business-calendar.ts';
import {
  DEFAULT_CLOCK_RULES,
  HOLD_REASON_RULE,
  isHoldReason,
  MAX_HOLD_REASON_CHARS,
  MAX_HOLD_REASONS,
  MAX_MAIL_TO,
  MAX_WARNINGS,
} from '../../domain/slas/clock-rules.ts';
import { MAX_SLA_MINUTES } from '../../domain/slas/sla.ts';
import { isLocalTime } from '../../domain/slas/sla-preview.ts';
import { civilDateSchema, emailSchema, instantSchema, name, timeZone } from '../http/schemas.ts';

const minutes = z.int().min(1).max(MAX_SLA_MINUTES).nullish();

const timeOfDay = (description: string, example: string) =>
  z
    .string()
    .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be a time of day such as 09:00; 24:00 is the end of a day')
    .meta({ description, example });

const spans = z
  .array(
    z.strictObject({
      from: timeOfDay('The first minute of service', '09:00'),
      to: timeOfDay(
        'The first minute after the service, up to 24:00; a time before `from` is on the next day',
        '17:00',
      ),
    }),
  )
  .max(MAX_SPANS_A_DAY);

const businessHours = z
  .strictObject({
    kind: z.literal('business_hours'),
    timeZone,
    hours: z.partialRecord(z.enum(WEEKDAYS), spans).meta({
      description:
        'Hours of service for each day of the week, in order and not overlapping; there is no service on days left out',
      example: { monday: [{ from: '09:00', to: '17:00' }] },
    }),
    holidays: z
      .array(civilDateSchema)
      .max(MAX_HOLIDAYS)
      .default([])
      .meta({ description: 'Days without service', uniqueItems: true }),
  })
  .meta({ id: 'BusinessHoursInput', outputId: 'BusinessHours' });

const promise = {
  firstResponseMinutes: minutes.meta({ description: 'Minutes of service time; null: no promise' }),
  resolutionMinutes: minutes.meta({ description: 'Minutes of service time; null: no promise' }),
  calendar: z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('24x7') }), businessHours]),
};

/** The reason for a hold. */
export const holdReason = z
  .string()
  .min(1)
  .max(MAX_HOLD_REASON_CHARS)
  .refine(isHoldReason, HOLD_REASON_RULE)
  .meta({ description: 'What the case waits for, in a word that SLAs can list', example: 'waiting_for_customer' });

const pausedBy = (what: string) =>
  z
    .array(holdReason)
    .max(MAX_HOLD_REASONS)
    .nullish()
    .meta({ description: `The reasons for a hold that stop the clock of the ${what}; null: every reason does` });

const clockRules = {
  warnAtPercent: z
    .array(z.int().min(1).max(99))
    .max(MAX_WARNINGS)
    .default([...DEFAULT_CLOCK_RULES.warnAtPercent])
    .meta({ description: 'Shares of the promised time, rising, at which a clock nears its due time' }),
  firstResponsePausedBy: pausedBy('first response'),
  resolutionPausedBy: pausedBy('resolution'),
  mailTo: z
    .array(emailSchema)
    .max(MAX_MAIL_TO)
    .default([])
    .meta({ description: 'Who gets a mail when a clock nears its due time or is breached; empty: nobody' }),
};

export const slaBody = z.strictObject({ name, ...promise, ...clockRules }).meta({ id: 'SlaInput' });

export const slaPreviewBody = z
  .strictObject({
    sla: z
      .strictObject({ name: z.string().nullish(), ...promise })
      .meta({ id: 'SlaPromise', description: 'An SLA that need not be saved, nor have a name' }),
    at: instantSchema
      .optional()
      .meta({ description: 'When the case comes in; without it and without `localTime`: now' }),
    localTime: z.string().refine(isLocalTime, 'must be a day and a time such as 2027-01-31T12:00').optional().meta({
      description: 'The same on the clocks of `timeZone`; a time that they show twice is the first of the two',
      example: '2027-01-31T12:00',
    }),
    timeZone: timeZone
      .optional()
      .meta({ description: 'The zone of `localTime`. Default: the zone of the calendar; UTC if that is 24x7' }),
  })
  .refine(({ at, localTime }) => at === undefined || localTime === undefined, {
    path: ['localTime'],
    message: 'must not be given together with at: give one of them',
  })
  .meta({ id: 'SlaPreviewInput' });
