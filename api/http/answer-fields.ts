import { z } from 'zod';
import { REFUSAL_STATUS, type RefusalCode } from '../../domain/refusals.ts';

/** Parts that many answers share. */

export const id = z.string();
export const instant = z.string().meta({ format: 'date-time', description: 'RFC 3339, in UTC' });
export const day = z.string().meta({ format: 'date', example: '2027-01-31' });
export const count = z.int().min(0);
/** A number that may be negative. */
export const signed = z.int();
/** How long the old secret works after a rotation. */
export const replacedWorksUntil = instant
  .nullable()
  .meta({ description: 'The old secret works until then; null: there is none' });
export const term = z.int().meta({ description: 'Cases, or whole minutes for hours' });
export const share = z.number().meta({ description: 'A share, where 1 is all and 0.5 is half' });
export const amount = z.string().meta({ description: 'An exact decimal', example: '89.90' });
export const currency = z.string().meta({ description: 'ISO 4217', example: 'EUR' });

export const person = z.object({ name: z.string(), email: z.string() }).meta({ id: 'Person' });

export const refusalCode = z
  .enum(Object.keys(REFUSAL_STATUS) as [RefusalCode, ...RefusalCode[]])
  .meta({ id: 'RefusalCode', description: 'A stable code; docs/errors.md says what each code means' });

/** What one entitlement of the customer said when a case was given an entitlement, or refused one. */
export const decisionCandidate = z
  .object({
    entitlementId: id,
    name: z.string().meta({ description: 'Its name at that moment' }),
    picked: z.boolean().meta({ description: 'Whether the case got this one' }),
    outcome: z
      .enum(['covers', ...refusalCode.options])
      .meta({ description: 'covers: it took the case or would have; else why it would have refused' }),
    words: z.string().meta({ description: 'Why it was picked, passed over or refused' }),
  })
  .meta({ id: 'CaseDecisionCandidate' });

export const times = { createdAt: instant, updatedAt: instant };

/** One page of a list, in the list's order. */
export const listOf = <Item extends z.ZodType>(name: string, item: Item) =>
  z
    .object({
      items: z.array(item),
      nextCursor: z
        .string()
        .nullable()
        .meta({ description: 'The `cursor` of the next page; null: this is the last page' }),
    })
    .meta({ id: name });
