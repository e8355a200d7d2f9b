import type { EntitlementsGateway } from '../../temporal/entitlements-gateway.ts';
import { unpackRow } from '../../workflows/entitlements/packed.ts';
import type { EntitlementActivities, Forgotten, LedgerStore } from '../../workflows/entitlements/ports.ts';
import { countWithin, MAX_PAYLOAD_BYTES } from '../../workflows/messages/bytes.ts';

/** What entitlements' workflows ask of the world: the database, and through the gateway other entitlements. */
export const createEntitlementActivities = (
  store: LedgerStore,
  gateway: Pick<EntitlementsGateway, 'finishWritten' | 'freePredecessor'>,
): EntitlementActivities => ({
  writeLedger: ({ rows, snapshot }) => store.write({ rows: rows.map(unpackRow), snapshot }),
  finishMoves: (id, rows) => gateway.finishWritten(id, rows.map(unpackRow)),
  finishSpills: (id, rows) => gateway.finishWritten(id, rows.map(unpackRow)),
  freePredecessor: (successor) => gateway.freePredecessor(successor),
  loadForgotten: async (id, cases, keys) => inOnePayload(await store.loadForgotten(id, cases, keys)),
});

/** As many of the cases, and then of the rows, as one payload holds; `left` names the rest. */
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
