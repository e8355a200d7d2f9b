import type { CaseContext, KeyRow } from '../../db/cases/case-contexts.ts';
import type { CaseRecord, CaseWithout } from '../../db/cases/cases.ts';
import type { CaseEvent } from '../../domain/cases/case-event.ts';
import type { CaseRequest } from '../../domain/cases/case-request.ts';
import { type FirstAnswered, firstAnswered } from '../../domain/cases/case-routing.ts';
import type { Considered } from '../../domain/cases/considered.ts';
import { type EntitlementId, entitlementId } from '../../domain/ids.ts';
import type { SupportCase } from '../../domain/ledger/support-case.ts';
import { REFUSAL_FIELD, type Refusal, type RefusalCode } from '../../domain/refusals.ts';
import type { CommittedAnswer } from './group-commit.ts';

/** What became of a case event. */
export interface CaseOutcome {
  readonly key: string;
  readonly caseId: string;
  readonly outcome: 'accepted' | 'refused';
  readonly repeated: boolean;
  readonly entitlementId: string | null;
  readonly seq: number | null;
  /** Added to what remains, in cases or minutes. */
  readonly change: number;
  readonly remainingTerm: number | null;
  readonly code?: RefusalCode;
  readonly detail?: string;
  readonly field?: string;
  /** Why the customer's entitlements do not take the case; of a refusal `no_entitlement` alone. */
  readonly considered?: Considered;
  /** The case after the event, as its entitlement knows it; null for a case without one. */
  readonly case: SupportCase | null;
  /** The case after the event where it has no entitlement. */
  readonly without: CaseWithout | null;
  /** Why this entitlement was picked, in words; of an attach alone. */
  readonly explanation: string | null;
  /** Whether the case may have an SLA: the row that attached it says which, and the due times. */
  readonly mayHaveSla: boolean;
}

/** The outcome as the answer to a list of events shows it. */
export type CaseEventResult = Omit<CaseOutcome, 'case' | 'without' | 'explanation' | 'mayHaveSla' | 'considered'>;

export const resultOf = ({
  case: _case,
  without: _without,
  explanation: _explanation,
  mayHaveSla: _mayHaveSla,
  considered: _considered,
  ...result
}: CaseOutcome): CaseEventResult => result;

type RecordTimes = 'createdAt' | 'updatedAt';

/** A case after an event, as it is answered: with the times of its record where the record was read. */
export type CaseAfterEvent = Omit<CaseRecord, RecordTimes> &
  Partial<Pick<CaseRecord, RecordTimes>> &
  Pick<CaseOutcome, 'seq' | 'change' | 'remainingTerm'>;

/** An outcome without any decision of an entitlement. */
export const nothingDecided = ({ key, caseId }: { readonly key: string; readonly caseId: string }) =>
  ({
    key,
    caseId,
    repeated: false,
    entitlementId: null,
    seq: null,
    change: 0,
    remainingTerm: null,
    case: null,
    without: null,
    explanation: null,
    mayHaveSla: false,
  }) as const;

export const refusedOutcome = (
  event: { readonly key: string; readonly caseId: string },
  { code, detail, field }: Refusal,
): CaseOutcome => ({
  ...nothingDecided(event),
  outcome: 'refused',
  code,
  detail,
  ...(field === undefined ? {} : { field }),
});

type AnswerWithRow = Omit<CommittedAnswer, 'row'> & {
  readonly row:
    | { change: number; remainingAfter: number | null; case: SupportCase | null; detail: string | null }
    | undefined;
};

/**
 * The outcome of what the entitlement `id` answered. All of it comes from the row of the decision; `before`, the case
 * as it was on record, only says whether the case may have an SLA.
 */
export const outcomeOf = (
  event: { readonly key: string; readonly caseId: string },
  id: EntitlementId,
  { row, ...answer }: AnswerWithRow,
  before: CaseContext['case'],
): CaseOutcome => ({
  key: event.key,
  caseId: event.caseId,
  outcome: answer.outcome,
  repeated: answer.repeated,
  entitlementId: answer.entitlementId === undefined ? id : answer.entitlementId,
  seq: answer.seq,
  change: row?.change ?? 0,
  remainingTerm: row?.remainingAfter ?? null,
  case: row?.case ?? null,
  without: null,
  explanation: row == null || answer.outcome === 'refused' ? null : row.detail,
  mayHaveSla: answer.hasSla || answer.repeated || (before !== null && before.slaId !== null),
  ...(answer.code === undefined ? {} : refusalOf(answer.code, answer.detail)),
});

/**
 * The outcome that the key had when it first came, on whichever entitlement or on none; undefined for a new key.
 * Refuses `idempotency_conflict` for other content.
 */
export function firstOutcome(request: CaseRequest, context: CaseContext): CaseOutcome | undefined {
  const first = firstAnswered(request, context);
  return first && outcomeOfFirst(request.event, first, context);
}

/** The same for a request that has been routed to its first answer. */
export function outcomeOfFirst(event: CaseEvent, first: FirstAnswered, context: CaseContext): CaseOutcome {
  const { rowOfKey, unattachedKey } = context;
  if (first.by === 'refusal') return { ...refusedOutcome(event, first.refused), repeated: first.repeated };
  if (first.by === 'unattached')
    return { ...nothingDecided(event), outcome: 'accepted', repeated: true, without: unattachedKey?.after ?? null };
  if (rowOfKey === null) throw new TypeError('A key that is answered by a row has a row.');
  return outcomeOfRow(event, rowOfKey, context.case);
}

const outcomeOfRow = (event: CaseEvent, row: KeyRow, before: CaseContext['case']): CaseOutcome =>
  outcomeOf(
    event,
    entitlementId(row.entitlementId),
    {
      outcome: row.refusal === null ? 'accepted' : 'refused',
      repeated: true,
      seq: row.seq,
      ...(row.refusal === null ? {} : { code: row.refusal, detail: row.detail ?? '' }),
      row: { change: row.change, remainingAfter: row.remainingAfter, case: row.caseAfter, detail: row.detail },
      hasSla: false,
    },
    before,
  );

function refusalOf(code: RefusalCode, detail = '') {
  const field = REFUSAL_FIELD[code];
  return field === undefined ? { code, detail } : { code, detail, field };
}
