import { z } from 'zod';
import { RENEWAL_SORTS } from '../../db/renewals/renewals.ts';
import { RENEWAL_STAGES } from '../../domain/renewals/renewal-course.ts';
import { renewalChanges } from '../entitlements/schemas.ts';
import { pageFields } from '../http/list-page.ts';
import { civilDateSchema, idSchema, reason } from '../http/schemas.ts';

export const acceptBody = z
  .strictObject({
    startDate: civilDateSchema.nullish().meta({
      description:
        'The day after the end, for an entitlement in its grace: then the successor follows without a gap. Absent: when ' +
        'the entitlement ends, or today',
    }),
    changes: renewalChanges.optional().meta({ description: 'What the successor has instead of what is proposed' }),
    reason: reason.optional(),
  })
  .meta({ id: 'AcceptRenewal' });
export const declineBody = z.strictObject({ reason }).meta({ id: 'DeclineRenewal' });
export const snoozeBody = z
  .strictObject({
    until: civilDateSchema.meta({ description: "The day of the next reminder, in the entitlement's zone" }),
    reason: reason.optional(),
  })
  .meta({ id: 'SnoozeRenewal' });

export const renewalQuery = z.strictObject({
  stage: z.enum(RENEWAL_STAGES).optional(),
  customerId: idSchema.optional(),
  entitlementId: idSchema.optional(),
  open: z
    .enum(['true', 'false'])
    .optional()
    .meta({ description: '`true`: only renewals that somebody can still decide' }),
  ...pageFields(RENEWAL_SORTS),
});
