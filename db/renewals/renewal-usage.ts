import { coveredInstants, type EpochMs } from '../../domain/calendar.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import {
  type AllotmentUse,
  type ChannelCounts,
  type LedgerCounts,
  QUARTER_DAYS,
  RECENT_DAYS,
  type RefusedCases,
  type TermUsage,
  termUsage,
} from '../../domain/renewals/term-usage.ts';
import type { AllocationType } from '../../domain/terms/allocation.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import type { ChargedAmount } from '../../domain/terms/overage-charge.ts';
import { chargedAmount } from '../ledger/charged-amount.ts';
import type { Sql } from '../postgres/sql.ts';

const DAY_MS = 86_400_000;

/**
 * The use of an entitlement up to `at`, from its ledger. One statement, which reads only the rows of this
 * entitlement, by the primary key, however many other rows there are.
 */
export async function readTermUsage(
  sql: Sql,
  { id, details }: Pick<Entitlement, 'id' | 'details'>,
  at: EpochMs,
): Promise<TermUsage> {
  const { startsAt, endsAt } = coveredInstants(details.startDate, details.endDate, details.timeZone);
  // Nothing attaches after the end, so the last 30 and 90 days are those of the term.
  const until = Math.min(at, endsAt);
  const [row] = await usageQuery(sql, id, {
    at,
    until,
    counts: details.totalTerm !== null,
    unit: details.allocationType,
  });
  if (row === undefined) throw new TypeError('A select without from returns a row.');
  const { edits, turns, uses, ...counts } = row;
  return termUsage(details, { ...counts, at, allotments: allotmentsFrom(details, { startsAt, edits, turns, uses }) });
}

/** The total from this row on, and the change. `allotment` is the number of periods that had ended before. */
interface Edit {
  readonly seq: number;
  readonly allotment: number;
  readonly total: number | null;
  readonly change: number;
}

interface Turn {
  readonly seq: number;
  readonly at: EpochMs;
  readonly remaining: number;
}

interface Use {
  readonly allotment: number;
  readonly used: number;
  readonly toppedUp: number;
  readonly lacked: number;
}

interface UsageRow extends Omit<LedgerCounts, 'at' | 'allotments'> {
  readonly edits: readonly Edit[];
  readonly turns: readonly Turn[];
  readonly uses: readonly Use[];
  readonly charged: readonly ChargedAmount[];
  readonly refused: readonly RefusedCases[];
  readonly channels: readonly ChannelCounts[];
}

interface Asked {
  readonly at: EpochMs;
  readonly until: EpochMs;
  /** False for an unlimited entitlement: its cases are counted instead of its term. */
  readonly counts: boolean;
  readonly unit: AllocationType;
}

/** Refusals that another contract might have avoided. The others are only about dates. */
const ABOUT_CONTRACT = [
  'exhausted',
  'channel_exhausted',
  'channel_not_covered',
  'product_not_covered',
  'contact_not_covered',
];
const FOR_LACK = ['exhausted', 'channel_exhausted'];

/**
 * `latest` is what became of each case: its last row that is no refusal, or else its last refusal. So a case that was
 * refused and attached later does not count as refused, and one that was refused five times counts once. The query is
 * not awaited here, so that a test can have PostgreSQL explain it.
 */
