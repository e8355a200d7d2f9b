import type { CaseOnEntitlement } from './case.ts';
import type { Entitlement } from './entitlement.ts';

/**
 * What a sender says of cases that the entitlement has forgotten can be true only if the entitlement's own sums allow it:
 * so many open cases, so much taken and held. Answers what cannot be true, or undefined.
 *
 * `claimed` are different cases, none of which the entitlement remembers better.
 */
export function untrueClaim(entitlement: Entitlement, claimed: readonly CaseOnEntitlement[]): string | undefined {
  for (const supportCase of claimed) {
    const wrong = untrueAlone(entitlement, supportCase);
    if (wrong !== undefined) return `The case ${supportCase.caseId} ${wrong}.`;
  }
  const sum = (of: (supportCase: CaseOnEntitlement) => number) => claimed.reduce((total, each) => total + of(each), 0);
  if (claimed.length > entitlement.casesEver) return 'The entitlement never had so many cases.';
  if (sum(({ taken }) => taken) > entitlement.used) return 'The cases have taken more than the entitlement has given.';
  if (sum(({ held }) => held) > entitlement.held) return 'The cases hold more than the entitlement holds.';
  const open = sum(({ status, detached }) => (status === 'active' && !detached ? 1 : 0));
  if (open > entitlement.openCases) return 'The entitlement has not so many open cases.';
  return undefined;
}

function untrueAlone({ details, seq }: Entitlement, supportCase: CaseOnEntitlement): string | undefined {
  const { rule, minutes, counted, taken, held, over, attachedSeq } = supportCase;
  if (attachedSeq > seq) return 'was attached by a row that is not written yet';
  if (rule.unit !== details.allocationType) return `counts ${rule.unit}, and the entitlement ${details.allocationType}`;
  const term = { cases: 1, hours: minutes, unlimited: 0 }[rule.unit];
  if (taken > (counted ? term : 0)) return 'has taken more than it can take';
  if (held > (rule.hold && !counted ? term : 0)) return 'holds more than it can hold';
  if (over > taken) return 'has more overage than it has taken';
  return undefined;
}
