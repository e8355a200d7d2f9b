import { z } from 'zod';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import { id, term } from '../http/answer-fields.ts';
import { sentAs } from '../http/sent.ts';
import { contractPrice, entitlementFields } from './terms-schemas.ts';

const {
  customerId,
  contactIds,
  startDate,
  endDate,
  overage,
  channels: _given,
  timeZone: _zone,
  graceDays,
  ...terms
} = entitlementFields;

/** The terms that entitlements and templates share, except for the channels. */
export const termFields = terms;

/** Days of the grace, as answers have it: always there. */
export const graceDaysField = graceDays;

/** `overage`, which follows from `restrict` and `overagePrice`. */
export const overageField = overage;

export const channelRow = {
  channel: z.string(),
  totalTerm: term
    .nullable()
    .meta({ description: "The channel's own part of the term, in cases or minutes; null when unlimited" }),
};

/** The details of an entitlement that people write, except for the channels. */
export const detailFields = {
  ...termFields,
  customerId,
  contactIds,
  startDate,
  endDate,
  timeZone: z.string().meta({ description: 'An IANA time zone; the dates are days in it', example: 'Europe/Berlin' }),
  templateId: id.nullable().meta({ description: 'The template that the entitlement was created from' }),
};

export const details = sentAs<EntitlementDetails>()(
  z
    .object({
      ...detailFields,
      channels: z.array(z.object(channelRow)),
      price: contractPrice.nullable().optional(),
      graceDays: graceDays.optional(),
      anchorDay: z.int().optional().meta({
        description:
          'The day from which months are counted; present only when the month of the start date lacks that day',
      }),
    })
    .meta({ id: 'EntitlementDetails', description: 'The details of an entitlement that people write' }),
);

/** Some of the details: those that an edit changed, or that a renewal proposes to change. */
export const someDetails = details.partial();
