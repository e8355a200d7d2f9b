import { z } from 'zod';
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
  MAX_TITLE_CHARS,
  TEXT_RULE,
} from '../../domain/input-limits.ts';
import { MAX_TERM } from '../../domain/terms/allocation.ts';
import { MAX_CHANNELS, MAX_NAMED } from '../../domain/terms/details.ts';
import { MAX_INCREMENT_MINUTES, UNIT_PRICE } from '../../domain/terms/overage-charge.ts';
import { MAX_NOTICE_DAYS } from '../../domain/terms/renewal-policy.ts';

/** Bodies and parameters of the API: what validates here is what /openapi.json documents. */

export const text = (max: number) =>
  z.string().trim().min(1).max(max).refine(isStorable, `must be a text ${TEXT_RULE}`);
export const name = text(200);
export const idSchema = z
  .string()
  .regex(ID_PATTERN, ID_RULE)
  .meta({ description: "The caller's own id", example: 'contoso' });
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
  // A text that is not an instant at all has been refused by then.
  .refine(
    (text) => !Number.isFinite(Date.parse(text)) || isInstant(Date.parse(text)),
    'must lie between 1900 and 9999',
  );
const term = z.int().min(0).max(MAX_TERM);
const minutes = z.int().min(0).max(MAX_CASE_MINUTES).meta({ description: 'Minutes spent on the case' });

export const idempotencyKeySchema = z.string().regex(CALLER_KEY_PATTERN, CALLER_KEY_RULE);

export const customerBody = z
  .strictObject({
    type: z.enum(['account', 'contact']),
    name,
    timeZone: timeZone.nullish().meta({ description: "The default zone of the customer's entitlements" }),
    accountManager: z.strictObject({ name, email: z.email().max(320) }).nullish(),
    tier: text(40).nullish(),
  })
  .meta({ id: 'CustomerInput' });

export const contactBody = z
  .strictObject({ customerId: idSchema, name, email: z.email().max(320).nullish() })
  .meta({ id: 'ContactInput' });

export const productBody = z.strictObject({ name, family: text(200).nullish() }).meta({ id: 'ProductInput' });

const days = z.int().min(0).max(MAX_NOTICE_DAYS);
const person = z.strictObject({ name, email: z.email().max(320) });
const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));

const currency = z
  .string()
  .refine((code) => CURRENCIES.has(code), 'must be a currency code of ISO 4217 such as EUR')
  .meta({ example: 'EUR' });

export const overagePrice = z
  .strictObject({
    unitPrice: z
      .string()
      .regex(UNIT_PRICE, 'must be a decimal such as 89.90')
      .meta({ description: 'Of one case, or of one hour', example: '89.90' }),
    currency,
    billingIncrementMinutes: z
      .int()
      .min(1)
      .max(MAX_INCREMENT_MINUTES)
      .default(1)
      .meta({ description: 'Hours round up to whole increments; 1 for cases' }),
  })
  .meta({ id: 'OveragePriceInput', outputId: 'OveragePrice' });

export const renewalPolicy = z
  .strictObject({
    noticeDays: days.min(1).meta({ description: 'Days before the end; the reminder and the escalation come later' }),
    reminderDays: days.default(0),
    escalationDays: days.default(0),
    accountManager: person.nullable().default(null).meta({ description: "null: the customer's account manager" }),
    escalateTo: person.nullable().default(null),
    propose: z.enum(['same_terms', 'by_use']).default('by_use'),
  })
  .meta({ id: 'RenewalPolicyInput', outputId: 'RenewalPolicy' });

export const settingsBody = z
  .strictObject({
    channels: z
      .array(channelSchema)
      .min(1)
      .max(MAX_CHANNELS)
      .refine((list) => new Set(list).size === list.length, 'must not name a channel twice')
      .meta({ uniqueItems: true }),
    autoApplyDefaultOnCaseCreate: z
      .boolean()
      .meta({ description: "A case that names no entitlement gets its customer's default" }),
    autoApplyDefaultOnCaseUpdate: z
      .boolean()
      .meta({ description: 'So does a case whose customer, contact or product changes' }),
    matching: z
      .boolean()
      .meta({ description: 'Else it gets the most specific active entitlement that covers it and has something left' }),
    renewalPolicy: renewalPolicy
      .nullable()
      .meta({ description: 'For entitlements that do not say theirs; null: they are not renewed by themselves' }),
    demandEntitlement: z.boolean().meta({ description: 'A case that gets none is refused as no_entitlement' }),
    spill: z.boolean().meta({
      description:
        'A case that resolves takes the minutes that do not fit into what is left of its entitlement from others that cover it',
    }),
  })
  .partial()
  .refine((body) => Object.keys(body).length > 0, 'must name at least one field to change')
  .meta({ id: 'SettingsChanges' });

