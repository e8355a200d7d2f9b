import { customersNotThere } from '../../db/ledger/repair.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import type { Difference } from './difference.ts';
import type { Mended, MendedKind } from './repaired.ts';
import type { ReplayFault } from './replayed-runs.ts';

/** Where rows had to come from histories, the database was older than Temporal, and so is all that it alone has. */
export const wasOlder = (mended: readonly Pick<Mended, 'kind'>[]): boolean =>
  mended.some(({ kind }) => FROM_HISTORY.has(kind));

const FROM_HISTORY: ReadonlySet<MendedKind> = new Set<MendedKind>(['rows', 'renewal_step', 'attempts']);

export const NOT_PROVABLE =
  'not provable: PostgreSQL was older than Temporal. Customers, contacts, products, templates, SLAs, settings, API keys, webhooks and cases without an entitlement that were made or changed after its moment stand in no other store: send them again from the systems that have them.';

/** Histories that cannot be replayed to their end: rows that only they have are not found, and nobody can tell whether any are lost. */
export const unreadHistories = (faults: readonly ReplayFault[]): readonly Difference[] =>
  faults.map(({ workflowId, runId, why }) => ({
    entitlementId: workflowId,
    what: `history of run ${runId}`,
    values: { workflow: why },
    advice: 'it cannot be replayed to its end, so rows that only it has are not found: report this with the history',
    mayPass: false,
  }));

/** What is lost and something else names. */
export async function namedLosses(sql: Sql): Promise<readonly Difference[]> {
  return (await customersNotThere(sql)).map((id) => ({
    entitlementId: id,
    what: 'customer',
    values: { columns: null },
    advice: `entitlements name this customer, and its record is lost: put it again (PUT /v1/customers/${id})`,
    mayPass: false,
  }));
}
