import { firstTold } from './journal.ts';
import type { Finding, RunRecord } from './judge-record.ts';

/** The client that asks every entitlement for one more decision when all is quiet. */
export const PROBE = 'probe';

/** Everybody got an answer, every workflow goes on, no process ended by itself, and reconcile finds nothing. */
export function* judgeProgress({ journal, workflows, badEnds, notWhole, reconcile }: RunRecord): Generator<Finding> {
  for (const asked of [...journal.cases, ...journal.commands]) {
    const first = firstTold(asked);
    if (first === undefined && asked.isAbandoned !== true && asked.attempts.length > 0)
      yield { verdict: 'stuck', what: 'never got an answer', about: asked.key, evidence: asked };
    if (asked.client === PROBE && first !== undefined && first.told.seq === null)
      yield { verdict: 'stuck', what: 'was no longer decided', about: asked.key, evidence: asked };
  }
  for (const { id, type, status, troubles } of workflows) {
    if (status !== 'RUNNING') yield { verdict: 'stuck', what: `the ${type} is ${status}`, about: id };
    for (const trouble of troubles) yield { verdict: 'stuck', what: trouble, about: id };
  }
  for (const { part, how, at } of badEnds)
    yield { verdict: 'stuck', what: how, about: part, evidence: new Date(at).toISOString() };
  for (const what of notWhole) yield { verdict: 'stuck', what, about: 'the whole' };
  if (reconcile.code !== 0)
    for (const line of reconcile.lines) yield { verdict: 'differences', what: line, about: 'reconcile' };
}
