import { z } from 'zod';
import { idSchema, instantSchema, pageQuery, text } from '../http/schemas.ts';

/** The query of the audit. */
export const auditQuery = pageQuery.extend({
  recordType: z
    .string()
    .regex(/^[a-z_]{1,40}$/, 'must be a type of record such as customer or api_key')
    .optional(),
  recordId: idSchema.optional(),
  by: text(200).optional(),
  action: z
    .string()
    .regex(/^[a-z_]{1,40}$/, 'must be an action such as created')
    .optional(),
  since: instantSchema.optional().meta({ description: 'Entries from this instant on' }),
  until: instantSchema.optional().meta({ description: 'Entries before this instant' }),
});
