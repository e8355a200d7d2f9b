import { Problem } from '../http/problem.ts';
import type { CaseOutcome } from './case-outcome.ts';

/** A refused outcome as problem details: with the ledger row that keeps the refusal, where there is one. */
export function problemOf({ code, detail, field, repeated, entitlementId, remainingTerm, seq }: CaseOutcome): Problem {
  const refused = { code: code ?? 'conflict', detail: detail ?? '', ...(field === undefined ? {} : { field }) };
  return new Problem(refused, {
    more: {
      ...(seq === null ? {} : { entitlementId, remainingTerm, seq }),
      ...(repeated ? { repeated } : {}),
    },
  });
}
