import { z } from 'zod';
import { ROLES } from '../../domain/access/roles.ts';
import { OWN_NAME } from '../../domain/input-limits.ts';
import { idSchema, instantSchema, pageQuery, text } from '../http/schemas.ts';

/** What the routes of keys and audit take. */

const MAX_KEY_NAME = 100;
/**
 * Letters that cannot be taken for others: printable ASCII, and accented Latin ones. There is nothing invisible, nothing that
 * turns the direction of writing, and no letter of another script that looks like a Latin one.
 */
const PLAIN_NAME =
  /^[!-~\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u0130\u0134-\u0137\u0139-\u013e\u0141-\u0148\u014a-\u017e]+(?: [!-~\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u0130\u0134-\u0137\u0139-\u013e\u0141-\u0148\u014a-\u017e]+)*$/;
/** What no name may hold that stands for a person: it is not seen, or it turns the direction of writing. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** Whether all of a name is seen as it is written. */
export const isSeenWhole = (name: string): boolean => !UNSEEN.test(name);
/** Of a rotation, unless it says otherwise. */
const DEFAULT_OVERLAP_HOURS = 24;
const MAX_OVERLAP_HOURS = 168;

const reason = text(500).optional();

export const apiKeyBody = z
  .strictObject({
    name: text(MAX_KEY_NAME)
      .regex(
        PLAIN_NAME,
        'must be Latin letters, digits and signs with single blanks between; letters of other scripts can look like these',
      )
      .refine((name) => name.toLowerCase() !== OWN_NAME, `must not be ${OWN_NAME}: entitlements have it`)
      .meta({ description: 'As ledger and audit name the holder; no two live keys have one name' }),
    role: z.enum(ROLES),
    email: z
      .email()
      .max(320)
      .nullish()
      .meta({ description: "Of the person; an account manager's customers are known by it" }),
    reason,
  })
  .refine(({ role, email }) => role !== 'account_manager' || email != null, {
    path: ['email'],
    message: "is missing: an account manager's customers are known by it",
  })
  .meta({ id: 'ApiKeyInput' });

export const rotateBody = z
  .strictObject({
    overlapHours: z
      .number()
      .min(0)
      .max(MAX_OVERLAP_HOURS)
      .default(DEFAULT_OVERLAP_HOURS)
      .meta({ description: 'How long the secrets before work on; 0 ends them at once' }),
    reason,
  })
  .meta({ id: 'ApiKeyRotation' });

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
  since: instantSchema.optional().meta({ description: 'From this instant on' }),
  until: instantSchema.optional().meta({ description: 'Before this instant' }),
});
