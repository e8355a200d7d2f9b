import { z } from 'zod';
import { CLOCK_TARGETS } from '../../domain/slas/case-clock.ts';
import { CLOCK_STATUSES, type ClockStatus } from '../../domain/slas/clock-reading.ts';
import { SPAN_REASONS } from '../../domain/slas/clock-spans.ts';
import { count, id, instant } from '../http/answer-fields.ts';

/** How a clock stands. */
export const clockStatus = z.enum(CLOCK_STATUSES as [ClockStatus, ...ClockStatus[]]).meta({
  id: 'ClockStatus',
  description:
    'nearing: a warning has come; breached: all promised time was used before it was met; canceled: the case was canceled, or has left the entitlement',
});

const span = z
  .object({
    from: instant,
    to: instant.nullable().meta({ description: 'null: it goes on' }),
    counts: z.boolean().meta({ description: 'Whether its service time is used of the promise' }),
    why: z.enum(SPAN_REASONS).meta({
      description:
        'service: the clock ran; outside_hours: the calendar has no service; held: `holds` stop the clock; resolved or canceled: the case was, until it was reactivated',
    }),
    holds: z.array(z.string()),
    serviceSeconds: count.meta({ description: 'Service time in it' }),
  })
  .meta({ id: 'ClockSpan' });

const clock = z
  .object({
    target: z.enum(CLOCK_TARGETS),
    status: clockStatus,
    statusCode: count.meta({ description: 'The number that Dataverse has for the status' }),
    isCurrent: z.boolean().meta({ description: 'false: the case is not on that entitlement any more' }),
    entitlementId: id,
    slaId: id,
    slaVersion: count.meta({ description: 'The version of the SLA that the clock follows' }),
    promisedMinutes: count.meta({ description: 'Minutes of service time' }),
    startedAt: instant,
    dueAt: instant.meta({
      description:
        'When the promised time is used up; while the clock is paused, as it was when the pause began; of a breached clock, when it was breached',
    }),
    warnsAt: instant.nullable().meta({ description: 'The next warning; null: none is ahead, or the clock is paused' }),
    pausedSince: instant.nullable(),
    pausedMinutes: count.meta({ description: 'Service time in pauses, whole minutes' }),
    usedMinutes: count.meta({ description: 'Service time that is used, whole minutes' }),
    metAt: instant.nullable().meta({ description: 'When the case was answered or resolved, also where that was late' }),
    breachedAt: instant.nullable(),
    spans: z.array(span).meta({ description: 'What explains the clock, from its start on' }),
  })
  .meta({ id: 'Clock' });

export const clocks = z.array(clock).meta({ description: 'The service-level clocks of the case, the oldest first' });
export const holds = z.array(z.string()).meta({ description: 'The reasons that hold the case now' });

export const clocksAnswer = z
  .object({
    caseId: id,
    asOf: instant.meta({ description: 'The instant for which the clocks are counted' }),
    holds,
    clocks,
  })
  .meta({ id: 'CaseClocks' });
