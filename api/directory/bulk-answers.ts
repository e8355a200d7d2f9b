import { z } from 'zod';
import { BULK_OUTCOMES } from '../../db/directory/bulk.ts';
import { id, refusalCode } from '../http/answer-fields.ts';

export const bulkResult = z
  .object({
    id: id.nullable().meta({ description: 'null: the row has none that can be read' }),
    outcome: z.enum([...BULK_OUTCOMES, 'refused']),
    code: refusalCode.optional().meta({ description: 'Why it was refused' }),
    field: z.string().optional().meta({ description: 'The wrong one, where one is to blame' }),
    detail: z.string().optional(),
  })
  .meta({ id: 'BulkResult', description: 'What became of one row; `code` and `detail` come with refused alone' });

export const bulkAnswer = z.object({ results: z.array(bulkResult) }).meta({ id: 'BulkReport' });
