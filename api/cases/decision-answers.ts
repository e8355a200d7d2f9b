import { z } from 'zod';
import { MAX_CONSIDERED } from '../../domain/cases/considered.ts';
import { NONE_REASONS } from '../../domain/cases/picking.ts';
import { PICKED_BY } from '../../domain/ledger/support-case.ts';
import { count, decisionCandidate, id, instant, refusalCode } from '../http/answer-fields.ts';

export const decision = z
  .object({
    at: instant,
    rule: z.enum([...PICKED_BY, ...NONE_REASONS, 'taken_off']).meta({ description: 'As `entitlementReason`' }),
    words: z.string().meta({ description: 'The decision in words, as it was recorded' }),
    by: z.string().nullable().meta({ description: 'Who asked for it; null: not recorded' }),
    reason: z.string().nullable().meta({ description: 'The reason that was given, as for an override' }),
    entitlementId: id.nullable().meta({ description: 'The entitlement whose ledger has it; null: none has' }),
    seq: count.nullable().meta({ description: 'The number of its ledger row; null: it has none' }),
    movedFromId: id.nullable().meta({ description: 'The entitlement that the case moved from' }),
    overrode: z.array(refusalCode).meta({ description: 'The refusals that an override set aside' }),
    candidates: z.array(decisionCandidate).meta({
      description:
        `What each active entitlement of the customer would have done, at most ${MAX_CONSIDERED}, the picked one ` +
        'first; empty if the case named its entitlement. A caller who may not see all entitlements of the customer ' +
        'sees only the picked one',
    }),
    candidatesTotal: count.nullable().meta({
      description:
        'How many there were; null: not recorded, as by older versions, or by a process that ended just then; or the ' +
        'caller may not see all entitlements of the customer',
    }),
    spill: z
      .object({ at: instant, seq: count, minutes: count, askedIds: z.array(id), words: z.string() })
      .nullable()
      .meta({
        description:
          'Minutes that did not fit, and the entitlements that were asked for them, in order, for callers who may see them',
      }),
  })
  .meta({ id: 'CaseDecision', description: 'Why the case has its entitlement, or none, as recorded at that moment' });
