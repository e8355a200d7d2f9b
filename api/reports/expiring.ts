import { z } from 'zod';
import { EXPIRING_SORTS, type Expiring, listExpiring } from '../../db/reports/expiring.ts';
import { remainingTerm } from '../../domain/entitlements/balance.ts';
import { graceEndsAt, isInGrace } from '../../domain/entitlements/grace.ts';
import { daysLeft } from '../../domain/terms/days-left.ts';
import type { Endpoint, Services } from '../http/endpoint.ts';
import { isoOrNull } from '../http/instants.ts';
import { listPageOf } from '../http/list-page.ts';
import { expiringAnswer } from './entitlement-report-answers.ts';
import { ledgerPath, reportEndpoint, reportFields, scopeFields } from './report.ts';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;
const MAX_DAYS = 3_660;

const query = z.strictObject({
  days: z.coerce
    .number()
    .int()
    .min(0)
    .max(MAX_DAYS)
    .default(DEFAULT_DAYS)
    .meta({
      description:
        'Lists entitlements that end within this many times 24 hours. ' +
        'Ended entitlements that lost their successor stay in the report for the same time',
    }),
  renewed: z.enum(['true', 'false']).optional().meta({ description: 'Whether the entitlement has a successor' }),
  ...scopeFields,
  ...reportFields(EXPIRING_SORTS, 'endDate'),
});

type Answer = z.infer<typeof expiringAnswer>;
type Row = Answer['items'][number];

export const expiringReport = ({ sql }: Services): Endpoint =>
  reportEndpoint<typeof query, Answer>({
    name: 'expiring',
    summary: 'Lists entitlements that end soon, those in their grace, and ended ones that lost their successor',
    query,
    answer: expiringAnswer,
    columns: COLUMNS,
    read: async ({ query: asked, accessScope, now }) => {
      const filter = {
        ...asked,
        endsBefore: new Date(now + asked.days * DAY_MS),
        openSince: new Date(now - asked.days * DAY_MS),
        renewed: asked.renewed === undefined ? undefined : asked.renewed === 'true',
      };
      const { rows, next } = await listExpiring(sql, listPageOf(EXPIRING_SORTS, asked), filter, accessScope);
      return { head: { days: asked.days }, listed: { rows: rows.map((row) => expiringRowOf(row, now)), next } };
    },
  });

/** A row of the report, as the home page shows it too. */
export function expiringRowOf(
  { state, customerName, accountManagerName, accountManagerEmail, graceCases }: Expiring,
  now: number,
): Row {
  const { id, details } = state;
  const ofCustomer =
    accountManagerName === null || accountManagerEmail === null
      ? null
      : { name: accountManagerName, email: accountManagerEmail };
  return {
    id,
    name: details.name,
    customerId: details.customerId,
    customerName,
    owner: details.owner,
    tier: details.tier,
    status: state.status,
    endDate: details.endDate,
    timeZone: details.timeZone,
    endsAt: isoOrNull(state.endsAt),
    daysLeft: daysLeft(details, now),
    allocationType: details.allocationType,
    remainingTerm: remainingTerm(state),
    inGrace: isInGrace(state, now),
    graceEndsAt: isoOrNull(graceEndsAt(state)),
    graceCases,
    renewed: state.renewedById !== null,
    renewedById: state.renewedById,
    accountManager: details.renewalPolicy?.accountManager ?? ofCustomer,
    links: { ledger: ledgerPath(id) },
  };
}

const COLUMNS = {
  id: (row: Row) => row.id,
  name: (row: Row) => row.name,
  customerId: (row: Row) => row.customerId,
  customerName: (row: Row) => row.customerName,
  owner: (row: Row) => row.owner,
  tier: (row: Row) => row.tier,
  status: (row: Row) => row.status,
  endDate: (row: Row) => row.endDate,
  timeZone: (row: Row) => row.timeZone,
  endsAt: (row: Row) => row.endsAt,
  daysLeft: (row: Row) => row.daysLeft,
  allocationType: (row: Row) => row.allocationType,
  remainingTerm: (row: Row) => row.remainingTerm,
  inGrace: (row: Row) => row.inGrace,
  graceEndsAt: (row: Row) => row.graceEndsAt,
  graceCases: (row: Row) => row.graceCases,
  renewed: (row: Row) => row.renewed,
  renewedById: (row: Row) => row.renewedById,
  accountManagerName: (row: Row) => row.accountManager?.name ?? null,
  accountManagerEmail: (row: Row) => row.accountManager?.email ?? null,
  ledger: (row: Row) => row.links.ledger,
};
