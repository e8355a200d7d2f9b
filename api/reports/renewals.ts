import { z } from 'zod';
import { RENEWAL_SORTS } from '../../db/renewals/renewals.ts';
import { listReportedRenewals, type ReportedRenewal } from '../../db/reports/renewals.ts';
import { offerText, termText } from '../../domain/renewals/offer-words.ts';
import type { Proposal, ProposalKind } from '../../domain/renewals/proposal.ts';
import { decideBy, RENEWAL_STAGES } from '../../domain/renewals/renewal-course.ts';
import { daysLeft } from '../../domain/terms/days-left.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import type { Endpoint, Services } from '../http/endpoint.ts';
import { isoOrNull } from '../http/instants.ts';
import { listPageOf } from '../http/list-page.ts';
import { renewalsReportAnswer } from './entitlement-report-answers.ts';
import { ledgerPath, reportEndpoint, reportFields, scopeFields } from './report.ts';

const query = z.strictObject({
  stage: z.enum(RENEWAL_STAGES).optional(),
  open: z
    .enum(['true', 'false'])
    .optional()
    .meta({ description: '`true`: only renewals that somebody can still decide; `false`: only the others' }),
  ...scopeFields,
  ...reportFields(RENEWAL_SORTS, 'endDate'),
});

type Answer = z.infer<typeof renewalsReportAnswer>;
type Row = Answer['items'][number];

export const renewalsReport = ({ sql }: Services): Endpoint =>
  reportEndpoint<typeof query, Answer>({
    name: 'renewals',
    summary: 'Lists renewals by stage: what ends and when, who decides, what is proposed, and the outcome',
    query,
    answer: renewalsReportAnswer,
    columns: COLUMNS,
    read: async ({ query: { open, ...asked }, accessScope, now }) => {
      const filter = { ...asked, open: open === undefined ? undefined : open === 'true' };
      const { rows, next } = await listReportedRenewals(sql, listPageOf(RENEWAL_SORTS, asked), filter, accessScope);
      return { head: {}, listed: { rows: rows.map((row) => renewalsRowOf(row, now)), next } };
    },
  });

/** A row of the report, as the home page shows it too. */
export const renewalsRowOf = ({ details, proposal, timeZone, ...renewal }: ReportedRenewal, now: number): Row => ({
  id: renewal.id,
  stage: renewal.stage,
  isOver: renewal.isOver,
  snoozedUntil: isoOrNull(renewal.snoozedUntil?.getTime() ?? null),
  decideBy: decideBy(renewal, renewal.isOver),
  entitlementId: renewal.entitlementId,
  entitlementName: details.name,
  customerId: renewal.customerId,
  customerName: renewal.customerName,
  owner: details.owner,
  tier: details.tier,
  endDate: renewal.endDate,
  timeZone,
  daysLeft: daysLeft({ endDate: renewal.endDate, timeZone }, now),
  accountManager: renewal.accountManager,
  proposed: proposal.kind,
  proposal: proposalText(details, proposal),
  opportunityId: renewal.opportunityId,
  successorId: renewal.successorId,
  successorEnded: renewal.successorEnded,
  decidedBy: IS_DECIDED[renewal.stage] ? renewal.decidedBy : null,
  reason: renewal.reason,
  links: { renewal: `/v1/renewals/${renewal.id}`, ledger: ledgerPath(renewal.entitlementId) },
});

/** Whether somebody has decided. A person who snoozed a renewal has not. */
const IS_DECIDED: Readonly<Record<ReportedRenewal['stage'], boolean>> = {
  open: false,
  snoozed: false,
  lapsed: false,
  withdrawn: false,
  accepted: true,
  declined: true,
};

const KIND_TEXT: Readonly<Record<ProposalKind, string>> = {
  same_terms: 'The same terms',
  larger: 'More',
  smaller: 'Less',
  tier_up: 'A higher tier',
  tier_down: 'A lower tier',
};

/** `The same terms: 10 cases a month`, `More: 130 cases instead of 100 cases`. */
function proposalText(details: EntitlementDetails, { kind, changes }: Proposal): string {
  const next = { ...details, ...changes };
  return `${KIND_TEXT[kind]}: ${kind === 'same_terms' ? termText(next) : offerText(details, next)}`;
}

const COLUMNS = {
  id: (row: Row) => row.id,
  stage: (row: Row) => row.stage,
  decideBy: (row: Row) => row.decideBy,
  entitlementId: (row: Row) => row.entitlementId,
  entitlementName: (row: Row) => row.entitlementName,
  customerId: (row: Row) => row.customerId,
  customerName: (row: Row) => row.customerName,
  owner: (row: Row) => row.owner,
  tier: (row: Row) => row.tier,
  endDate: (row: Row) => row.endDate,
  timeZone: (row: Row) => row.timeZone,
  daysLeft: (row: Row) => row.daysLeft,
  accountManagerName: (row: Row) => row.accountManager?.name ?? null,
  accountManagerEmail: (row: Row) => row.accountManager?.email ?? null,
  proposed: (row: Row) => row.proposed,
  proposal: (row: Row) => row.proposal,
  opportunityId: (row: Row) => row.opportunityId,
  successorId: (row: Row) => row.successorId,
  successorEnded: (row: Row) => row.successorEnded,
  decidedBy: (row: Row) => row.decidedBy,
  reason: (row: Row) => row.reason,
  ledger: (row: Row) => row.links.ledger,
};
