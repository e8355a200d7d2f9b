import { z } from 'zod';
import { listRenewals, RENEWAL_SORTS, type RenewalRecord } from '../../db/renewals.ts';
import { dateAt, daysBetween } from '../../domain/calendar.ts';
import { RENEWAL_STAGES } from '../../domain/renewal-course.ts';
import { renewalsReportAnswer } from '../answers/entitlement-reports.ts';
import type { Endpoint, Parts } from '../endpoint.ts';
import { listPageOf } from '../list-page.ts';
import { idSchema } from '../schemas.ts';
import { ledgerPath, reportEndpoint, reportFields } from './report.ts';

const query = z.strictObject({
  stage: z.enum(RENEWAL_STAGES).optional(),
  customerId: idSchema.optional(),
  ...reportFields(RENEWAL_SORTS, 'endDate'),
});

type Answer = z.infer<typeof renewalsReportAnswer>;
type Row = Answer['items'][number];

/** Renewals by stage: what ends, who is to decide, what is proposed. */
export const renewalsReport = ({ sql }: Pick<Parts, 'sql'>): Endpoint =>
  reportEndpoint<typeof query, Answer>({
    name: 'renewals',
    summary: 'Renewals by stage: what ends and when, who is to decide, what is proposed, what came of it',
    query,
    answer: renewalsReportAnswer,
    columns: COLUMNS,
    read: async ({ query: asked, sight, now }) => {
      const { rows, next } = await listRenewals(sql, listPageOf(RENEWAL_SORTS, asked), asked, sight);
      return { head: {}, listed: { rows: rows.map((row) => rowOf(row, now)), next } };
    },
  });

const rowOf = (renewal: RenewalRecord, now: number): Row => ({
  id: renewal.id,
  stage: renewal.stage,
  entitlementId: renewal.entitlementId,
  customerId: renewal.customerId,
  endDate: renewal.endDate,
  daysLeft: Math.max(0, daysBetween(dateAt(now, 'UTC'), renewal.endDate)),
  accountManager: renewal.accountManager,
  proposed: renewal.proposal.kind,
  opportunityId: renewal.opportunityId,
  successorId: renewal.successorId,
  reason: renewal.reason,
  links: { renewal: `/v1/renewals/${renewal.id}`, ledger: ledgerPath(renewal.entitlementId) },
});

const COLUMNS = {
  id: (row: Row) => row.id,
  stage: (row: Row) => row.stage,
  entitlementId: (row: Row) => row.entitlementId,
  customerId: (row: Row) => row.customerId,
  endDate: (row: Row) => row.endDate,
  daysLeft: (row: Row) => row.daysLeft,
  accountManagerName: (row: Row) => row.accountManager?.name ?? null,
  accountManagerEmail: (row: Row) => row.accountManager?.email ?? null,
  proposed: (row: Row) => row.proposed,
  opportunityId: (row: Row) => row.opportunityId,
  successorId: (row: Row) => row.successorId,
  reason: (row: Row) => row.reason,
  ledger: (row: Row) => row.links.ledger,
} as const;
