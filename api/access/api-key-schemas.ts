import { z } from 'zod';
import { ROLES } from '../../domain/access/roles.ts';
import { OWN_NAME } from '../../domain/input-limits.ts';
import { emailSchema, instantSchema, reason, text } from '../http/schemas.ts';
import { PLAIN_NAME } from './seen-names.ts';

/** The bodies of the routes of API keys. */

const MAX_KEY_NAME = 100;
/** How long the old secret goes on working after a rotation that does not say. */
const DEFAULT_OVERLAP_HOURS = 24;
const MAX_OVERLAP_HOURS = 168;

/** An instant to come: a key that ends before it begins is a mistake. */
const expiresAt = instantSchema.refine((at) => Date.parse(at) > Date.now(), 'must be in the future');

export const apiKeyBody = z
  .strictObject({
    name: text(MAX_KEY_NAME)
      .regex(
        PLAIN_NAME,
        'must be Latin letters, digits and signs with single blanks between, as letters of other scripts look alike',
      )
      .refine((name) => name.toLowerCase() !== OWN_NAME, `must not be ${OWN_NAME}: entitlements act under this name`)
      .meta({ description: 'The name of the holder in ledger and audit; no two live keys have the same name' }),
    role: z.enum(ROLES),
    email: emailSchema.nullish().meta({
      description: "The person's e-mail address; an account manager sees the customers that name this address",
    }),
    expiresAt: expiresAt.nullish().meta({
      description: 'From this instant on the key does not work; null or absent: it works until it is revoked',
    }),
    reason: reason.optional(),
  })
  .refine(({ role, email }) => role !== 'account_manager' || email != null, {
    path: ['email'],
    message: 'is missing: an account manager sees the customers that name this address',
  })
  .meta({ id: 'ApiKeyInput' });

/** The body that rotates a secret. */
export const rotateBody = z
  .strictObject({
    overlapHours: z
      .number()
      .min(0)
      .max(MAX_OVERLAP_HOURS)
      .default(DEFAULT_OVERLAP_HOURS)
      .meta({ description: 'How many hours the old secrets go on working; 0 ends them at once' }),
    reason: reason.optional(),
  })
  .meta({ id: 'SecretRotation' });

/** The body that rotates the secret of an API key. */
export const rotateKeyBody = rotateBody
  .extend({
    expiresAt: expiresAt.nullish().meta({
      description: 'The new end of the key; null: none; absent: the end that it had. An expired key needs one',
    }),
  })
  .meta({ id: 'ApiKeyRotation' });
