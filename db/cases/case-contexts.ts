import type postgres from 'postgres';
import type { CaseMove } from '../../domain/cases/case-custody.ts';
import type { PickSettings } from '../../domain/cases/matching.ts';
import type { RowKind } from '../../domain/ledger/ledger-row.ts';
import type { SupportCase } from '../../domain/ledger/support-case.ts';
import type { RefusalCode } from '../../domain/refusals.ts';
import { grouped } from '../postgres/batcher.ts';
import { jsonParameter } from '../postgres/connect.ts';
import type { Sql } from '../postgres/sql.ts';
import type { CaseWithout } from './cases.ts';

/** What a case event names. */
export interface ContextQuestion {
  readonly caseId: string;
  readonly key: string;
  /** The entitlement that the event names; else the one that the case has. */
  readonly entitlementId: string | null;
  readonly customerId: string | null;
  readonly contactId: string | null;
  readonly productId: string | null;
  readonly channel: string | null;
}

/** What the database knows about it, all at one moment. */
export interface CaseContext {
  readonly case: {
    readonly customerId: string;
    readonly contactId: string | null;
    readonly productId: string | null;
    readonly channel: string | null;
    readonly title: string | null;
    readonly status: 'active' | 'resolved' | 'canceled';
    readonly minutes: number;
    readonly decrements: boolean;
    readonly entitlementId: string | null;
    readonly slaId: string | null;
    /** The row of its entitlement's ledger that it is known by. */
    readonly entitlementSeq: number | null;
    /** Counts its changes while it has no entitlement. */
    readonly version: number;
    /** In one word, how it came to its entitlement, or why it has none. */
    readonly reason: string;
  } | null;
  readonly entitlement: { readonly id: string; readonly generation: number; readonly customerId: string } | null;
  /** The case as its entitlement's ledger last had it. */
  readonly onEntitlement: SupportCase | null;
  /** The row that the key made, on whichever entitlement. */
  readonly rowOfKey: KeyRow | null;
  /** What came with the key when it spoke of a case without an entitlement. */
  readonly unattachedKey: {
    readonly fingerprint: string;
    /** The case after the event; absent from events from before it was kept with them. */
    readonly after: CaseWithout | null;
  } | null;
  /** The move that brought the case where it is, while the entitlement that it came from has not given back yet. */
  readonly unfinishedMove: CaseMove | null;
  readonly customerExists: boolean;
  /** The customer of the named contact. */
  readonly contactOf: string | null;
  readonly productExists: boolean;
  readonly settings: PickSettings & { readonly demandEntitlement: boolean; readonly spill: boolean };
  /** The named channel is in the organisation's list. */
  readonly channelListed: boolean;
}

export interface KeyRow {
  readonly entitlementId: string;
  readonly seq: number;
  readonly kind: RowKind;
  readonly fingerprint: string;
  readonly change: number;
  readonly remainingAfter: number | null;
  readonly refusal: RefusalCode | null;
  readonly detail: string | null;
  readonly caseAfter: SupportCase | null;
  /** It attached a case that another entitlement had first, and has given it up. */
  readonly isGivenUp: boolean;
}

const GROUPS_IN_FLIGHT = 2;
const MAX_LISTS_PER_GROUP = 200;
const QUESTIONS_WORTH_A_GROUP = 100;

/** Answers what case events need to know; all questions of a moment in one statement. */
export function createCaseContexts(
  sql: Sql,
): (questions: readonly ContextQuestion[]) => Promise<readonly CaseContext[]> {
  const ask = grouped<readonly ContextQuestion[], readonly CaseContext[]>(
    async (lists) => {
      const answers = await readContexts(sql, lists.flat());
      let from = 0;
      return lists.map((list) => {
        const own = answers.slice(from, from + list.length);
        from += list.length;
        return own;
      });
    },
    {
      inFlight: GROUPS_IN_FLIGHT,
      maxItems: MAX_LISTS_PER_GROUP,
      overlapFrom: QUESTIONS_WORTH_A_GROUP,
      weight: (questions) => questions.length,
    },
  );
  return async (questions) => await ask(questions);
}

/**
 * Whether a ledger row attached a case that another entitlement had first: the case was given up again, or is just being
 * given up. One that another entitlement took over from this very stay is on its way, and not given up.
 */
