import type { SupportCase } from '../ledger/support-case.ts';
import type { CaseEvent, UpdateEvent } from './case-event.ts';

/**
 * What the old entitlement decided about a case while the case moved away, as events for the new one. `known` is the
 * case as the mover knew it, `last` as it left. `key` is that of the row that gave the case back: each event gets a key
 * made of it, so that it counts once.
 */
export function decidedMeanwhile(known: SupportCase, last: SupportCase, key: string): readonly CaseEvent[] {
  const { caseId, minutes, status } = last;
  const changes = changesBetween(known, last);
  const updates: readonly CaseEvent[] =
    Object.keys(changes).length === 0 ? [] : [{ kind: 'update', key: `${key}:update`, caseId, ...changes }];
  if (status === known.status || status === 'active') return updates;
  return status === 'resolved'
    ? [...updates, { kind: 'resolve', key: `${key}:resolve`, caseId, minutes }]
    : [...updates, { kind: 'cancel', key: `${key}:cancel`, caseId }];
}

type Changes = Pick<UpdateEvent, 'contactId' | 'productId' | 'channel' | 'minutes' | 'decrements'>;

const changesBetween = (known: SupportCase, last: SupportCase): Changes => ({
  ...(last.contactId === known.contactId ? {} : { contactId: last.contactId }),
  ...(last.productId === known.productId ? {} : { productId: last.productId }),
  ...(last.channel === known.channel ? {} : { channel: last.channel }),
  ...(last.minutes === known.minutes ? {} : { minutes: last.minutes }),
  ...(last.decrements === known.decrements ? {} : { decrements: last.decrements }),
});
