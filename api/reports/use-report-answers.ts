import { z } from 'zod';
import { UTILISATION_GROUPS } from '../../db/reports/utilisation.ts';
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
import { entitlementFields } from '../http/schemas.ts';
import { rowKind } from '../ledger/ledger-query.ts';
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
      entitlements: count.meta({ description: 'Those that are active now: the terms are theirs' }),
      grantedTerm: term.nullable().meta({ description: 'Cases or minutes; null: unlimited, or nothing is active' }),
      usedTerm: term.nullable(),
      usedShare: share.nullable(),
      cases: count.meta({ description: 'That came in the span' }),
      usedInSpan: term,
      links: z.union([
        z.object({ ledger: link, used: link, cases: link }),
        z.object({ entitlements: link }).meta({ description: 'The same report, entitlement by entitlement' }),
      ]),
    })
    .meta({
      id: 'UtilisationRow',
      description:
        '`by` says which one of the customer, tier or entitlement is named; an entitlement with its customer',
    }),
);

export const highTouchAnswer = reportOf(
  'HighTouchReport',
  { ...span, casesOfAll: count.meta({ description: 'Of all customers that the report is of' }), method },
  z
    .object({
      customerId: id,
      name: z.string().nullable(),
      tier: z.string().nullable(),
      accountManager: person.nullable(),
      cases: count,
      shareOfCases: share,
      minutes: count.meta({ description: 'Of these cases, as last told' }),
      links: z.object({ entitlements: link }),
    })
    .meta({ id: 'HighTouchRow' }),
);

const overage = term.meta({ description: 'Cases or minutes past the allotment; negative: came back' });

const overridesTotal = z
  .object({
    allocationType,
    currency: currency.nullable().meta({ description: 'null: nothing was charged' }),
    rows: count,
    overrides: count,
    overage,
    amount: amount.nullable(),
  })
  .meta({ id: 'OverridesTotal' });

export const overridesAnswer = reportOf(
  'OverridesReport',
  { ...span, totals: z.array(overridesTotal), method },
  z
    .object({
      entitlementId: id,
      entitlementName: z.string(),
      customerId: id,
      seq: count.meta({ description: 'Of the ledger row' }),
      kind: rowKind,
      caseId: id.nullable(),
      when: instant,
      who: z.string(),
      why: z.string().nullable(),
      overrode: z.array(refusalCode).nullable().meta({ description: 'The refusals that an override let pass' }),
      allocationType,
      overage,
      quantity: signed.nullable().meta({ description: 'Charged cases or minutes; negative: taken back' }),
      unitPrice: amount.nullable(),
      currency: currency.nullable(),
      amount: amount.nullable(),
      credits: z
        .array(z.object({ caseId: id, seq: count }))
        .nullable()
        .meta({ description: 'Of a credit: the cases and ledger rows whose charge it takes back, as far as known' }),
      links: z.object({ ledger: link }),
    })
    .meta({ id: 'OverridesRow' }),
);
