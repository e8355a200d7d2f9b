const inOrder = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/**
 * The order in which everything that writes ledgers writes records with an id. So processes that write the same records
 * take their locks in the same order, and never wait for each other in a circle.
 */
export const byId = (one: { readonly id: string }, other: { readonly id: string }): number => inOrder(one.id, other.id);

interface Numbered {
  readonly entitlement_id: string;
  readonly seq: number;
}

/** The same for ledger rows. */
export const byLedgerOrder = (one: Numbered, other: Numbered): number =>
  inOrder(one.entitlement_id, other.entitlement_id) || one.seq - other.seq;
