import { z } from 'zod';
import type { SlaRecord } from '../../db/slas/slas.ts';
import { count, id, instant, listOf, times } from '../http/answer-fields.ts';
import { sentAs } from '../http/sent.ts';
import { slaBody } from './schemas.ts';

const minutes = count.nullable().meta({ description: 'Minutes of service time; null: no promise' });

const pausedBy = z
  .array(z.string())
  .nullable()
  .meta({ description: 'The reasons for a hold that stop the clock; null: every reason does' });

export const slaAnswer = sentAs<SlaRecord>()(
  z
    .object({
      id,
      name: z.string(),
      firstResponseMinutes: minutes,
      resolutionMinutes: minutes,
      calendar: slaBody.shape.calendar,
      warnAtPercent: slaBody.shape.warnAtPercent.unwrap(),
      firstResponsePausedBy: pausedBy,
      resolutionPausedBy: pausedBy,
      mailTo: z
        .array(z.string())
        .meta({ description: 'Who gets a mail when a clock nears its due time or is breached' }),
      version: count.meta({ description: 'Counts the changes of the SLA, from 1; a clock follows one version' }),
      ...times,
    })
    .meta({ id: 'Sla' }),
);
export const slasAnswer = listOf('SlaList', slaAnswer);

export const slaPreviewAnswer = z
  .object({
    from: instant.meta({ description: 'When the case comes in' }),
    timeZone: z.string().meta({ description: 'The zone in which `localTime` was read' }),
    firstResponseDueAt: instant.nullable().meta({ description: 'null: no promise' }),
    resolutionDueAt: instant.nullable().meta({ description: 'null: no promise' }),
  })
  .meta({ id: 'SlaPreview' });
