import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import type { Role } from '../../../domain/access/roles.ts';
import { aCustomer, anActive, ask, attach } from '../../support/api-client.ts';
import { aKey, as } from '../../support/callers.ts';
import { dayFromNow } from '../../support/days.ts';

export interface WorkListView {
  total: number;
  rows: Record<string, unknown>[];
}
interface FigureView {
  name: string;
  value: number;
  unit: string;
  trend: { since: string; until: string; value: number }[];
}
export const LISTS = [
  'serviceLevelsAtRisk',
  'renewalsToDecide',
  'runningOut',
  'endingSoon',
  'casesWithoutEntitlement',
  'overrides',
  'failingDeliveries',
] as const;
export type WorkView = { asOf: string; figures: FigureView[] } & Record<(typeof LISTS)[number], WorkListView | null>;

export async function workOf(key: string): Promise<WorkView> {
  const { status, body } = await ask<WorkView>('GET', '/v1/work', undefined, as(key));
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}
export const workFor = async (role: Role) => await workOf((await aKey(role)).key);

/** A list that must not be null. */
export function rowsIn(work: WorkView, list: (typeof LISTS)[number]): WorkListView {
  const found = work[list];
  if (found === null) throw new Error(`${list} is null`);
  return found;
}

const POLICY = { noticeDays: 60, reminderDays: 0, escalationDays: 0, propose: 'same_terms' };

/** One entitlement for each thing that the home page shows, and one for which there is nothing to do. */
export interface Scene {
  readonly customer: string;
  readonly ending: EntitlementView;
  readonly exhausted: EntitlementView;
  readonly fast: EntitlementView;
  readonly calm: EntitlementView;
}

/**
 * A customer of this account manager. `ending` ends in ten days and has an open renewal; `exhausted` has nothing left, one
 * refused case and one override; `fast` uses 3 of 30 in its first days; `calm` uses one of 60 a month.
 */
export async function aScene(accountManager: { name: string; email: string | null }): Promise<Scene> {
  const customer = await aCustomer({ accountManager });
  const ending = await anActive(customer, { endDate: dayFromNow(10), renewalPolicy: POLICY });
  const exhausted = await anActive(customer, { totalTerm: 1 });
  const fast = await anActive(customer, { totalTerm: 30 });
  const calm = await anActive(customer, { totalTerm: 60, period: 'month' });
  for (const to of [exhausted, fast, fast, fast, calm]) await attach(to);
  const refused = await attach(exhausted, { id: `refused-${customer}` });
  await attach(exhausted, { id: `refused-${customer}` });
  if (refused.status !== 422) throw new Error(`not refused: ${refused.status}`);
  await attach(exhausted, { override: { reason: 'Our fault' } });
  return { customer, ending, exhausted, fast, calm };
}
