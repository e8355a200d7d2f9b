import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import {
  aCustomer,
  anActive,
  ask,
  attach,
  type CaseView,
  ledger,
  onCase,
  type ProblemView,
  type RowView,
} from '../../support/api-client.ts';
import { aKey, as } from '../../support/callers.ts';
import { dayFromNow } from '../../support/days.ts';

/**
 * Records of two customers of one account manager that the tests of reports read, made once for each test file, and how
 * to read them. Every number of a report is computed again from the ledger's rows, as `GET …/ledger` shows them.
 */

export type Row = Record<string, unknown> & { links: Record<string, string> };
export interface ReportView extends Partial<ProblemView> {
  items: Row[];
  nextCursor: string | null;
  [head: string]: unknown;
}
export interface LedgerRowView extends RowView {
  channel: string | null;
  useChange: number;
  overage: number;
  charge: { quantity: number; currency: string; amount: string } | null;
  facts: Record<string, unknown> | null;
}

const manager = await aKey('account_manager');
/** The key of the account manager of both customers. */
export const key = manager.key;

/** A name that a spreadsheet would run as a formula. */
export const NAME = '=HYPERLINK("http://example.com"), "best" customer';

const accountManager = { name: '+Ann', email: manager.email };
export const customers = [
  await aCustomer({ name: NAME, tier: 'Gold', accountManager }),
  await aCustomer({ accountManager }),
] as const;
const [one, other] = customers;

const charged = { overage: 'charge', restrict: undefined, overagePrice: { unitPrice: '89.99', currency: 'EUR' } };
const inHours = {
  ...charged,
  overagePrice: { unitPrice: '120.00', currency: 'USD', billingIncrementMinutes: 15 },
  allocationType: 'hours',
  totalTerm: 100,
  decreaseRemainingOn: 'resolution',
};
/** Entitlements of both customers, by what is special about them. */
export const made = {
  charged: await anActive(one, { ...charged, name: '@charged', tier: 'Gold', owner: 'Olga', totalTerm: 3 }),
  hours: await anActive(one, { ...inHours, endDate: dayFromNow(10) }),
  restricted: await anActive(other, { totalTerm: 1, tier: 'Gold', endDate: dayFromNow(20) }),
  unlimited: await anActive(other, { allocationType: 'unlimited', totalTerm: null, restrict: false }),
  waiting: await anActive(other, { startDate: dayFromNow(5), endDate: dayFromNow(25) }),
};
/** An entitlement of a customer whom somebody else manages. */
export const foreign = await anActive(await aCustomer(), { totalTerm: 1, endDate: dayFromNow(3) });

/** Attaches a case for each number of minutes. */
export async function attachAll(to: EntitlementView, minutes: readonly number[]): Promise<CaseView[]> {
  const cases: CaseView[] = [];
  for (const each of minutes) cases.push((await attach(to, { minutes: each, channel: 'phone' })).body);
  return cases;
}

await attachAll(foreign, [5]);
const ofCharged = await attachAll(made.charged, [10, 20, 30, 40, 50]);
const ofHours = await attachAll(made.hours, [60, 70, 7]);
await attachAll(made.unlimited, [5, 6]);
await attachAll(made.restricted, [15]);
await attach(made.restricted, { override: { reason: '-1 is our fault' } });
for (const { id } of [...ofCharged.slice(4), ...ofHours]) await onCase(id, 'resolve');
await onCase(ofCharged[3]?.id ?? '', 'cancel');
// From cases to hours within the customer: reports count it as one new case.
await ask('PATCH', `/v1/cases/${ofCharged[0]?.id}`, { entitlementId: made.hours.id });
await ask('POST', `/v1/entitlements/${made.charged.id}/top-ups`, { amount: 1 });

export const report = (name: string, query: Record<string, string> = {}) =>
  ask<ReportView>('GET', `/v1/reports/${name}?${new URLSearchParams(query)}`, undefined, as(key));
/** The items that a link of a report leads to, seen by the account manager unless `seenAs` says otherwise. */
export const follow = async <Item>(path: unknown, seenAs: Parameters<typeof ask>[3] = as(key)): Promise<Item[]> => {
  const { status, body } = await ask<{ items: Item[] }>('GET', `${path}&limit=200`, undefined, seenAs);
  if (status !== 200) throw new Error(`${path} answered ${status}`);
  return body.items;
};
/** All rows of an entitlement's ledger. */
export const rowsOf = async (id: string | undefined) => (await ledger(id ?? '')) as LedgerRowView[];

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0) || 0;
/** The term that cases took, by the rows. */
export const used = (rows: readonly LedgerRowView[]) =>
  -sum(rows.filter(({ caseId }) => caseId !== null).map((row) => row.change)) || 0;
/** The same, with what was bought past the grants. */
export const takenBy = (rows: readonly LedgerRowView[]) => sum(rows.map((row) => row.useChange));
/** The term that was granted, by the rows. */
export const granted = (rows: readonly LedgerRowView[]) =>
  sum(rows.filter(({ caseId }) => caseId === null).map((row) => row.change));
/** How many cases were attached, by the rows. */
export const attached = (rows: readonly LedgerRowView[]) => rows.filter(({ kind }) => kind === 'attached').length;