export const isGivenUp = (sql: Sql, row: postgres.Fragment) => sql`
  (${row}.kind = 'attached' and (
    exists (select from ledger lost where lost.entitlement_id = ${row}.entitlement_id
      and lost.key = 'lost:' || ${row}.case_id || ':' || ${row}.seq)
    or (exists (select from cases where cases.id = ${row}.case_id
        and cases.entitlement_id is distinct from ${row}.entitlement_id)
      and exists (select from (
          select case_after from ledger here
          where here.case_id = ${row}.case_id and here.entitlement_id = ${row}.entitlement_id and case_after is not null
          order by seq desc limit 1) newest
        where not newest.case_after ? 'detached' and (newest.case_after ->> 'attachedSeq')::int = ${row}.seq)
      and not exists (select from ledger taken where taken.case_id = ${row}.case_id and taken.kind = 'attached'
        and taken.facts ->> 'movedFromId' = ${row}.entitlement_id
        and (taken.case_after -> 'movedFrom' ->> 'seq')::int >= ${row}.seq))))`;

async function readContexts(sql: Sql, questions: readonly ContextQuestion[]): Promise<readonly CaseContext[]> {
  return await sql<CaseContext[]>`
    select
      case when c.id is not null then json_build_object(
        'customerId', c.customer_id, 'contactId', c.contact_id, 'productId', c.product_id, 'channel', c.channel,
        'title', c.title, 'status', c.status, 'minutes', c.minutes, 'decrements', c.decrement_entitlement_term,
        'entitlementId', c.entitlement_id, 'entitlementSeq', c.entitlement_seq,
        'reason', c.reason,
        'version', coalesce(c.version, 0), 'slaId', c.sla_id) end as "case",
      case when e.id is not null then json_build_object(
        'id', e.id, 'generation', e.generation, 'customerId', e.customer_id) end as entitlement,
      last.case_after as "onEntitlement",
      case when k.seq is not null then json_build_object(
        'entitlementId', k.entitlement_id, 'seq', k.seq, 'kind', k.kind, 'fingerprint', k.fingerprint,
        'change', k.change, 'remainingAfter', k.remaining_after, 'refusal', k.refusal, 'detail', k.detail,
        'caseAfter', k.case_after,
        'isGivenUp', k.is_given_up) end as "rowOfKey",
      case when u.key is not null then json_build_object(
        'fingerprint', u.fingerprint, 'after', u.outcome -> 'case') end as "unattachedKey",
      case when source.case_after is not null and not source.case_after ? 'detached'
          and (source.case_after ->> 'attachedSeq')::int <= c.moved_from_seq then json_build_object(
        'caseId', c.id, 'from', c.moved_from, 'through', c.moved_from_seq, 'to', c.entitlement_id,
        'seq', (select case_after -> 'attachedSeq' from ledger
          where ledger.case_id = c.id and ledger.entitlement_id = c.entitlement_id and case_after is not null
          order by seq desc limit 1)) end as "unfinishedMove",
      cu.id is not null as "customerExists",
      co.customer_id as "contactOf",
      p.id is not null as "productExists",
      q.channel = any(s.channels) as "channelListed",
      json_build_object('autoApplyDefaultOnCaseCreate', s.auto_apply_default_on_case_create,
        'autoApplyDefaultOnCaseUpdate', s.auto_apply_default_on_case_update, 'matching', s.matching,
        'demandEntitlement', s.demand_entitlement, 'spill', s.spill) as settings
    from jsonb_to_recordset(${jsonParameter(
      sql,
      questions.map((question, n) => ({ n, ...question })),
    )}) as
      q ("caseId" text, key text, "entitlementId" text, "customerId" text, "contactId" text, "productId" text,
        channel text, n int)
    cross join settings s
    left join cases c on c.id = q."caseId"
    left join entitlements e on e.id = coalesce(q."entitlementId", c.entitlement_id) and not e.deleted
    left join lateral (
      select *, ${isGivenUp(sql, sql`ledger`)} as is_given_up from ledger where ledger.key = q.key
      order by is_given_up, ledger.entitlement_id is not distinct from c.entitlement_id desc limit 1) k on true
    left join lateral (
      select case_after from ledger
      where c.moved_from is not null and ledger.case_id = c.id and ledger.entitlement_id = c.moved_from
        and case_after is not null
      order by seq desc limit 1) source on true
    left join lateral (
      select case_after from ledger
      where ledger.case_id = q."caseId" and ledger.entitlement_id = e.id and case_after is not null
      order by seq desc limit 1) last on true
    left join unattached_events u on u.key = q.key
    left join customers cu on cu.id = q."customerId"
    left join contacts co on co.id = q."contactId"
    left join products p on p.id = q."productId"
    order by n`;
}
