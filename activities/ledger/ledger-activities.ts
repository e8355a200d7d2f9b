import type { EntitlementId } from '../../domain/ids.ts';
import type { LedgerRow } from '../../domain/ledger/ledger-row.ts';
import { unpackRow } from '../../workflows/entitlements/packed.ts';
import type {
  EntitlementActivities,
  Forgotten,
  FormerSuccessor,
  LedgerStore,
} from '../../workflows/entitlements/ports.ts';
import { countWithin, MAX_PAYLOAD_BYTES } from '../../workflows/messages/bytes.ts';

export const createEntitlementActivities = (
  store: LedgerStore,
  gateway: {
    finishMoveOf(id: EntitlementId, row: LedgerRow): Promise<void>;
    finishSpill(id: EntitlementId, row: LedgerRow): Promise<void>;
    freePredecessor(successor: FormerSuccessor): Promise<void>;
  },
): EntitlementActivities => ({
  writeLedger: ({ rows, snapshot }) => store.write({ rows: rows.map(unpackRow), snapshot }),
  finishMoves: async (id, rows) => {
    for (const row of rows) await gateway.finishMoveOf(id, unpackRow(row));
  },
  finishSpills: async (id, rows) => {
    for (const row of rows) await gateway.finishSpill(id, unpackRow(row));
  },
  freePredecessor: (successor) => gateway.freePredecessor(successor),
  loadForgotten: async (id, cases, keys) => inOnePayload(await store.loadForgotten(id, cases, keys)),
});

/** As many of the cases, and then of the rows, as one payload holds. */
function inOnePayload({ cases, rows, snapshot, elsewhere }: Forgotten): Forgotten {
  const found = [...cases, ...rows];
  const count = countWithin(found, { most: found.length, size: MAX_PAYLOAD_BYTES });
  if (count >= found.length) return { cases, rows, snapshot, elsewhere };
  const leftCases = cases.slice(count).map(({ caseId }) => caseId);
  const leftRows = rows.slice(Math.max(0, count - cases.length));
  return {
    cases: cases.slice(0, count),
    rows: rows.slice(0, rows.length - leftRows.length),
    snapshot,
    elsewhere,
    left: { cases: leftCases, keys: leftRows.flatMap(({ key }) => (key === null ? [] : [key])) },
  };
}
