import { z } from 'zod';
import { ENTITLEMENT_SORTS, ENTITLEMENT_VIEWS } from '../../db/entitlements/entitlement-list.ts';
import { STATUSES } from '../../domain/ledger/ledger-row.ts';
import { UNIT_PRICE } from '../../domain/terms/overage-charge.ts';
import { exportFields } from '../http/exported-list.ts';
import {
  civilDateSchema,
  currency,
  idSchema,
  NAMES_NO_FIELD,
  namesAField,
  reason,
  search,
  term,
  text,
} from '../http/schemas.ts';
import { agreeing, contractPrice, entitlementFields } from './terms-schemas.ts';

/** The bodies and queries of the routes of entitlements. */

const unpriced = z.strictObject(entitlementFields).partial();
const optional = unpriced.extend({ price: contractPrice.nullable().optional() });

export const entitlementBody = optional
  .required({ name: true, customerId: true, startDate: true, endDate: true, allocationType: true })
  .extend({ templateId: z.null().optional() })
  .superRefine(agreeing)
  .meta({ id: 'EntitlementInput' });

/** A draft from a template: a field that is not given comes from the template, and the start date is today. */
export const entitlementFromTemplateBody = optional
  .required({ customerId: true })
  .extend({
    templateId: idSchema.meta({ description: 'The template of every field that is not given', example: 'silver' }),
  })
  .superRefine(agreeing)
  .meta({ id: 'EntitlementFromTemplateInput' });

/** What an acceptance may change in a proposal; the dates follow from the old entitlement. */
export const renewalChanges = unpriced
  .omit({ customerId: true, startDate: true, timeZone: true, contactIds: true })
  .refine(namesAField, NAMES_NO_FIELD)
  .superRefine(agreeing)
  .meta({ id: 'RenewalChanges' });

export const entitlementPatch = optional
  .refine(namesAField, NAMES_NO_FIELD)
  .superRefine(agreeing)
  .meta({ id: 'EntitlementPatch' });

export const entitlementQuery = z.strictObject({
  view: z
    .enum(ENTITLEMENT_VIEWS)
    .default('all')
    .meta({ description: 'A ready-made filter; renewed lists the entitlements that have a successor' }),
  customerId: idSchema.optional(),
  productId: idSchema.optional().meta({ description: 'Entitlements that name this product' }),
  owner: text(200).optional(),
  tier: text(40).optional(),
  status: z.enum(STATUSES).optional(),
  renewed: z.enum(['true', 'false']).optional(),
  paused: z.enum(['true', 'false']).optional().meta({ description: 'Whether the entitlement is paused now' }),
  endsBefore: civilDateSchema.optional(),
  endsAfter: civilDateSchema.optional(),
  q: search.optional(),
  ...exportFields(ENTITLEMENT_SORTS),
});

export const renewBody = z
  .strictObject({
    startDate: civilDateSchema.nullish().meta({
      description: 'The day after the end, in the grace: then the successor follows without a gap. Absent: today',
    }),
    reason: reason.optional(),
  })
  .meta({ id: 'RenewInput' });

export const topUpBody = z
  .strictObject({
    amount: term.min(1).meta({ description: 'Cases, or whole minutes for hours' }),
    startsOn: civilDateSchema.nullish().meta({
      description: "The first day on which it counts, not after the entitlement's end; absent: it counts at once",
    }),
    expiresOn: civilDateSchema.nullish().meta({
      description: "The last day on which it counts, not after the entitlement's end; absent: until that end",
    }),
    price: z
      .string()
      .regex(UNIT_PRICE, 'must be a decimal such as 450.00')
      .nullish()
      .meta({ description: 'The price of the whole top-up' }),
    currency: currency.nullish(),
    reason: reason.optional(),
  })
  .refine(({ price, currency }) => (price == null) === (currency == null), {
    path: ['currency'],
    message: 'must be given together with price: give both or neither',
  })
  .meta({ id: 'TopUpInput' });