export const entitlementFields = {
  name,
  description: text(2_000).nullable(),
  owner: text(200).nullable().meta({ description: 'The user who owns it' }),
  customerId: idSchema,
  startDate: civilDateSchema,
  endDate: civilDateSchema.meta({ description: 'The last day covered, in the time zone' }),
  timeZone: timeZone.meta({ description: "Default: the customer's, then UTC" }),
  allocationType: z
    .enum(['cases', 'hours', 'unlimited'])
    .meta({ description: 'cases counts cases, hours whole minutes, unlimited nothing' }),
  totalTerm: term.nullable().meta({ description: 'Cases, or whole minutes for hours; null when unlimited' }),
  decreaseRemainingOn: z
    .enum(['creation', 'resolution'])
    .meta({ description: 'When a case takes its term: when it comes, or when it is resolved' }),
  restrict: z.boolean().meta({
    description:
      'true: an exhausted entitlement refuses cases; false: what goes past it is owed, or bought with overage charge',
  }),
  overage: z.enum(['block', 'allow', 'charge']).meta({
    description: 'block is restrict true, allow restrict false; charge is allow with a price, and needs `overagePrice`',
  }),
  overagePrice: overagePrice.nullable().meta({ description: 'What `overage` charge needs, and no other takes' }),
  period: z
    .enum(['month', 'quarter', 'year'])
    .nullable()
    .meta({ description: 'The total is granted anew each period, counted from the start date; null: once' }),
  rolloverCap: term.meta({ description: 'Of what a period leaves over, at most this goes into the next' }),
  hold: z.boolean().meta({ description: 'On resolution: attach reserves, resolve settles, cancel releases' }),
  channels: z
    .array(z.strictObject({ channel: channelSchema, totalTerm: term.nullish() }))
    .max(MAX_CHANNELS)
    .meta({ description: 'None: every channel; each at most once', uniqueItems: true }),
  productIds: z.array(idSchema).max(MAX_NAMED).meta({ description: 'None: all products', uniqueItems: true }),
  contactIds: z.array(idSchema).max(MAX_NAMED).meta({ description: "None: all of the customer's", uniqueItems: true }),
  slaId: idSchema.nullable().meta({ description: 'The SLA that cases under it get' }),
  priority: z.int().min(0).max(1_000_000).meta({ description: 'The lower number wins a tie in matching' }),
  tier: text(40).nullable(),
  renewalPolicy: renewalPolicy.nullable(),
};

interface OverageInput {
  restrict?: boolean | undefined;
  overage?: 'block' | 'allow' | 'charge' | undefined;
  overagePrice?: object | null | undefined;
}

export const agreeing = ({ restrict, overage, overagePrice: price }: OverageInput, context: z.RefinementCtx) => {
  const wrong = (message: string) => context.addIssue({ code: 'custom', path: ['overage'], message });
  if (overage !== undefined && restrict !== undefined && restrict !== (overage === 'block'))
    wrong('must agree with restrict: block needs restrict true, allow and charge need restrict false');
  if (overage !== undefined && overage !== 'charge' && price != null)
    wrong('must be charge where there is an overagePrice: leave the price out, or say charge');
  if (overage === 'charge' && price === null) wrong('is charge, which needs an overagePrice');
};

const optional = z.strictObject(entitlementFields).partial();

export const entitlementBody = optional
  .required({ name: true, customerId: true, startDate: true, endDate: true, allocationType: true })
  .extend({ templateId: z.null().optional() })
  .superRefine(agreeing)
  .meta({ id: 'EntitlementInput' });

/** The same from a template: what is not given is the template's, and the start is today. */
export const entitlementFromTemplateBody = optional
  .required({ customerId: true })
  .extend({ templateId: idSchema.meta({ description: 'The template that says what is not given', example: 'silver' }) })
  .superRefine(agreeing)
  .meta({ id: 'EntitlementFromTemplateInput' });

/** What an acceptance may change of what is proposed; dates follow from the old entitlement. */
export const renewalChanges = optional
  .omit({ customerId: true, startDate: true, timeZone: true, contactIds: true })
  .refine((body) => Object.keys(body).length > 0, 'must name at least one field to change')
  .superRefine(agreeing)
  .meta({ id: 'RenewalChanges' });

export const entitlementPatch = optional
  .refine((body) => Object.keys(body).length > 0, 'must name at least one field to change')
  .superRefine(agreeing)
  .meta({ id: 'EntitlementPatch' });

export const reasonBody = z.strictObject({ reason: text(MAX_REASON_CHARS).optional() }).meta({ id: 'Reason' });

