import type { AccessScope } from '../../domain/access/access-scope.ts';
import type { ClockTarget } from '../../domain/slas/case-clock.ts';
import type { ClockStatus } from '../../domain/slas/clock-reading.ts';
import { anyOf, ownCases } from '../access/access-scope.ts';
import { clocksAtRisk } from '../clocks/clocks-at-risk.ts';
import type { Sql } from '../postgres/sql.ts';

/** A service-level clock that is breached or may be soon, with its case. */
export interface AtRisk {
  readonly caseId: string;
  readonly title: string | null;
  readonly customerId: string;
  readonly customerName: string | null;
  readonly entitlementId: string;
  readonly entitlementName: string | null;
  readonly slaId: string;
  readonly slaName: string | null;
  readonly target: ClockTarget;
  /** As it is on record; see `statusAt` of `domain/slas/clock-risk.ts`. */
  readonly status: ClockStatus;
  /** When it is due, or was breached. */
  readonly dueAt: Date;
}

interface Asked {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly limit: number;
}

/**
 * The clocks at risk within the access scope: the breached ones by how long ago that was, the longest first, then those
 * that are due first. At most `limit` rows, and the number of all.
 */
export async function listAtRisk(
  sql: Sql,
  accessScope: AccessScope,
  asked: Asked,
): Promise<{ readonly total: number; readonly rows: readonly AtRisk[] }> {
  const found = await atRiskQuery(sql, accessScope, asked);
  return { total: found[0]?.total ?? 0, rows: found.map(({ total: _total, ...row }) => row) };
}

/** The query of `listAtRisk`, which runs when it is awaited; tests explain it instead. */
export const atRiskQuery = (sql: Sql, accessScope: AccessScope, { now, limit }: Asked) =>
  sql<(AtRisk & { readonly total: number })[]>`
    select case_id as "caseId", title, customer_id as "customerId",
      (select name from customers where customers.id = customer_id) as "customerName",
      entitlement_id as "entitlementId",
      (select name from entitlements where entitlements.id = entitlement_id) as "entitlementName",
      sla_id as "slaId", (select name from slas where slas.id = sla_id) as "slaName", target, status,
      due_at as "dueAt", total
    from (
      select at_risk.*, (count(*) over ())::integer as total,
        row_number() over (order by status <> 'breached' and due_at > ${new Date(now)}, due_at, case_id, target) as place
      from (${clocksAtRisk(sql, now)}) at_risk
      where ${anyOf(sql, ownCases(sql, accessScope, null))}
      order by place limit ${limit}
    ) shown
    order by place`;
