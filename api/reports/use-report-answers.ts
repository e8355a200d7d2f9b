import { z } from 'zod';
import { UTILISATION_GROUPS } from '../../db/reports/utilisation.ts';
import { entitlementFields } from '../entitlements/terms-schemas.ts';
import {
  amount,
  count,
  currency,
  day,
  id,
  instant,
  person,
  refusalCode,
  share,
  signed,
  term,
} from '../http/answer-fields.ts';
import { rowKind } from '../ledger/schemas.ts';
import { link, method, reportOf } from './report-answers.ts';

const { allocationType } = entitlementFields;

const span = {
  since: day.meta({ description: 'The first day, in UTC' }),
  until: day.meta({ description: 'The last day, in UTC' }),
};

export const utilisationAnswer = reportOf(
  'UtilisationReport',
  { by: z.enum(UTILISATION_GROUPS), ...span, method },
  z
    .object({
      customerId: id.nullable(),
      customerName: z.string().nullable(),
      tier: z.string().nullable(),
      entitlementId: id.nullable(),
      name: z.string().nullable(),
      allocationType,
      entitlements: count.meta({
        description: 'The number of active entitlements; the terms are those of these entitlements',
      }),
      grantedTerm: term
        .nullable()
        .meta({ description: 'Cases or minutes; null: unlimited, or no entitlement is active' }),
      usedTerm: term.nullable(),
      usedShare: share.nullable(),
      cases: count.meta({ description: 'Cases attached in the span' }),
      usedInSpan: term,
      links: z.union([
        z.object({ ledger: link, used: link, cases: link }),
        z.object({ entitlements: link }).meta({ description: 'The path of the same report by entitlement' }),
      ]),
    })
    .meta({
      id: 'UtilisationRow',
      description: '`by` says what the row names: the customer, the tier, or the entitlement with its customer',
    }),
);

export const highTouchAnswer = reportOf(
  'HighTouchReport',
  { ...span, casesOfAll: count.meta({ description: 'The cases of all customers in the report' }), method },
  z
    .object({
      customerId: id,
      name: z.string().nullable(),
      tier: z.string().nullable(),
      accountManager: person.nullable(),
      cases: count,
      shareOfCases: share,
      minutes: count.meta({ description: 'The latest minutes of these cases' }),
      links: z.object({ entitlements: link }),
    })
    .meta({ id: 'HighTouchRow' }),
);

const overage = term.meta({ description: 'Cases or minutes beyond the granted term; negative: given back' });

const overridesTotal = z
  .object({
    allocationType,
    currency: currency.nullable().meta({ description: 'The currency; null: nothing was charged' }),
    rows: count,
    overrides: count,
    overage,
    amount: amount.nullable(),
  })
  .meta({ id: 'OverridesTotal' });

export const overridesRow = z
  .object({
    entitlementId: id,
    entitlementName: z.string(),
    customerId: id,
    customerName: z.string().nullable(),
    seq: count.meta({ description: 'The number of the ledger row' }),
    kind: rowKind,
    caseId: id.nullable(),
    when: instant,
    who: z.string(),
    why: z.string().nullable(),
    overrode: z.array(refusalCode).nullable().meta({ description: 'The refusals that the override set aside' }),
    allocationType,
    overage,
    quantity: signed.nullable().meta({ description: 'Charged cases or minutes; negative: credited' }),
    unitPrice: amount.nullable(),
    currency: currency.nullable(),
    amount: amount.nullable(),
    credits: z
      .array(z.object({ caseId: id, seq: count }))
      .nullable()
      .meta({ description: 'For a credit: the cases and ledger rows whose charges it takes back, as far as known' }),
    links: z.object({ ledger: link }),
  })
  .meta({ id: 'OverridesRow' });

export const overridesAnswer = reportOf(
  'OverridesReport',
  { ...span, totals: z.array(overridesTotal), method },
  overridesRow,
);
