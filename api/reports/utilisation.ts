import { z } from 'zod';
import {
  listUtilisation,
  UTILISATION_GROUPS,
  UTILISATION_SORTS,
  type Utilisation,
} from '../../db/reports/utilisation.ts';
import type { Endpoint, Services } from '../http/endpoint.ts';
import { listPageOf } from '../http/list-page.ts';
import { pathWith } from '../http/path-with.ts';
import { asksWithoutTier, ledgerPath, reportEndpoint, reportFields, scopeFields } from './report.ts';
import { type AskedSpan, spanFields, spanOf, spanQuery, spanView } from './span.ts';
import { utilisationAnswer } from './use-report-answers.ts';

const query = z.strictObject({
  by: z
    .enum(UTILISATION_GROUPS)
    .default('customer')
    .meta({ description: 'What a row is about; tier is the tier of the entitlement' }),
  ...spanFields,
  ...scopeFields,
  withoutTier: z.literal('true').optional().meta({ description: 'Only entitlements without a tier' }),
  allocationType: z.enum(['cases', 'hours', 'unlimited']).optional(),
  ...reportFields(UTILISATION_SORTS, '-usedInSpan'),
});

const METHOD =
  'There is one row for each allocation type, because cases and minutes are not added up. As of now: the number of ' +
  'active entitlements, the current term granted to them, and how much of it is used. In the span: the cases ' +
  'attached (a case that moved counts where it was attached first), and what cases used minus what they gave back, ' +
  'including entitlements that have ended since.';

type ReportQuestion = z.infer<typeof query>;
type Answer = z.infer<typeof utilisationAnswer>;
type Row = Answer['items'][number];

export const utilisationReport = ({ sql }: Services): Endpoint =>
  reportEndpoint<typeof query, Answer>({
    name: 'utilisation',
    summary: 'Sums up what is granted and used, by customer, tier or entitlement, in a span and as of now',
    query,
    answer: utilisationAnswer,
    columns: COLUMNS,
    cursorsOf: ({ by }) => `by ${by}`,
    read: async ({ query: asked, accessScope, now }) => {
      const withoutTier = asksWithoutTier(asked);
      const span = spanOf(asked, now);
      const filter = { ...asked, span, withoutTier };
      const { rows, next } = await listUtilisation(sql, listPageOf(UTILISATION_SORTS, asked), filter, accessScope);
      const listed = { rows: rows.map((row) => rowOf(row, asked, span)), next };
      return { head: { by: asked.by, ...spanView(span), method: METHOD }, listed };
    },
  });

const rowOf = ({ key, name, usedShare, ...row }: Utilisation, asked: ReportQuestion, span: AskedSpan): Row => ({
  customerId: row.customerId,
  customerName: row.customerName,
  tier: asked.by === 'tier' ? key : null,
  entitlementId: asked.by === 'entitlement' ? key : null,
  name,
  allocationType: row.allocationType,
  entitlements: row.entitlements,
  grantedTerm: row.grantedTerm,
  usedTerm: row.usedTerm,
  usedShare: usedShare === null ? null : Number(usedShare),
  cases: row.cases,
  usedInSpan: row.usedInSpan,
  links: linksOf(key, row.allocationType, asked, span),
});

/** The numbers of one entitlement link to its ledger; those of several link to the same report by entitlement. */
function linksOf(key: string | null, allocationType: string, asked: ReportQuestion, span: AskedSpan): Row['links'] {
  if (asked.by === 'entitlement') {
    const id = key ?? '';
    return {
      ledger: ledgerPath(id),
      used: ledgerPath(id, { rows: 'use', ...spanQuery(span) }),
      cases: ledgerPath(id, { rows: 'cases', ...spanQuery(span) }),
    };
  }
  const { customerId, tier, withoutTier, owner } = asked;
  const ofTier = key === null ? { withoutTier: 'true' } : { tier: key };
  return {
    entitlements: pathWith('/v1/reports/utilisation', {
      by: 'entitlement',
      ...spanView(span),
      ...(asked.by === 'customer' ? { customerId: key, tier, withoutTier } : { customerId, ...ofTier }),
      owner,
      allocationType,
    }),
  };
}

const COLUMNS = {
  customerId: (row: Row) => row.customerId,
  customerName: (row: Row) => row.customerName,
  tier: (row: Row) => row.tier,
  entitlementId: (row: Row) => row.entitlementId,
  name: (row: Row) => row.name,
  allocationType: (row: Row) => row.allocationType,
  // What the terms beside it count: an unlimited entitlement counts cases.
  unit: (row: Row) => (row.allocationType === 'hours' ? 'minutes' : 'cases'),
  entitlements: (row: Row) => row.entitlements,
  grantedTerm: (row: Row) => row.grantedTerm,
  usedTerm: (row: Row) => row.usedTerm,
  usedShare: (row: Row) => row.usedShare,
  cases: (row: Row) => row.cases,
  usedInSpan: (row: Row) => row.usedInSpan,
};
