import { Problem } from '../http/problem.ts';
import type { CaseOutcome } from './case-outcome.ts';
import { candidatesView } from './decision-view.ts';

/**
 * A refused outcome as problem details: with the ledger row that keeps the refusal, where there is one,
 * and for `no_entitlement` with what each entitlement of the customer said.
 */
export function problemOf(outcome: CaseOutcome): Problem {
  const { code, detail, field, repeated, entitlementId, remainingTerm, seq, considered } = outcome;
  const refused = { code: code ?? 'conflict', detail: detail ?? '', ...(field === undefined ? {} : { field }) };
  return new Problem(refused, {
    more: {
      ...(seq === null ? {} : { entitlementId, remainingTerm, seq }),
      ...(repeated ? { repeated } : {}),
      ...(considered === undefined
        ? {}
        : { candidates: candidatesView(considered, null), candidatesTotal: considered.total }),
    },
  });
}
