import { z } from 'zod';
import { ROLES } from '../../domain/access/roles.ts';
import { count, id, instant, listOf } from '../http/answer-fields.ts';

/** Each type of record has members of its own; those of entitlements and cases are the facts of a ledger row. */
const record = z.record(z.string(), z.unknown()).nullable();

export const auditEntry = z
  .object({
    id: count,
    at: instant,
    by: z.string(),
    role: z
      .enum(ROLES)
      .nullable()
      .meta({ description: 'null: the change was made by a program, or comes from a ledger' }),
    action: z.string().meta({ example: 'created' }),
    recordType: z.string().meta({ example: 'customer' }),
    recordId: id,
    before: record.meta({ description: 'The changed fields with their old values; null: the record is new' }),
    after: record.meta({ description: 'The changed fields with their new values; null: the record was deleted' }),
    reason: z.string().nullable(),
  })
  .meta({ id: 'AuditEntry' });
export const auditAnswer = listOf('AuditEntryList', auditEntry);
