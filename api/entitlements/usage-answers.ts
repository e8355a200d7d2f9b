import { z } from 'zod';
import { MAX_MARKS_OF_GROUP } from '../../db/entitlements/usage.ts';
import { MAX_USAGE_POINTS, USAGE_STEPS } from '../../domain/entitlements/usage-days.ts';
import { USAGE_MARKS } from '../../domain/entitlements/usage-marks.ts';
import { NO_PROJECTION } from '../../domain/entitlements/usage-projection.ts';
import { STATUSES } from '../../domain/ledger/ledger-row.ts';
import { count, day, id, instant, refusalCode, signed, term } from '../http/answer-fields.ts';

/** What the answer of an entitlement's use says. The answer is put together in `usage-view.ts`. */

const remaining = term.nullable().meta({ description: 'Cases or minutes; null when unlimited' });

const usagePoint = z
  .object({
    day: day.meta({ description: 'The first day of the point, in the time zone of the entitlement' }),
    since: instant,
    until: instant.meta({ description: 'The first instant after the point' }),
    remaining: remaining.meta({
      description: 'What remained at the end of the point, or now if it has not ended; null when unlimited',
    }),
    change: signed.meta({ description: 'Change of the remaining term: granted - used + returned + bought' }),
    granted: signed.meta({ description: 'Allotments, top-ups and edits, less what lapsed' }),
    used: term.meta({ description: 'What cases used, including what they bought beyond the granted term' }),
    returned: term.meta({ description: 'What canceled, reactivated, changed or moved cases gave back' }),
    bought: signed.meta({
      description: 'What was bought beyond the granted term, less what was credited: it does not lower what remains',
    }),
    cases: count.meta({ description: 'Cases that attached here first; a case that moved here is not counted' }),
    refused: count.meta({ description: 'Events of cases refused by status, dates, cover or exhaustion' }),
  })
  .meta({ id: 'UsagePoint' });

const usageMark = z
  .object({
    at: instant,
    kind: z.enum(USAGE_MARKS),
    amount: signed.meta({
      description:
        'Cases or minutes: granted, or negative for what lapsed or expired. Of rollover what stayed from the period ' +
        'before, of overage what went beyond the granted term (negative: came back), of refused and override 0',
    }),
    seq: count.meta({ description: 'The ledger row that says it' }),
    caseId: id.nullable(),
    codes: z.array(refusalCode).meta({ description: 'Why a case was refused, or what an override set aside' }),
  })
  .meta({ id: 'UsageMark' });

const usageProjection = z
  .object({
    method: z.string().meta({ description: 'How it is calculated, in words; the same as in the report on depletion' }),
    paceSince: instant.meta({ description: 'The instant from which the pace is measured' }),
    usedSince: signed.meta({ description: 'What cases used since then, minus what they gave back' }),
    perDay: z.number().meta({ description: 'Cases or minutes a day, to three decimals' }),
    depletesOn: day.nullable().meta({
      description: 'The day on which nothing is left at this pace, in the time zone of the entitlement; null: never',
    }),
    until: instant.meta({ description: 'The end of the current period, or of the entitlement if it has no periods' }),
    endsWith: signed.nullable().meta({
      description: 'What remains then; negative: so much is missing. Null if that is more than 100 years away',
    }),
    line: z
      .array(z.object({ at: instant, remaining: signed }))
      .meta({ description: 'The corners of the line to draw, from now to `until`' }),
  })
  .meta({ id: 'UsageProjection' });

export const usageAnswer = z
  .object({
    entitlementId: id,
    status: z.enum(STATUSES),
    by: z.enum(USAGE_STEPS),
    timeZone: z.string(),
    startsAt: instant.nullable(),
    endsAt: instant.nullable(),
    unit: z.enum(['cases', 'minutes']),
    totalTerm: term.nullable().meta({ description: 'As in the entitlement; null when unlimited' }),
    remainingTerm: remaining,
    since: day.nullable().meta({ description: 'The first day shown; null: nothing has begun yet' }),
    until: day.nullable().meta({ description: 'The last day shown; null as for `since`' }),
    opening: remaining.meta({ description: 'What remained when the first point began; null when unlimited' }),
    points: z.array(usagePoint).meta({
      description: `At most ${MAX_USAGE_POINTS}, in order and without gaps; empty before the entitlement began`,
    }),
    marks: z.array(usageMark).meta({
      description:
        `What explains the points, in order of time: the newest ${MAX_MARKS_OF_GROUP} each of changes of the term, ` +
        'of refusals, and of overrides and overages',
    }),
    marksCut: z.boolean().meta({ description: 'true: older marks were left out' }),
    projection: usageProjection.nullable(),
    noProjection: z
      .object({ reason: z.enum(NO_PROJECTION), words: z.string() })
      .nullable()
      .meta({ description: 'Why there is no projection; null: there is one' }),
  })
  .meta({ id: 'EntitlementUsage', description: 'The use of an entitlement over time; terms are cases or minutes' });
