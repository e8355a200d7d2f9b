import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import type { Renewal } from '../../domain/renewals/renewal-course.ts';
import type { Sql } from '../postgres/sql.ts';

/** The record of a renewal, as far as its workflow must agree with it. */
export interface CourseRecord {
  readonly id: string;
  readonly entitlementId: EntitlementId;
  readonly n: number;
  readonly customerId: string;
  readonly endsAt: Date;
  readonly isOver: boolean;
  /** The number of the last step that was recorded. */
  readonly seq: number;
  readonly state: Renewal;
}

const columns = (sql: Sql) => sql`
  id, entitlement_id as "entitlementId", n, customer_id as "customerId", ends_at as "endsAt", is_over as "isOver", seq,
  state`;

/** The renewals that are not over: each must have a workflow. */
export const openRenewals = (sql: Sql): Promise<readonly CourseRecord[]> => sql<CourseRecord[]>`
  select ${columns(sql)} from renewals where not is_over order by id`;

export const renewalsById = (sql: Sql, ids: readonly string[]): Promise<readonly CourseRecord[]> =>
  sql<CourseRecord[]>`select ${columns(sql)} from renewals where id = any(${[...ids]})`;

/** Active entitlements that have begun a renewal which has no record: it must run, or it was lost. */
export async function renewalsWithoutRecord(sql: Sql): Promise<readonly Entitlement[]> {
  const rows = await sql<{ state: Entitlement }[]>`
    select state from entitlements e
    where status = 'active' and not deleted and state -> 'renewal' ->> 'endsAt' is not null
      and not exists (select from renewals where renewals.entitlement_id = e.id
        and renewals.n = (e.state -> 'renewal' ->> 'n')::int)
    order by id`;
  return rows.map(({ state }) => state);
}
