import { entitlementId } from '../../domain/ids.ts';
import { type ClockFact, holdsOf, type SlaVersion } from '../../domain/slas/case-clocks.ts';
import { isGivenUp } from '../ledger/case-ownership.ts';
import { CLOCK_KINDS } from '../ledger/clock-work-part.ts';
import { jsonParameter } from '../postgres/connect.ts';
import type { Sql } from '../postgres/sql.ts';

type FollowedKind = (typeof CLOCK_KINDS)[number];

/** What events of a case without an entitlement are called here, by their kind. */
const UNATTACHED_KINDS = {
  attach: 'attached',
  respond: 'responded',
  hold: 'held',
  release: 'released',
  resolve: 'resolved',
  reactivate: 'reactivated',
} as const satisfies Readonly<Record<string, FollowedKind>>;

interface FactRow {
  readonly kind: FollowedKind;
  readonly at: Date;
  readonly entitlementId: string | null;
  readonly seq: number;
  readonly reason: string | null;
  readonly holds: readonly string[] | null;
  readonly definition: Omit<SlaVersion, 'slaId' | 'version'> | null;
  readonly slaId: string | null;
  readonly version: number | null;
}

/**
 * Everything on record that concerns the clocks of a case, in the order in which it happened, each attach with the
 * version of the SLA that it began under. Leaves out attaches that were given up, because another entitlement had the
 * case first.
 */
export async function readClockFacts(sql: Sql, caseId: string): Promise<readonly ClockFact[]> {
  const rows = await sql<FactRow[]>`
    with fact as (
      select kind, at, entitlement_id, seq, reason, facts -> 'holds' as holds, sla ->> 'slaId' as sla_id,
        (sla ->> 'version')::int as version
      from ledger
      where case_id = ${caseId} and kind = any(${[...CLOCK_KINDS]}) and case_after is not null
        and not case_after ? 'part' and not ${isGivenUp(sql, sql`ledger`)}
      union all
      select ${jsonParameter(sql, UNATTACHED_KINDS)}::jsonb ->> (outcome ->> 'kind'), at, null, 0, outcome ->> 'reason',
        outcome -> 'holds', null, null
      from unattached_events
      where case_id = ${caseId} and outcome ->> 'kind' = any(${Object.keys(UNATTACHED_KINDS)})
    )
    select fact.kind, fact.at, entitlement_id as "entitlementId", seq, reason, holds, fact.sla_id as "slaId",
      fact.version, definition
    from fact left join sla_versions known on known.sla_id = fact.sla_id and known.version = fact.version
    order by fact.at, entitlement_id nulls first, seq`;
  return rows.flatMap(factsOf);
}

/** The reasons that hold a case, by everything that is on record about it, wherever it was. */
export const readHolds = async (sql: Sql, caseId: string): Promise<readonly string[]> =>
  holdsOf(await readClockFacts(sql, caseId));

/** A case that is created on hold is held before its clocks start. */
function factsOf(row: FactRow): readonly ClockFact[] {
  const { kind, seq, reason, definition, slaId, version } = row;
  const at = row.at.getTime();
  const by = row.entitlementId === null ? null : entitlementId(row.entitlementId);
  const common = { at, entitlementId: by };
  switch (kind) {
    case 'attached': {
      const holds = (row.holds ?? []).map((each): ClockFact => ({ ...common, kind: 'held', reason: each }));
      if (by === null) return holds;
      const sla = definition === null || slaId === null || version === null ? null : { ...definition, slaId, version };
      return [...holds, { kind, at, entitlementId: by, seq, sla }];
    }
    case 'held':
    case 'released':
      return [{ ...common, kind, reason: reason ?? '' }];
    case 'case_canceled':
      return [{ ...common, kind: 'canceled' }];
    default:
      return [{ ...common, kind }];
  }
}
