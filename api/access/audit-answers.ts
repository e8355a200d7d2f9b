import { z } from 'zod';
import { ROLES } from '../../domain/access/roles.ts';
import { count, id, instant, listOf } from '../http/answer-fields.ts';

/** Each type of record has members of its own; of what leads to an entitlement or a case they are a ledger row's facts. */
const record = z.record(z.string(), z.unknown()).nullable();

export const auditEntry = z
  .object({
    id: count,
    at: instant,
    by: z.string(),
    role: z.enum(ROLES).nullable().meta({ description: 'null: a program, or what stands in a ledger' }),
    action: z.string().meta({ example: 'created' }),
    recordType: z.string().meta({ example: 'customer' }),
    recordId: id,
    before: record.meta({ description: 'What changed as it was; null: there was nothing' }),
    after: record.meta({ description: 'What changed as it is; null: it is gone' }),
    reason: z.string().nullable(),
  })
  .meta({ id: 'AuditEntry' });
export const auditAnswer = listOf('AuditEntryList', auditEntry);
