import { z } from 'zod';
import { NONE_REASONS } from '../../domain/cases/picking.ts';
import { PICKED_BY } from '../../domain/ledger/support-case.ts';
import { count, day, id, instant, refusalCode, term } from '../http/answer-fields.ts';

const dueAt = instant
  .nullable()
  .meta({ description: 'When it would be due if the case were attached now; null: the SLA promises none' });

export const matchCandidate = z
  .object({
    entitlementId: id,
    name: z.string(),
    covers: z.boolean().meta({ description: 'Whether it would take the case' }),
    code: refusalCode.nullable().meta({ description: 'Why it would refuse the case' }),
    reason: z.string().nullable().meta({ description: '`code` in words' }),
    rule: z
      .enum(PICKED_BY)
      .exclude(['named'])
      .nullable()
      .meta({ description: 'The rule by which the case is offered to it; null: it is not asked' }),
    isDefault: z.boolean(),
    inGrace: z.boolean().meta({ description: 'It has ended and takes cases in its grace, after the active ones' }),
    names: z
      .object({ contact: z.boolean(), product: z.boolean(), channel: z.boolean() })
      .meta({ description: 'Whether the entitlement names the contact, product or channel of the case' }),
    priority: count.meta({ description: 'The lower number wins a tie' }),
    startDate: day,
    endDate: day,
    slaId: id.nullable(),
    firstResponseDueAt: dueAt,
    resolutionDueAt: dueAt,
    allocationType: z.enum(['cases', 'hours', 'unlimited']).meta({ description: 'What its terms count' }),
    remainingAfter: term.nullable().meta({
      description:
        'Cases or minutes that it could still promise after taking the case; null when unlimited, or if it refuses',
    }),
    channelRemainingAfter: term.nullable().meta({
      description: "The same for the case's channel; null when unlimited, if the channel has no row, or if it refuses",
    }),
  })
  .meta({ id: 'MatchCandidate' });

export const matchAnswer = z
  .object({
    customerId: id,
    candidates: z.array(matchCandidate),
    picked: z
      .object({ entitlementId: id, rule: z.enum(PICKED_BY), why: z.string() })
      .nullable()
      .meta({ description: 'The entitlement that the case would get; null: none' }),
    none: z
      .object({
        reason: z.enum([...NONE_REASONS, ...refusalCode.options]),
        why: z.string(),
      })
      .nullable()
      .meta({ description: 'Why the case would get none; null: it would get one' }),
  })
  .meta({ id: 'Match' });