export const usageQuery = (sql: Sql, id: string, { at, until, counts, unit }: Asked) => sql<UsageRow[]>`
  with marked as materialized (
    select seq, kind, at, case_id, channel, change, use_change, open_change, overage, charge, refusal, remaining_after,
      case when kind in ('created', 'edited') then facts -> 'details' -> 'totalTerm' end as total,
      count(*) filter (where kind = 'period_started') over (order by seq) as allotment,
      case when case_id is null then 0 when ${counts} then coalesce(use_change, -change)
        else (kind = 'attached')::int - (kind = 'detached')::int end as used
    from ledger where entitlement_id = ${id} and at <= ${new Date(at)}
  ), latest as (
    select distinct on (case_id) kind, refusal, channel, allotment
    from marked where case_id is not null order by case_id, (refusal is null) desc, seq desc
  ), asked as (
    select channel, allotment, sum(cases)::float8 as cases, sum(used)::float8 as used, sum(lacked)::float8 as lacked from (
      select channel, allotment, 0 as cases, used, 0 as lacked from marked where case_id is not null and refusal is null
      union all
      select channel, allotment, (refusal is null and kind not in ('detached', 'spill_taken'))::int, 0,
        coalesce(refusal = any(${FOR_LACK}), false)::int from latest
    ) parts group by channel, allotment
  ), channels as (
    select channel, sum(cases) as cases, json_agg(json_build_object('used', used, 'lacked', lacked) order by allotment)
      filter (where used <> 0 or lacked > 0) as allotments
    from asked group by channel having sum(cases) > 0 or max(used) > 0 or sum(lacked) > 0
  )
  select
    (select extract(epoch from min(at)) * 1000 from marked where kind = 'activated')::float8 as "firstActivatedAt",
    (select coalesce(json_agg(json_build_object('seq', seq, 'allotment', allotment, 'change', change,
        'total', total) order by seq), '[]')
      from marked where kind in ('created', 'edited')) as edits,
    (select coalesce(json_agg(json_build_object('seq', seq, 'remaining', remaining_after,
        'at', (extract(epoch from at) * 1000)::float8) order by seq), '[]')
      from marked where kind = 'period_started') as turns,
    (select coalesce(json_agg(each), '[]') from (
      select m.allotment, sum(used)::float8 as used,
        coalesce(sum(change) filter (where kind = 'topped_up'), 0)::float8 as "toppedUp",
        (select count(*) from latest where latest.allotment = m.allotment and refusal = any(${FOR_LACK}))::float8 as lacked
      from marked m group by m.allotment) each) as uses,
    (select coalesce(json_agg(each), '[]') from (
      select refusal as code, channel, count(*)::float8 as cases from latest where refusal = any(${ABOUT_CONTRACT})
      group by refusal, channel order by refusal, channel) each) as refused,
    (select coalesce(json_agg(json_build_object('channel', channel, 'cases', cases,
        'allotments', coalesce(allotments, '[]')) order by channel), '[]') from channels) as channels,
    (select coalesce(json_agg(each), '[]') from (
      select charge ->> 'currency' as currency, sum(${chargedAmount(sql, unit)})::text as amount
      from marked where charge is not null
      group by 1 having sum(${chargedAmount(sql, unit)}) <> 0 order by 1) each) as charged,
    coalesce(sum(change) filter (where kind = 'topped_up'), 0)::float8 as "toppedUp",
    coalesce(sum(used) filter (where at > ${new Date(until - RECENT_DAYS * DAY_MS)}), 0)::float8 as "usedInLast30Days",
    coalesce(sum(used) filter (where at > ${new Date(until - QUARTER_DAYS * DAY_MS)}), 0)::float8 as "usedInLast90Days",
    coalesce(sum(overage), 0)::float8 as overage,
    coalesce(sum(open_change), 0)::float8 as "openCases"
  from marked`;

/** Each allotment with its grant: the total when its period began, later edits of the total, and top-ups. */
function allotmentsFrom(
  details: EntitlementDetails,
  { startsAt, edits, turns, uses }: Pick<UsageRow, 'edits' | 'turns' | 'uses'> & { startsAt: EpochMs },
): readonly AllotmentUse[] {
  const starts = [{ seq: 0, at: startsAt, remaining: 0 }, ...turns];
  return starts.map(({ seq, at, remaining }, index): AllotmentUse => {
    const use = uses.find(({ allotment }) => allotment === index);
    const total = edits.findLast((edit) => edit.seq < seq)?.total ?? 0;
    const edited = edits.filter((edit) => edit.allotment === index).reduce((sum, { change }) => sum + change, 0);
    return {
      startsAt: at,
      granted: details.totalTerm === null ? null : total + edited + (use?.toppedUp ?? 0),
      carriedIn: remaining - total,
      used: use?.used ?? 0,
      lacked: use?.lacked ?? 0,
    };
  });
}
