import { lifeRow, type Origin, type RowDraft, type RowFacts } from '../ledger/ledger-row.ts';
import { type Decided, refuse } from '../refusals.ts';
import { withoutAnchor } from '../terms/anchor-day.ts';
import { type EntitlementDetails, problemWithDetails } from '../terms/details.ts';
import { boughtOf } from './balance.ts';
import type { Entitlement } from './entitlement.ts';

/** Cases that attached were counted in this unit and for this customer: another one would falsify their use. */
const FIXED_BY_CASES = ['allocationType', 'customerId'] as const;

/** The successor starts at the instant that the first two give, and a grace would go on beside it. */
const FIXED_BY_SUCCESSOR = ['endDate', 'timeZone', 'graceDays'] as const;

/**
 * Changes the fields of a draft that `changes` names. A new total changes what remains by the difference. Refuses
 * `validation_failed` for details that do not fit, and `wrong_state` with the field that can no longer change because
 * of the cases, the successor or the top-ups that the entitlement has.
 */
export function decideEdit(
  entitlement: Entitlement,
  changes: Partial<EntitlementDetails>,
  origin: Origin,
): Decided<RowDraft> {
  const startChanges = changes.startDate !== undefined && changes.startDate !== entitlement.details.startDate;
  const details = { ...(startChanges ? withoutAnchor(entitlement.details) : entitlement.details), ...changes };
  const refused = problemWithDetails(details);
  if (refused !== undefined) return { refused };
  const isChanged = (field: keyof EntitlementDetails) =>
    details[field] !== entitlement.details[field] && !isNoGrace(field, details, entitlement.details);
  const { renewedById } = entitlement;
  const fixedBySuccessor = FIXED_BY_SUCCESSOR.find(isChanged);
  if (renewedById !== null && fixedBySuccessor !== undefined)
    return refuse(
      'wrong_state',
      `The successor ${renewedById} begins where this one ends: ${fixedBySuccessor} can no longer change.`,
      fixedBySuccessor,
    );
  const fixedByCases = FIXED_BY_CASES.find(isChanged);
  if (fixedByCases !== undefined && entitlement.casesEver > 0)
    return refuse('wrong_state', `Cases have attached: ${fixedByCases} can no longer change.`, fixedByCases);
  if (isChanged('allocationType') && hasTopUps(entitlement))
    return refuse('wrong_state', 'There are top-ups: allocationType can no longer change.', 'allocationType');
  const change = (details.totalTerm ?? 0) - (entitlement.details.totalTerm ?? 0);
  const facts = { details, before: changedFields(entitlement.details, details) };
  return lifeRow(origin, 'edited', change === 0 ? facts : { ...facts, ...currentBought(entitlement) }, change);
}

/** Whether both have no grace, one by saying so and the other by saying nothing. */
const isNoGrace = (field: keyof EntitlementDetails, one: EntitlementDetails, other: EntitlementDetails): boolean =>
  field === 'graceDays' && (one.graceDays ?? 0) === (other.graceDays ?? 0);

/**
 * Writes down what is owed before the total changes. Otherwise a total below what is used would look like a debt,
 * because `boughtOf` takes a negative remaining term for one where nothing is recorded.
 */
const currentBought = (entitlement: Entitlement): RowFacts =>
  entitlement.bought !== undefined || entitlement.decidesAsVersion1 ? {} : { bought: boughtOf(entitlement) };

const hasTopUps = ({ topUps, topUpsAhead = [] }: Entitlement): boolean => topUps.length + topUpsAhead.length > 0;

/** The fields that differ, with their values before the edit. */
function changedFields(before: EntitlementDetails, after: EntitlementDetails): Partial<EntitlementDetails> {
  const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
  // A field that older details do not have was null, but for the grace, which was 0.
  const added = Object.fromEntries(
    Object.keys(after).flatMap((field) => (field in before ? [] : [[field, field === 'graceDays' ? 0 : null]])),
  );
  return Object.fromEntries(
    Object.entries({ ...added, ...before }).filter(
      ([field, value]) => !isSame(value, after[field as keyof EntitlementDetails]),
    ),
  );
}
