import type { Entitlement } from '../entitlements/entitlement.ts';
import type { SupportCase } from '../ledger/support-case.ts';
import { type Bought, boughtUnits } from '../terms/bought.ts';

/**
 * Checks what a sender claims about cases that the entitlement's workflow has forgotten. The claim can be true only
 * within the entitlement's own sums, less the cases that the workflow remembers: cases ever attached, open cases, taken
 * and held. Returns in words what cannot be true, or undefined. `claimed` must be different cases, none of them
 * `remembered`.
 */
export function untrueClaim(
  entitlement: Entitlement,
  remembered: Iterable<SupportCase>,
  claimed: readonly SupportCase[],
): string | undefined {
  for (const supportCase of claimed) {
    const wrong = untrueAlone(entitlement, supportCase);
    if (wrong !== undefined) return `The case ${supportCase.caseId} ${wrong}.`;
  }
  const { casesEver, openCases, used, held, bought } = entitlement;
  const known = sumOf(remembered);
  const told = sumOf(claimed);
  if (told.cases > casesEver - known.cases) return 'So many other cases never attached to the entitlement.';
  if (told.taken > used + boughtEver(bought) - known.taken)
    return 'The cases have taken more than was taken from the entitlement.';
  if (told.held > held - known.held) return 'The cases hold more than the entitlement holds.';
  if (told.open > openCases - known.open) return 'The entitlement does not have so many other open cases.';
  return undefined;
}

/** Cases or minutes that were bought, in this period and before. Cases took them too, beside what is `used`. */
const boughtEver = (bought: Bought | undefined): number =>
  boughtUnits(bought) + (bought?.earlier.reduce((sum, { units }) => sum + units, 0) ?? 0);

function sumOf(cases: Iterable<SupportCase>) {
  const sum = { cases: 0, open: 0, taken: 0, held: 0 };
  for (const { status, detached, taken, held } of cases) {
    sum.cases += 1;
    sum.taken += taken;
    sum.held += held;
    if (status === 'active' && !detached) sum.open += 1;
  }
  return sum;
}

function untrueAlone({ details, seq }: Entitlement, supportCase: SupportCase): string | undefined {
  const { rule, minutes, counted, taken, held, over, attachedSeq } = supportCase;
  if (attachedSeq > seq) return 'was attached by a row that is not written yet';
  if (rule.unit !== details.allocationType) return `counts ${rule.unit}, and the entitlement ${details.allocationType}`;
  const term = { cases: 1, hours: minutes, unlimited: 0 }[rule.unit];
  if (taken > (counted ? term : 0)) return 'has taken more than it can take';
  if (held > (rule.hold && !counted ? term : 0)) return 'holds more than it can hold';
  if (over > taken) return 'has more overage than it has taken';
  return undefined;
}
