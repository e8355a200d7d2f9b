import { z } from 'zod';
import type { ApiKey } from '../../db/access/api-keys.ts';
import { ROLES } from '../../domain/access/roles.ts';
import { id, instant, listOf, replacedWorksUntil } from '../http/answer-fields.ts';
import { sentAs } from '../http/sent.ts';

const apiKey = z
  .object({
    id,
    name: z.string().meta({ description: 'The name of the holder in ledger and audit' }),
    role: z.enum(ROLES),
    email: z.string().nullable(),
    createdAt: instant,
    expiresAt: instant
      .nullable()
      .meta({ description: 'From this instant on the key does not work; null: it works until it is revoked' }),
    rotatedAt: instant.nullable(),
    replacedWorksUntil,
    revokedAt: instant.nullable(),
  })
  .meta({ id: 'ApiKey', description: 'An API key without its secrets' });

export const apiKeyAnswer = sentAs<ApiKey>()(apiKey);
export const apiKeysAnswer = listOf('ApiKeyList', apiKeyAnswer);
export const apiKeyToldAnswer = apiKey
  .extend({ key: z.string().meta({ description: 'The secret; shown only in this answer' }) })
  .meta({ id: 'ApiKeyWithSecret' });
