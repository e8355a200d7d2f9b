import { z } from 'zod';
import { PERMISSION_NAMES, ROLES } from '../../domain/access/roles.ts';

export const meAnswer = z
  .object({
    name: z.string().meta({ description: 'The name in ledger and audit' }),
    role: z.enum(ROLES),
    email: z.string().nullable(),
    permissions: z
      .array(z.enum(PERMISSION_NAMES))
      .meta({ description: 'The permissions and privileges of the role; docs/roles.md says what each allows' }),
    accessScope: z
      .enum(['all', 'own'])
      .meta({ description: 'own: only the records that name the e-mail address of the caller' }),
    temporalUi: z
      .object({
        url: z.string().meta({ description: 'The address of the Temporal UI, without a slash at the end' }),
        namespace: z.string(),
      })
      .nullable()
      .meta({ description: 'null: no address is configured, or the role lacks the privilege `open_temporal_ui`' }),
  })
  .meta({ id: 'Me', description: 'The caller, and what the caller may do' });
