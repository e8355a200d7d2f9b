import { asksOthers, spilledKey } from '../domain/cases/spill.ts';
import type { EntitlementId } from '../domain/ids.ts';
import type { LedgerRow } from '../domain/ledger/ledger-row.ts';
import type { SpillShare, SupportCase } from '../domain/ledger/support-case.ts';
import type { WireCaseEvent } from '../workflows/entitlements/messages.ts';

/** What an entitlement answered to one event: the row under the event's key, and whether it refused and why. */
interface Answered {
  readonly row: LedgerRow | undefined;
  readonly code: string | undefined;
}

/** Has an entitlement decide one event and writes what it decided. */
export type AskEntitlement = (id: EntitlementId, event: WireCaseEvent) => Promise<Answered>;

/**
 * Has other entitlements take the minutes of a case that do not fit into what is left of its own, `of`, or give back what
 * they took, as `row` says; then tells `of` who took what. What nobody took stays with `of`. Done again, or after it was
 * cut off at any step, it comes to the same: each step has a key of its own. What was taken and `of` does not agree to is
 * given back: the case has changed since, and a newer row says what others take.
 */
export async function shareCase(of: EntitlementId, row: LedgerRow, ask: AskEntitlement): Promise<void> {
  const { case: shared, seq: through } = row;
  if (shared?.spill === undefined || !asksOthers(row)) return;
  const { caseId, spill } = shared;
  const request = { ...factsOf(shared), kind: 'spill', of, through } as const;
  const keyOf = (index: number) => `spill:${caseId}:${of}:${through}:${index}`;
  const taken: (SpillShare & { readonly index: number })[] = [];
  let isCurrent = true;
  let agreed: readonly SpillShare[] = [];
  let rest = spill.minutes;
  for (const [index, to] of spill.to.entries()) {
    if (!isCurrent || (rest === 0 && !spill.holders.includes(to))) continue;
    const answer = await ask(to, { ...request, key: keyOf(index), minutes: rest });
    isCurrent = answer.code !== 'conflict';
    const part = answer.row?.case;
    if (part == null || part.detached || part.minutes === 0) continue;
    taken.push({ entitlementId: to, minutes: part.minutes, index });
    rest -= part.minutes;
  }
  if (isCurrent) {
    const parts = taken.map(({ entitlementId, minutes }) => ({ entitlementId, minutes }));
    const told = await ask(of, { kind: 'spilled', key: spilledKey(caseId, of, through), caseId, through, parts });
    // Who told it first counts: an entitlement that could take nothing then may have taken something now.
    agreed = told.row?.case?.spill?.parts ?? [];
  }
  const isAgreed = ({ entitlementId }: SpillShare) => agreed.some((part) => part.entitlementId === entitlementId);
  for (const part of taken)
    if (!isAgreed(part)) await ask(part.entitlementId, { ...request, key: `${keyOf(part.index)}:undo`, minutes: 0 });
}

/** What an entitlement must know of a case to say whether it covers it. */
const factsOf = ({ caseId, customerId, contactId, productId, channel }: SupportCase) => ({
  caseId,
  customerId,
  contactId,
  productId,
  channel,
});
