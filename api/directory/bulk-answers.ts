import { z } from 'zod';
import { BULK_OUTCOMES } from '../../db/directory/bulk.ts';
import { id, refusalCode } from '../http/answer-fields.ts';

export const bulkResult = z
  .object({
    id: id.nullable().meta({ description: 'null: the row has no valid id' }),
    outcome: z.enum([...BULK_OUTCOMES, 'refused']),
    code: refusalCode.optional().meta({ description: 'Why the row was refused' }),
    field: z.string().optional().meta({ description: 'The field that is wrong, if it is one field' }),
    detail: z.string().optional(),
  })
  .meta({ id: 'BulkResult', description: 'The result of one row; only refused rows have `code` and `detail`' });

export const bulkAnswer = z.object({ results: z.array(bulkResult) }).meta({ id: 'BulkReport' });