export const topUpBody = z
  .strictObject({
    amount: term.min(1).meta({ description: 'Cases, or whole minutes for hours' }),
    startsOn: civilDateSchema
      .nullish()
      .meta({ description: "The first day on which it counts, not after the entitlement's end; absent: at once" }),
    expiresOn: civilDateSchema
      .nullish()
      .meta({ description: "The last day on which it counts, not after the entitlement's end; absent: until that" }),
    price: z
      .string()
      .regex(UNIT_PRICE, 'must be a decimal such as 450.00')
      .nullish()
      .meta({ description: 'Paid for all of it' }),
    currency: currency.nullish(),
    reason: text(MAX_REASON_CHARS).optional(),
  })
  .refine(({ price, currency }) => (price == null) === (currency == null), {
    path: ['currency'],
    message: 'must be given together with price: give both or neither',
  })
  .meta({ id: 'TopUpInput' });

export const reasonQuery = z.strictObject({
  reason: text(500).optional().meta({ description: 'Why, for history and audit' }),
});

/** How every cursor looks: only the API makes them. */
export const CURSOR = { description: '`nextCursor` of the page before, as it came', pattern: '^[A-Za-z0-9._-]+$' };

export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(400).optional().meta(CURSOR),
});

const caseFacts = {
  contactId: idSchema.nullish(),
  productId: idSchema.nullish(),
  channel: channelSchema.nullish(),
  minutes: minutes.optional(),
  decrementEntitlementTerm: z.boolean().optional().meta({ description: 'false: the case takes nothing' }),
};

const reason = text(MAX_REASON_CHARS);
const override = z
  .strictObject({ reason })
  .meta({ id: 'Override', description: 'Attach past exhaustion or outside the cover; somebody allowed says why' });
const overridesNamed = (body: { override?: object | undefined; entitlementId?: string | null | undefined }): boolean =>
  body.override === undefined || body.entitlementId != null;
const OVERRIDE_NAMES_ONE = { path: ['entitlementId'], message: 'is missing: an override must name its entitlement' };

const caseFields = z.strictObject({
  id: idSchema,
  customerId: idSchema,
  ...caseFacts,
  title: text(MAX_TITLE_CHARS).nullish(),
  priority: z
    .union([text(40), z.int()])
    .nullish()
    .meta({ description: "The case system's own; taken and not kept, as no rule asks for it" }),
  entitlementId: idSchema
    .nullish()
    .meta({ description: 'The entitlement that the case is to have; absent: one is picked' }),
  override: override.optional(),
});

export const caseBody = caseFields.refine(overridesNamed, OVERRIDE_NAMES_ONE).meta({ id: 'CaseInput' });
export const matchBody = caseFields.partial({ id: true }).meta({ id: 'MatchInput' });

export const casePatch = z
  .strictObject({
    customerId: idSchema.optional(),
    ...caseFacts,
    entitlementId: idSchema.nullish().meta({
      description: 'Moves the case: the new entitlement accepts, then the old one gives back; null takes it off',
    }),
    override: override.optional(),
    reason: reason.optional(),
  })
  .refine(
    ({ reason: _reason, override: _override, ...body }) => Object.keys(body).length > 0,
    'must name at least one field to change',
  )
  .refine(overridesNamed, OVERRIDE_NAMES_ONE)
  .meta({ id: 'CasePatch' });

export const decrementBody = z.strictObject({ reason: reason.optional() }).meta({ id: 'Decrement' });
export const resolveBody = z.strictObject({ minutes: minutes.optional() }).meta({ id: 'Resolve' });
export const emptyBody = z.strictObject({});

/** Events in one request: a second's work, and some 300 kB. */
const MAX_EVENTS = 1_000;

const keyed = { key: idempotencyKeySchema, caseId: idSchema };

const caseEvent = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('attach'),
      ...keyed,
      customerId: idSchema,
      ...caseFacts,
      title: text(MAX_TITLE_CHARS).nullish(),
      entitlementId: idSchema.nullish(),
      override: override.optional(),
    }),
    z.strictObject({ kind: z.literal('update'), ...keyed, ...caseFacts, reason: reason.optional() }),
    z.strictObject({ kind: z.literal('resolve'), ...keyed, minutes: minutes.optional() }),
    z.strictObject({ kind: z.literal('cancel'), ...keyed }),
    z.strictObject({ kind: z.literal('reactivate'), ...keyed }),
    z.strictObject({ kind: z.literal('decrement'), ...keyed, reason: reason.optional() }),
  ])
  .meta({ id: 'CaseEvent' });

export const caseEventsBody = z
  .strictObject({
    events: z.array(caseEvent).min(1).max(MAX_EVENTS),
  })
  .meta({ id: 'CaseEventsInput' });
