import type { CaseMove } from '../../domain/cases/case-custody.ts';
import type { PickSettings } from '../../domain/cases/picking.ts';
import type { SupportCase } from '../../domain/ledger/support-case.ts';
import { type NamedRecords, namedColumns, namedJoins } from '../directory/named-records.ts';
import { isGivenUp } from '../ledger/case-ownership.ts';
import { columnsAsJson, type LedgerFields } from '../ledger/ledger-columns.ts';
import { batched } from '../postgres/batcher.ts';
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

/** What the database knows about it, read at one moment. */
export interface CaseContext extends Omit<NamedRecords, 'settings'> {
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
    /** The row of its entitlement's ledger that the case's record was last made from. */
    readonly entitlementSeq: number | null;
    /** Counts its changes while it has no entitlement. */
    readonly version: number;
    /** One word for how it got its entitlement, or why it has none. */
    readonly reason: string;
  } | null;
  readonly entitlement: { readonly id: string; readonly generation: number; readonly customerId: string } | null;
  /** The case after the newest row that the named entitlement's ledger has of it. */
  readonly onEntitlement: SupportCase | null;
  /** The ledger row of the key, whichever entitlement has it. */
  readonly rowOfKey: KeyRow | null;
  /** The event of the key, where it was about a case without an entitlement. */
  readonly unattachedKey: {
    readonly fingerprint: string;
    /** The case after the event; null for events of versions that did not keep it. */
    readonly after: CaseWithout | null;
  } | null;
  /**
   * The move that brought the case to its entitlement, while the entitlement before has not given back its term yet.
   */
  readonly unfinishedMove: CaseMove | null;
  readonly settings: PickSettings & { readonly demandEntitlement: boolean; readonly spill: boolean };
}

const KEY_ROW_COLUMNS = ['seq', 'kind', 'fingerprint', 'change', 'remaining_after', 'refusal', 'detail'] as const;

/** A row with a key has a fingerprint. */
export interface KeyRow extends Omit<LedgerFields<(typeof KEY_ROW_COLUMNS)[number]>, 'fingerprint'> {
  readonly entitlementId: string;
  readonly fingerprint: string;
  readonly caseAfter: SupportCase | null;
  /**
   * The row attached a case that another entitlement had first, and the row's own entitlement has given the case up.
   */
  readonly isGivenUp: boolean;
}

const STATEMENTS_IN_FLIGHT = 2;
const MAX_LISTS_PER_STATEMENT = 200;
const QUESTIONS_WORTH_A_STATEMENT = 100;

/** Answers, in order, what case events need to know. All questions of one moment are read by one statement. */
export function createCaseContexts(
  sql: Sql,
): (questions: readonly ContextQuestion[]) => Promise<readonly CaseContext[]> {
  const ask = batched<readonly ContextQuestion[], readonly CaseContext[]>(
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
      name: 'case_contexts',
      inFlight: STATEMENTS_IN_FLIGHT,
      maxItems: MAX_LISTS_PER_STATEMENT,
      overlapFrom: QUESTIONS_WORTH_A_STATEMENT,
      weight: (questions) => questions.length,
    },
  );
  return async (questions) => await ask(questions);
}

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
        'entitlementId', k.entitlement_id, ${columnsAsJson(sql, KEY_ROW_COLUMNS, 'k')},
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
      ${namedColumns(sql)},
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
    ${namedJoins(sql)}
    order by n`;
}
