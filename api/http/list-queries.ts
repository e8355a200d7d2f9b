import { z } from 'zod';
import { CASE_SORTS } from '../../db/cases/case-list.ts';
import { RECORD_SORTS } from '../../db/directory/record-lists.ts';
import { ENTITLEMENT_SORTS, ENTITLEMENT_VIEWS } from '../../db/entitlements/entitlement-list.ts';
import { MIN_SEARCH_LENGTH } from '../../db/postgres/name-search.ts';
import { isStorable, TEXT_RULE } from '../../domain/input-limits.ts';
import { STATUSES } from '../../domain/ledger/ledger-row.ts';
import { CASE_STATUSES } from '../../domain/ledger/support-case.ts';
import { pageFields } from './list-page.ts';
import { channelSchema, civilDateSchema, idSchema } from './schemas.ts';

/** What lists can be asked for. */

const text = (max: number) => z.string().trim().min(1).max(max).refine(isStorable, `must be a text ${TEXT_RULE}`);
const search = z
  .string()
  .trim()
  .min(MIN_SEARCH_LENGTH)
  .max(200)
  .refine(isStorable, `must be a text ${TEXT_RULE}`)
  .meta({ description: 'Searched in names, in capitals or not; two letters: where a word begins' });

export const entitlementQuery = z.strictObject({
  view: z.enum(ENTITLEMENT_VIEWS).default('all').meta({ description: 'renewed: has a successor' }),
  customerId: idSchema.optional(),
  productId: idSchema.optional().meta({ description: 'Those that name the product' }),
  owner: text(200).optional(),
  tier: text(40).optional(),
  status: z.enum(STATUSES).optional(),
  renewed: z.enum(['true', 'false']).optional(),
  endsBefore: civilDateSchema.optional(),
  endsAfter: civilDateSchema.optional(),
  q: search.optional(),
  ...pageFields(ENTITLEMENT_SORTS),
});

export const customerQuery = z.strictObject({
  tier: text(40).optional(),
  accountManagerEmail: text(320).optional(),
  q: search.optional(),
  ...pageFields(RECORD_SORTS),
});

export const contactQuery = z.strictObject({
  customerId: idSchema.optional(),
  q: search.optional(),
  ...pageFields(RECORD_SORTS),
});

export const productQuery = z.strictObject({
  family: text(200).optional(),
  q: search.optional(),
  ...pageFields(RECORD_SORTS),
});

export const caseQuery = z.strictObject({
  customerId: idSchema.optional(),
  entitlementId: idSchema.optional(),
  status: z.enum(CASE_STATUSES).optional(),
  channel: channelSchema.optional(),
  withoutEntitlement: z.literal('true').optional().meta({ description: 'Only cases that have no entitlement' }),
  ...pageFields(CASE_SORTS),
});
