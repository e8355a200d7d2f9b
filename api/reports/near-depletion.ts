import { z } from 'zod';
import type { Listed } from '../../db/postgres/keyset.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import {
  listNearDepletion,
  NEAR_DEPLETION_SORTS,
  type NearDepletion,
  usedSince,
} from '../../db/reports/near-depletion.ts';
import { FORECAST_METHOD, forecastDepletion, paceSince } from '../../domain/terms/depletion-forecast.ts';
import type { Endpoint, Services } from '../http/endpoint.ts';
import { iso } from '../http/instants.ts';
import { listPageOf } from '../http/list-page.ts';
import { nearDepletionAnswer } from './entitlement-report-answers.ts';
import { ledgerPath, reportEndpoint, reportFields, scopeFields } from './report.ts';

const DEFAULT_THRESHOLD = 0.75;

const THRESHOLD_RULE = 'must be a share from 0 to 1, such as 0.8 for 80 %';

const query = z.strictObject({
  threshold: z.coerce
    .number()
    .min(0, THRESHOLD_RULE)
    .max(1, THRESHOLD_RULE)
    .default(DEFAULT_THRESHOLD)
    .meta({ description: 'The smallest used share of the current term to list, from 0 to 1; 1: nothing is left' }),
  ...scopeFields,
  ...reportFields(NEAR_DEPLETION_SORTS, '-usedShare'),
});

const METHOD =
  'The total is the current term: the allotment of the current period with rollover, edits and top-ups; without ' +
  `periods, all that was granted. Used is the total minus what remains. ${FORECAST_METHOD}`;

type Answer = z.infer<typeof nearDepletionAnswer>;
type Row = Answer['items'][number];

export const nearDepletionReport = ({ sql }: Services): Endpoint =>
  reportEndpoint<typeof query, Answer>({
    name: 'near-depletion',
    summary: 'Lists active entitlements that have used most of their term, with their pace and the projected date',
    query,
    answer: nearDepletionAnswer,
    columns: COLUMNS,
    read: async ({ query: asked, accessScope, now }) => {
      const page = listPageOf(NEAR_DEPLETION_SORTS, asked);
      const { rows, next } = await listNearDepletion(sql, page, asked, accessScope);
      const listed: Listed<Row> = { rows: await nearDepletionRows(sql, rows, now), next };
      return { head: { threshold: asked.threshold, method: METHOD }, listed };
    },
  });

/** Rows of the report, each with its pace; the home page shows them too. */
export async function nearDepletionRows(sql: Sql, rows: readonly NearDepletion[], now: number): Promise<Row[]> {
  const since = rows.map(({ state }) => ({ id: state.id, since: paceSince(state.startsAt ?? now, now) }));
  const used = await usedSince(sql, since);
  return rows.map((row) => rowOf(row, used.get(row.state.id) ?? 0, now));
}

function rowOf(
  { state, customerName, total, remaining, usedShare, fromSeq }: NearDepletion,
  usedLately: number,
  now: number,
): Row {
  const { id, details, period } = state;
  const since = paceSince(state.startsAt ?? now, now);
  const projected = forecastDepletion({ remaining, used: usedLately, since }, now, details.timeZone);
  return {
    id,
    name: details.name,
    customerId: details.customerId,
    customerName,
    owner: details.owner,
    tier: details.tier,
    allocationType: details.allocationType,
    totalTerm: total,
    usedTerm: total - remaining,
    remainingTerm: remaining,
    usedShare: Number(usedShare),
    paceSince: iso(since),
    usedSince: usedLately,
    ...projected,
    endDate: details.endDate,
    timeZone: details.timeZone,
    nextPeriodAt: period === null ? null : iso(period.endsAt),
    links: {
      ledger: ledgerPath(id),
      total: ledgerPath(id, { rows: 'term', fromSeq }),
      used: ledgerPath(id, { rows: 'use', fromSeq }),
      pace: ledgerPath(id, { rows: 'use', since: iso(since) }),
    },
  };
}

const COLUMNS = {
  id: (row: Row) => row.id,
  name: (row: Row) => row.name,
  customerId: (row: Row) => row.customerId,
  customerName: (row: Row) => row.customerName,
  owner: (row: Row) => row.owner,
  tier: (row: Row) => row.tier,
  allocationType: (row: Row) => row.allocationType,
  totalTerm: (row: Row) => row.totalTerm,
  usedTerm: (row: Row) => row.usedTerm,
  remainingTerm: (row: Row) => row.remainingTerm,
  usedShare: (row: Row) => row.usedShare,
  pacePerDay: (row: Row) => row.pacePerDay,
  depletesOn: (row: Row) => row.depletesOn,
  endDate: (row: Row) => row.endDate,
  ledger: (row: Row) => row.links.ledger,
};
