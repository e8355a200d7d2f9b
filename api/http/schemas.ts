import { z } from 'zod';
import { MIN_SEARCH_LENGTH } from '../../db/postgres/name-search.ts';
import { CIVIL_DATE_RULE, isCivilDate, isInstant, isTimeZone } from '../../domain/calendar.ts';
import {
  CALLER_KEY_PATTERN,
  CALLER_KEY_RULE,
  CHANNEL_PATTERN,
  CHANNEL_RULE,
  ID_PATTERN,
  ID_RULE,
  isStorable,
  MAX_CASE_MINUTES,
  MAX_REASON_CHARS,
  TEXT_RULE,
} from '../../domain/input-limits.ts';
import { MAX_TERM } from '../../domain/terms/allocation.ts';

/**
 * The parts that the bodies and queries of several nouns share. Each noun's own schemas stand in its folder. The schema
 * that validates a request is the one that /openapi.json documents.
 */

const MAX_EMAIL = 320;

export const text = (max: number) =>
  z.string().trim().min(1).max(max).refine(isStorable, `must be a text ${TEXT_RULE}`);
export const name = text(200);
export const idSchema = z
  .string()
  .regex(ID_PATTERN, ID_RULE)
  .meta({ description: "The caller's own id", example: 'contoso' });
/** The number of something that a record has, in a path. */
export const numberSchema = z.coerce.number().int().min(1).max(1_000_000);
export const channelSchema = z.string().regex(CHANNEL_PATTERN, CHANNEL_RULE);
export const timeZone = z
  .string()
  .refine(isTimeZone, 'must be an IANA time zone such as Europe/Berlin')
  .meta({ format: 'iana-time-zone', example: 'Europe/Berlin' });
export const civilDateSchema = z
  .string()
  .refine(isCivilDate, `must be ${CIVIL_DATE_RULE}`)
  .meta({ format: 'date', example: '2027-01-31' });
export const instantSchema = z.iso
  .datetime({ offset: true, error: 'must be an instant such as 2027-01-31T12:00:00Z' })
  // A text that is not an instant has been refused before this check.
  .refine(
    (text) => !Number.isFinite(Date.parse(text)) || isInstant(Date.parse(text)),
    'must be between the years 1900 and 9999',
  );
/** The longest part before the @, and the longest part between dots behind it (RFC 5321, RFC 1035). */
const MAX_LOCAL_PART = 64;
const MAX_LABEL = 63;

/** Whether a mail system can take the address: the pattern of `z.email` says nothing of these lengths. */
function isDeliverable(address: string): boolean {
  const at = address.lastIndexOf('@');
  const labels = address.slice(at + 1).split('.');
  return at <= MAX_LOCAL_PART && labels.every((label) => label.length <= MAX_LABEL && !label.endsWith('-'));
}

export const emailSchema = z
  .email()
  .max(MAX_EMAIL)
  .refine(
    isDeliverable,
    'must be an e-mail address: at most 64 characters before the @, and 63 between dots behind it',
  );
export const personSchema = z.strictObject({ name, email: emailSchema });
export const term = z.int().min(0).max(MAX_TERM);
export const minutes = z.int().min(0).max(MAX_CASE_MINUTES).meta({ description: 'Minutes spent on the case' });

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));
export const currency = z
  .string()
  .refine((code) => CURRENCIES.has(code), 'must be a currency code of ISO 4217 such as EUR')
  .meta({ example: 'EUR' });

export const idempotencyKeySchema = z.string().regex(CALLER_KEY_PATTERN, CALLER_KEY_RULE);

export const reason = text(MAX_REASON_CHARS);
export const reasonBody = z.strictObject({ reason: reason.optional() }).meta({ id: 'Reason' });
export const reasonQuery = z.strictObject({
  reason: reason.optional().meta({ description: 'The reason for the change, kept in the history and the audit' }),
});

/** The check of a body in which every field is optional: it must change something. */
export const namesAField = (body: object): boolean => Object.keys(body).length > 0;
export const NAMES_NO_FIELD = 'must name at least one field to change';

/** The text that a list searches for in names. */
export const search = z
  .string()
  .trim()
  .min(MIN_SEARCH_LENGTH)
  .max(200)
  .refine(isStorable, `must be a text ${TEXT_RULE}`)
  .meta({
    description: 'Text to find in names, in upper or lower case; a text of two letters matches the beginning of words',
  });

/** The form of every cursor; only the API makes cursors. */
export const CURSOR = {
  description: '`nextCursor` of the previous page, unchanged',
  pattern: '^[A-Za-z0-9._-]+$',
};

export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(400).optional().meta(CURSOR),
});
