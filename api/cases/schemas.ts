import { z } from 'zod';
import { CASE_SORTS } from '../../db/cases/case-list.ts';
import { MAX_TITLE_CHARS } from '../../domain/input-limits.ts';
import { CASE_STATUSES } from '../../domain/ledger/support-case.ts';
import { MAX_HOLD_REASONS } from '../../domain/slas/clock-rules.ts';
import { exportFields } from '../http/exported-list.ts';
import {
  channelSchema,
  idempotencyKeySchema,
  idSchema,
  minutes,
  NAMES_NO_FIELD,
  namesAField,
  reason,
  text,
} from '../http/schemas.ts';
import { holdReason } from '../slas/schemas.ts';

/** The bodies and queries of the routes of cases. */

const caseFacts = {
  contactId: idSchema.nullish(),
  productId: idSchema.nullish(),
  channel: channelSchema.nullish(),
  minutes: minutes.optional(),
  decrementEntitlementTerm: z.boolean().optional().meta({ description: 'false: the case uses no term' }),
};

const override = z.strictObject({ reason }).meta({
  id: 'Override',
  description:
    'Attaches the case although the entitlement is exhausted or does not cover it; needs a privilege and a reason',
});
const overridesNamed = (body: { override?: object | undefined; entitlementId?: string | null | undefined }): boolean =>
  body.override === undefined || body.entitlementId != null;
const OVERRIDE_NAMES_ONE = { path: ['entitlementId'], message: 'is missing: an override must name its entitlement' };

const holds = z
  .array(holdReason)
  .max(MAX_HOLD_REASONS)
  .optional()
  .meta({ description: 'The reasons that hold the case from the beginning: its clocks start on hold' });

const caseFields = z.strictObject({
  id: idSchema,
  customerId: idSchema,
  ...caseFacts,
  title: text(MAX_TITLE_CHARS).nullish(),
  holds,
  priority: z
    .union([text(40), z.int()])
    .nullish()
    .meta({ description: "The case system's own priority; it is accepted, but neither stored nor used" }),
  entitlementId: idSchema
    .nullish()
    .meta({ description: 'The entitlement to attach the case to; absent: Allot picks one' }),
  override: override.optional(),
});

export const caseBody = caseFields.refine(overridesNamed, OVERRIDE_NAMES_ONE).meta({ id: 'CaseInput' });
export const matchBody = caseFields.partial({ id: true }).meta({ id: 'MatchInput' });

export const casePatch = z
  .strictObject({
    customerId: idSchema.optional(),
    ...caseFacts,
    entitlementId: idSchema.nullish().meta({
      description:
        'Moves the case: the new entitlement accepts it, then the old one takes its term back; null detaches the case',
    }),
    override: override.optional(),
    reason: reason.optional(),
  })
  .refine(({ reason: _reason, override: _override, ...body }) => namesAField(body), NAMES_NO_FIELD)
  .refine(overridesNamed, OVERRIDE_NAMES_ONE)
  .meta({ id: 'CasePatch' });

export const decrementBody = z.strictObject({ reason: reason.optional() }).meta({ id: 'Decrement' });
export const resolveBody = z.strictObject({ minutes: minutes.optional() }).meta({ id: 'Resolve' });
export const emptyBody = z.strictObject({});
export const respondBody = z.strictObject({ reason: reason.optional() }).meta({ id: 'Respond' });
export const holdBody = z.strictObject({ reason: holdReason }).meta({ id: 'Hold' });

/** The most events in one request: about a second's work, and 300 kB. */
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
      holds,
      entitlementId: idSchema.nullish(),
      override: override.optional(),
    }),
    z.strictObject({ kind: z.literal('update'), ...keyed, ...caseFacts, reason: reason.optional() }),
    z.strictObject({ kind: z.literal('resolve'), ...keyed, minutes: minutes.optional() }),
    z.strictObject({ kind: z.literal('cancel'), ...keyed }),
    z.strictObject({ kind: z.literal('reactivate'), ...keyed }),
    z.strictObject({ kind: z.literal('decrement'), ...keyed, reason: reason.optional() }),
    z.strictObject({ kind: z.literal('respond'), ...keyed, reason: reason.optional() }),
    z.strictObject({ kind: z.literal('hold'), ...keyed, reason: holdReason }),
    z.strictObject({ kind: z.literal('release'), ...keyed, reason: holdReason }),
  ])
  .meta({ id: 'CaseEvent' });

export const caseEventsBody = z
  .strictObject({
    events: z.array(caseEvent).min(1).max(MAX_EVENTS),
  })
  .meta({ id: 'CaseEventsInput' });

export const caseQuery = z.strictObject({
  customerId: idSchema.optional(),
  entitlementId: idSchema.optional(),
  status: z.enum(CASE_STATUSES).optional(),
  channel: channelSchema.optional(),
  withoutEntitlement: z.literal('true').optional().meta({ description: 'Only cases that are not attached' }),
  atRisk: z
    .literal('true')
    .optional()
    .meta({ description: 'Only cases with a service level at risk, as `serviceLevelsAtRisk` of `GET /v1/work` says' }),
  ...exportFields(CASE_SORTS),
});
