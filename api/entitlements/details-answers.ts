import { z } from 'zod';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import { id, term } from '../http/answer-fields.ts';
import { entitlementFields } from '../http/schemas.ts';
import { sentAs } from '../http/sent.ts';

const {
  customerId,
  contactIds,
  startDate,
  endDate,
  overage,
  channels: _given,
  timeZone: _zone,
  ...terms
} = entitlementFields;

/** What an entitlement and a template say in the same words, but for the channels. */
export const termFields = terms;

/** In words, what `restrict` and `overagePrice` come to. */
export const overageField = overage;

export const channelRow = {
  channel: z.string(),
  totalTerm: term
    .nullable()
    .meta({ description: "The channel's own part of the term, in cases or minutes; null when unlimited" }),
};

/** What a person wrote into an entitlement, but for the channels. */
export const detailFields = {
  ...termFields,
  customerId,
  contactIds,
  startDate,
  endDate,
  timeZone: z.string().meta({ description: 'IANA; the dates are days there', example: 'Europe/Berlin' }),
  templateId: id.nullable().meta({ description: 'The template that it was made from' }),
};

export const details = sentAs<EntitlementDetails>()(
  z
    .object({
      ...detailFields,
      channels: z.array(z.object(channelRow)),
      anchorDay: z.int().optional().meta({
        description: "The day of the month that months are counted from; only where the start's month has none",
      }),
    })
    .meta({ id: 'EntitlementDetails', description: 'What a person writes into an entitlement' }),
);

/** Some of them: what an edit changed, what a renewal proposes otherwise. */
export const someDetails = details.partial();
