import { z } from 'zod';
import { MAX_CHANNELS, MAX_NAMED } from '../../domain/terms/details.ts';
import { MAX_GRACE_DAYS } from '../../domain/terms/grace.ts';
import { MAX_INCREMENT_MINUTES, UNIT_PRICE } from '../../domain/terms/overage-charge.ts';
import { MAX_NOTICE_DAYS } from '../../domain/terms/renewal-policy.ts';
import {
  channelSchema,
  civilDateSchema,
  currency,
  idSchema,
  name,
  personSchema,
  term,
  text,
  timeZone,
} from '../http/schemas.ts';

/** The fields in which entitlements, templates, renewals and opportunities write terms. */

const days = z.int().min(0).max(MAX_NOTICE_DAYS);

export const overagePrice = z
  .strictObject({
    unitPrice: z
      .string()
      .regex(UNIT_PRICE, 'must be a decimal such as 89.90')
      .meta({ description: 'The price of one case, or of one hour', example: '89.90' }),
    currency,
    billingIncrementMinutes: z
      .int()
      .min(1)
      .max(MAX_INCREMENT_MINUTES)
      .default(1)
      .meta({ description: 'Minutes are rounded up to a multiple of this; 1 for cases' }),
  })
  .meta({ id: 'OveragePriceInput', outputId: 'OveragePrice' });

export const renewalPolicy = z
  .strictObject({
    noticeDays: days.min(1).meta({
      description: 'Days from the first notice to the end of the entitlement; reminder and escalation come later',
    }),
    reminderDays: days.default(0),
    escalationDays: days.default(0),
    accountManager: personSchema.nullable().default(null).meta({ description: "null: the customer's account manager" }),
    escalateTo: personSchema.nullable().default(null),
    propose: z.enum(['same_terms', 'by_use']).default('by_use'),
  })
  .meta({ id: 'RenewalPolicyInput', outputId: 'RenewalPolicy' });

export const entitlementFields = {
  name,
  description: text(2_000).nullable(),
  owner: text(200).nullable().meta({ description: 'The user who owns the entitlement' }),
  customerId: idSchema,
  startDate: civilDateSchema,
  endDate: civilDateSchema.meta({ description: 'The last day covered, in the time zone of the entitlement' }),
  timeZone: timeZone.meta({ description: "Default: the customer's time zone, then UTC" }),
  allocationType: z.enum(['cases', 'hours', 'unlimited']).meta({
    description: 'The unit of the term: cases counts cases, hours counts whole minutes, unlimited counts nothing',
  }),
  totalTerm: term.nullable().meta({ description: 'Cases, or whole minutes for hours; null when unlimited' }),
  decreaseRemainingOn: z
    .enum(['creation', 'resolution'])
    .meta({ description: 'Whether a case uses its term when it is attached or when it is resolved' }),
  restrict: z.boolean().meta({
    description:
      'true: an exhausted entitlement refuses cases; false: use beyond the term is owed, or with overage charge bought',
  }),
  overage: z.enum(['block', 'allow', 'charge']).meta({
    description:
      'block is restrict true, allow is restrict false; charge is allow at a price, and needs `overagePrice`',
  }),
  overagePrice: overagePrice
    .nullable()
    .meta({ description: 'Required with overage charge, and not allowed with any other overage' }),
  period: z
    .enum(['month', 'quarter', 'year'])
    .nullable()
    .meta({ description: 'The total is granted anew in each period from the start date on; null: it is granted once' }),
  rolloverCap: term.meta({ description: 'The most that rolls over from one period into the next' }),
  hold: z.boolean().meta({
    description: 'For resolution: attaching a case reserves term, resolving it uses the term, canceling it releases it',
  }),
  channels: z
    .array(z.strictObject({ channel: channelSchema, totalTerm: term.nullish() }))
    .max(MAX_CHANNELS)
    .meta({
      description: 'The channels covered, each at most once; an empty list covers every channel',
      uniqueItems: true,
    }),
  productIds: z
    .array(idSchema)
    .max(MAX_NAMED)
    .meta({ description: 'The products covered; an empty list covers all products', uniqueItems: true }),
  contactIds: z
    .array(idSchema)
    .max(MAX_NAMED)
    .meta({ description: "The contacts covered; an empty list covers all of the customer's", uniqueItems: true }),
  slaId: idSchema.nullable().meta({ description: 'The SLA of the cases that are attached' }),
  priority: z
    .int()
    .min(0)
    .max(1_000_000)
    .meta({ description: 'Breaks ties in matching: the entitlement with the lower number is picked' }),
  tier: text(40).nullable(),
  renewalPolicy: renewalPolicy.nullable(),
  graceDays: z.int().min(0).max(MAX_GRACE_DAYS).meta({
    description: 'Days after the end in which cases still attach, as long as no successor has started; default: 0',
  }),
};

/** What a contract costs. */
export const contractPrice = z
  .strictObject({
    amount: z
      .string()
      .regex(/^\d{1,12}(\.\d{1,4})?$/, 'must be a decimal with at most four places, such as 1200 or 99.95')
      .meta({ description: 'An exact decimal with at most four places', example: '1200.0000' }),
    currency,
    per: z.enum(['term', 'period']).meta({ description: 'The price of the whole term, or of each period' }),
  })
  .meta({
    id: 'ContractPrice',
    description: 'What the contract costs. Amendments charge and credit parts of it; billing happens elsewhere',
  });

interface OverageInput {
  restrict?: boolean | undefined;
  overage?: 'block' | 'allow' | 'charge' | undefined;
  overagePrice?: object | null | undefined;
}

/** The check that `overage` agrees with `restrict` and with the price, as far as all of them are given. */
export const agreeing = ({ restrict, overage, overagePrice: price }: OverageInput, context: z.RefinementCtx) => {
  const wrong = (message: string) => context.addIssue({ code: 'custom', path: ['overage'], message });
  if (overage !== undefined && restrict !== undefined && restrict !== (overage === 'block'))
    wrong('must agree with restrict: block needs restrict true, allow and charge need restrict false');
  if (overage !== undefined && overage !== 'charge' && price != null)
    wrong('must be charge where there is an overagePrice: leave the price out, or use charge');
  if (overage === 'charge' && price === null) wrong('must not be charge without an overagePrice');
};
