import type { EntitlementRow, LedgerRow } from './evidence.ts';
import type { Books, Finding, RunRecord } from './judge-record.ts';
import type { WorkflowEvidence } from './workflows.ts';

/** An entitlement in one of these states still has something to wait for, so its workflow runs. */
const LIVES = new Set(['draft', 'waiting', 'active']);

/** The rows are numbered without gaps, add up, and agree with the read model and the workflow. */
export function* judgeSums({ stored, workflows }: RunRecord, books: Books): Generator<Finding> {
  const byId = new Map(workflows.map((workflow) => [workflow.id, workflow]));
  for (const entitlement of stored.entitlements) {
    const rows = books.byEntitlement.get(entitlement.id) ?? [];
    for (const what of [...gaps(rows), ...sums(entitlement, rows), ...limits(entitlement, rows)])
      yield { verdict: 'inconsistent', what, about: entitlement.id, evidence: { entitlement, rows: rows.slice(-5) } };
    yield* ofWorkflow(entitlement, byId.get(`entitlement/${entitlement.id}`));
  }
}

function* gaps(rows: readonly LedgerRow[]): Generator<string> {
  for (const [index, { seq }] of rows.entries()) {
    if (seq === index + 1) continue;
    yield `the ledger has ${seq} where ${index + 1} is due`;
    return;
  }
}

function* sums({ remainingTerm, seq }: EntitlementRow, rows: readonly LedgerRow[]): Generator<string> {
  let sum = 0;
  for (const row of rows) {
    sum += row.change;
    if (row.remainingAfter === null || row.remainingAfter === sum) continue;
    yield `after row ${row.seq} the changes add up to ${sum}, and the row says ${row.remainingAfter}`;
    return;
  }
  if (remainingTerm !== null && remainingTerm !== sum)
    yield `the read model has ${remainingTerm}, and the changes add up to ${sum}`;
  if (seq !== rows.length) yield `the read model is at row ${seq}, and the ledger at ${rows.length}`;
}

/** With restrict no attach takes what is not there, unless an override let it. */
function* limits({ restrict, allocationType }: EntitlementRow, rows: readonly LedgerRow[]): Generator<string> {
  if (!restrict || allocationType === 'unlimited') return;
  for (const { seq, kind, change, remainingAfter, overrode } of rows)
    if (kind === 'attached' && !overrode && change < 0 && remainingAfter !== null && remainingAfter - change < 1)
      yield `row ${seq} attaches a case where nothing was left (${remainingAfter - change})`;
}

function* ofWorkflow(entitlement: EntitlementRow, workflow: WorkflowEvidence | undefined): Generator<Finding> {
  const { id: about, isDeleted, status, seq, remainingTerm } = entitlement;
  if (workflow === undefined) {
    if (!isDeleted && LIVES.has(status))
      yield { verdict: 'stuck', what: `is ${status}, and no workflow runs for it`, about, evidence: entitlement };
    return;
  }
  const { state } = workflow;
  if (state === undefined) return;
  if (state.seq !== seq || state.remainingTerm !== remainingTerm || state.status !== status)
    yield { verdict: 'inconsistent', what: 'workflow and read model differ', about, evidence: { state, entitlement } };
}
