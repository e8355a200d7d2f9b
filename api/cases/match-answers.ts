import { z } from 'zod';
import { NONE_REASONS } from '../../domain/cases/picking.ts';
import { PICKED_BY } from '../../domain/ledger/support-case.ts';
import { count, day, id, refusalCode, term } from '../http/answer-fields.ts';

export const matchCandidate = z
  .object({
    entitlementId: id,
    name: z.string(),
    covers: z.boolean().meta({ description: 'It would take the case' }),
    code: refusalCode.nullable().meta({ description: 'Why it would not' }),
    reason: z.string().nullable().meta({ description: 'The same in words' }),
    rule: z
      .enum(PICKED_BY)
      .exclude(['named'])
      .nullable()
      .meta({ description: 'The rule by which the case is offered to it; null: it is not asked' }),
    isDefault: z.boolean(),
    names: z
      .object({ contact: z.boolean(), product: z.boolean(), channel: z.boolean() })
      .meta({ description: 'What it names that others leave open' }),
    priority: count.meta({ description: 'The lower number wins a tie' }),
    startDate: day,
    endDate: day,
    slaId: id.nullable(),
    remainingAfter: term.nullable().meta({
      description: 'Cases or minutes that could still be promised then; null when unlimited, and where it refuses',
    }),
    channelRemainingAfter: term.nullable().meta({
      description: "The same of the case's channel; null when unlimited, without a row, and where it refuses",
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
      .meta({ description: 'Why it would get none' }),
  })
  .meta({ id: 'Match' });
