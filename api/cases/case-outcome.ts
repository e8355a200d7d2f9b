import type { CaseContext } from '../../db/cases/case-contexts.ts';
import type { CaseRecord, CaseWithout } from '../../db/cases/cases.ts';
import type { EntitlementId } from '../../domain/ids.ts';
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
  /** The case after the event, as its entitlement knows it; null for a case without one. */
  readonly case: SupportCase | null;
  /** The case after the event where it has no entitlement. */
  readonly without: CaseWithout | null;
  /** Why this entitlement was picked, in words; of an attach alone. */
  readonly explanation: string | null;
  /** Whether the case may have an SLA: the row that attached it says which, and the due times. */
  readonly mayHaveSla: boolean;
}

/** What is told of one event among many. */
export type CaseEventResult = Omit<CaseOutcome, 'case' | 'without' | 'explanation' | 'mayHaveSla'>;

type RecordTimes = 'createdAt' | 'updatedAt';

/** A case after an event, as it is answered: with its record's times where that had to be read. */
export type CaseAfterEvent = Omit<CaseRecord, RecordTimes> &
  Partial<Pick<CaseRecord, RecordTimes>> &
  Pick<CaseOutcome, 'seq' | 'change' | 'remainingTerm'>;

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
 * What an entitlement answered about a case, by the row that says so alone; `before`, the case as it was on record, says
 * only whether it is worth a look for an SLA.
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

function refusalOf(code: RefusalCode, detail = '') {
  const field = REFUSAL_FIELD[code];
  return field === undefined ? { code, detail } : { code, detail, field };
}
