import { spilledKey, spillKey, undoKey } from '../domain/cases/case-custody.ts';
import type { CaseEvent, SpillEvent } from '../domain/cases/case-event.ts';
import { asksOthers } from '../domain/cases/spill.ts';
import type { EntitlementId } from '../domain/ids.ts';
import type { LedgerRow } from '../domain/ledger/ledger-row.ts';
import type { SpillShare } from '../domain/ledger/support-case.ts';

/** What an entitlement answered to one event: the row under the event's key, and the code of its refusal. */
export interface Answered {
  readonly row: LedgerRow | undefined;
  readonly code: string | undefined;
}

/** Has an entitlement decide one event and writes what it decided. */
export type AskEntitlement = (id: EntitlementId, event: CaseEvent) => Promise<Answered>;

/** A part that was taken, and how it was asked for. */
interface Taken extends SpillShare {
  readonly asked: SpillEvent;
}

/**
 * Shares a case as `row` of its own entitlement `of` asks: other entitlements take the minutes that do not fit into
 * what is left of `of`, or give back what they took. Then `of` is told who took what; what nobody took stays with `of`.
 *
 * A repeated call, also after one that was cut off at any step, has the same result, because each step has a key of its
 * own. When the case has changed since, a newer row says what others take: then `of` does not accept the parts, and
 * they are given back.
 */
export async function shareCase(of: EntitlementId, row: LedgerRow, ask: AskEntitlement): Promise<void> {
  const { case: shared, seq: through } = row;
  if (shared?.spill === undefined || !asksOthers(row)) return;
  const { caseId, customerId, contactId, productId, channel, spill } = shared;
  const request = { kind: 'spill', caseId, customerId, contactId, productId, channel, of, through } as const;
  const taken: Taken[] = [];
  let isCurrent = true;
  let rest = spill.minutes;
  for (const [index, to] of spill.to.entries()) {
    if (!isCurrent || (rest === 0 && !spill.holders.includes(to))) continue;
    const asked = { ...request, key: spillKey(caseId, of, through, index), minutes: rest };
    const answer = await ask(to, asked);
    isCurrent = answer.code !== 'conflict';
    const part = answer.row?.case;
    if (part == null || part.detached || part.minutes === 0) continue;
    taken.push({ entitlementId: to, minutes: part.minutes, asked });
    rest -= part.minutes;
  }
  const agreed = isCurrent ? await agree(of, row, taken, ask) : [];
  const isAgreed = ({ entitlementId }: SpillShare) => agreed.some((part) => part.entitlementId === entitlementId);
  for (const { asked, ...part } of taken)
    if (!isAgreed(part)) await ask(part.entitlementId, { ...asked, key: undoKey(asked.key), minutes: 0 });
}

/**
 * Tells the case's own entitlement who took what; returns the parts that it accepted. The first report counts: an
 * entitlement that could take nothing then may have taken something since, and that part is not accepted.
 */
async function agree(
  of: EntitlementId,
  { case: shared, seq: through }: LedgerRow,
  taken: readonly Taken[],
  ask: AskEntitlement,
): Promise<readonly SpillShare[]> {
  if (shared === null) return [];
  const { caseId } = shared;
  const parts = taken.map(({ entitlementId, minutes }) => ({ entitlementId, minutes }));
  const told = await ask(of, { kind: 'spilled', key: spilledKey(caseId, of, through), caseId, through, parts });
  return told.row?.case?.spill?.parts ?? [];
}
