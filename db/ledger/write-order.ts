/**
 * Everything that writes ledgers writes the records of a table in this order, so that processes which write the same
 * records take their locks in the same order and never wait for each other in a circle.
 */
const inOrder = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

export const byId = (one: { readonly id: string }, other: { readonly id: string }): number => inOrder(one.id, other.id);

interface Numbered {
  readonly entitlement_id: string;
  readonly seq: number;
}

export const byLedgerOrder = (one: Numbered, other: Numbered): number =>
  inOrder(one.entitlement_id, other.entitlement_id) || one.seq - other.seq;
