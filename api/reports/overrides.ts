import { z } from 'zod';
import { listOverrides, OVERRIDE_SORTS, totalOverrides } from '../../db/reports/overrides.ts';
import type { LedgerRow } from '../../domain/ledger/ledger-row.ts';
import { chargeAmount } from '../../domain/terms/overage-charge.ts';
import type { Endpoint, Services } from '../http/endpoint.ts';
import { iso } from '../http/instants.ts';
import { listPageOf } from '../http/list-page.ts';
import { ledgerPath, reportEndpoint, reportFields, scopeFields } from './report.ts';
import { spanFields, spanOf, spanView } from './span.ts';
import { overridesAnswer } from './use-report-answers.ts';

const query = z.strictObject({ ...spanFields, ...scopeFields, ...reportFields(OVERRIDE_SORTS, '-when') });

const METHOD =
  'The rows are ledger rows of the span that were written by an override, that go beyond the granted term ' +
  '(overage), or that are charged. Negative quantities and amounts credit earlier charges. The totals cover all ' +
  'rows of the span, for each currency and unit. Amounts have the decimal places of their currency, and each total ' +
  'is the sum of its rows.';

type Answer = z.infer<typeof overridesAnswer>;
type Row = Answer['items'][number];

export const overridesReport = ({ sql }: Services): Endpoint =>
  reportEndpoint<typeof query, Answer>({
    name: 'overrides',
    summary: 'Lists overrides, overages and charges: who, why, when and how much, with totals by currency',
    query,
    answer: overridesAnswer,
    columns: COLUMNS,
    read: async ({ query: asked, accessScope, now }) => {
      const span = spanOf(asked, now);
      const filter = { ...asked, span };
      const [{ rows, next }, totals] = await Promise.all([
        listOverrides(sql, listPageOf(OVERRIDE_SORTS, asked), filter, accessScope),
        totalOverrides(sql, filter, accessScope),
      ]);
      const head = { ...spanView(span), totals, method: METHOD };
      return { head, listed: { rows: rows.map(overridesRowOf), next } };
    },
  });

interface Found {
  readonly entitlementId: string;
  readonly entitlementName: string;
  readonly customerId: string;
  readonly customerName: string | null;
  readonly row: LedgerRow;
}

/** A row of the report, as the home page shows it too. */
export function overridesRowOf({ entitlementId, entitlementName, customerId, customerName, row }: Found): Row {
  const unit = row.case?.rule.unit ?? 'cases';
  const { charge } = row;
  return {
    entitlementId,
    entitlementName,
    customerId,
    customerName,
    seq: row.seq,
    kind: row.kind,
    caseId: row.caseId,
    when: iso(row.at),
    who: row.by,
    why: row.reason ?? row.detail,
    overrode: row.facts?.overrode?.slice() ?? null,
    allocationType: unit,
    overage: row.overage,
    quantity: charge?.quantity ?? null,
    unitPrice: charge?.unitPrice ?? null,
    currency: charge?.currency ?? null,
    amount: charge === null ? null : chargeAmount(charge, unit),
    credits: charge?.credits?.map(({ caseId, seq }) => ({ caseId, seq })) ?? null,
    links: { ledger: ledgerPath(entitlementId, { fromSeq: row.seq, toSeq: row.seq }) },
  };
}

const COLUMNS = {
  entitlementId: (row: Row) => row.entitlementId,
  entitlementName: (row: Row) => row.entitlementName,
  customerId: (row: Row) => row.customerId,
  seq: (row: Row) => row.seq,
  kind: (row: Row) => row.kind,
  caseId: (row: Row) => row.caseId,
  when: (row: Row) => row.when,
  who: (row: Row) => row.who,
  why: (row: Row) => row.why,
  overrode: (row: Row) => row.overrode?.join(' ') ?? null,
  allocationType: (row: Row) => row.allocationType,
  overage: (row: Row) => row.overage,
  quantity: (row: Row) => row.quantity,
  unitPrice: (row: Row) => row.unitPrice,
  currency: (row: Row) => row.currency,
  amount: (row: Row) => row.amount,
  credits: (row: Row) => row.credits?.map(({ caseId, seq }) => `${caseId}/${seq}`).join(' ') ?? null,
  ledger: (row: Row) => row.links.ledger,
};
