import { z } from 'zod';
import { MAX_CHANNELS } from '../../domain/terms/details.ts';
import { renewalPolicy } from '../entitlements/terms-schemas.ts';
import { channelSchema, NAMES_NO_FIELD, namesAField } from '../http/schemas.ts';

/** The body of the route that changes settings. */
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
      .meta({ description: "A new case that names no entitlement is attached to its customer's default" }),
    autoApplyDefaultOnCaseUpdate: z.boolean().meta({
      description: "A case whose customer, contact or product changes is attached to its customer's default",
    }),
    matching: z.boolean().meta({
      description:
        'A case without an entitlement is attached to the most specific active one that covers it and has term left',
    }),
    renewalPolicy: renewalPolicy.nullable().meta({
      description: 'The policy of new entitlements that name none; null: these are not renewed automatically',
    }),
    demandEntitlement: z
      .boolean()
      .meta({ description: 'A case that no entitlement covers is refused with the code no_entitlement' }),
    spill: z.boolean().meta({
      description:
        'Minutes of a resolved case that its entitlement has no term for are taken from others that cover the case',
    }),
  })
  .partial()
  .refine(namesAField, NAMES_NO_FIELD)
  .meta({ id: 'SettingsChanges' });
