import type { Journal, Told } from './journal.ts';
import type { Books, Finding } from './judge-record.ts';

/** An event with its place in the ledger, and the times between which it got there. */
interface Placed {
  readonly key: string;
  readonly seq: number;
  readonly sentAt: number;
  /** When its first answer came; infinite where there is none. */
  readonly knownAt: number;
}

/**
 * The ledger agrees with real time: what was acknowledged before something else was sent to the same entitlement has
 * the lower number, and whoever reads an entitlement sees everything that was acknowledged before.
 */
export function* judgeOrder(journal: Journal, books: Books): Generator<Finding> {
  const placed = placedByEntitlement(journal, books);
  for (const [entitlementId, events] of placed) yield* outOfOrder(entitlementId, events);
  for (const reading of journal.readings) {
    const before = (placed.get(reading.entitlementId) ?? []).filter(({ knownAt }) => knownAt < reading.sentAt);
    const missing = before.find(({ seq }) => seq > reading.version);
    const about = reading.entitlementId;
    if (missing !== undefined)
      yield {
        verdict: 'inconsistent',
        what: `a reader did not see ${missing.key}, which was acknowledged before`,
        about,
        evidence: { reading, missing },
      };
    const row = books.at(reading.entitlementId, reading.version);
    if (row?.remainingAfter !== reading.remainingTerm)
      yield {
        verdict: 'inconsistent',
        what: 'a reader saw another remaining than its row has',
        about,
        evidence: { reading, row },
      };
  }
}

function placedByEntitlement({ cases, commands }: Journal, books: Books): Map<string, Placed[]> {
  const placed = new Map<string, Placed[]>();
  for (const { key, attempts } of [...cases, ...commands]) {
    const [row] = books.rowsOf(key);
    const [first] = attempts;
    if (row === undefined || first === undefined) continue;
    // An answer without a row says nothing of the order: a signal is decided later, a refusal without a row is not kept.
    const known = attempts.flatMap(({ told, endedAt }) => (isDecided(told) ? [endedAt] : []));
    const one = { key, seq: row.seq, sentAt: first.sentAt, knownAt: Math.min(...known) };
    const of = placed.get(row.entitlementId) ?? [];
    placed.set(row.entitlementId, of);
    of.push(one);
  }
  return placed;
}

const isDecided = (told: Told | null): boolean =>
  told !== null && (told.outcome === 'accepted' || (told.outcome === 'refused' && told.seq !== null));

function* outOfOrder(entitlementId: string, events: readonly Placed[]): Generator<Finding> {
  const bySent = events.toSorted((one, other) => one.sentAt - other.sentAt);
  const byKnown = events.toSorted((one, other) => one.knownAt - other.knownAt);
  let next = 0;
  let highest: Placed | undefined;
  for (const event of bySent) {
    for (let known = byKnown[next]; known !== undefined && known.knownAt < event.sentAt; known = byKnown[++next])
      if (highest === undefined || known.seq > highest.seq) highest = known;
    if (highest !== undefined && highest.seq > event.seq)
      yield {
        verdict: 'inconsistent',
        what: `${event.key} was sent after ${highest.key} was acknowledged, and has the lower number`,
        about: entitlementId,
        evidence: { event, highest },
      };
  }
}
