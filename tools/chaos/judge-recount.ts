import type { EntitlementRow, LedgerRow } from './evidence.ts';
import type { AskedCase, Journal } from './journal.ts';
import type { Books, Finding, RunRecord } from './judge-record.ts';

/**
 * A bookkeeper of the judge's own: it takes from the ledger only the order of the events, and from the clients what they
 * asked for, and works out by the rules what each row must change. It shares no code with `domain/`. It does not count
 * where a case is shared by several entitlements, or where the price of what goes past the term decides.
 */
export function* judgeRecount({ stored, journal }: RunRecord, books: Books): Generator<Finding> {
  const asked = new Map(journal.cases.map((one) => [one.key, one]));
  for (const entitlement of stored.entitlements) {
    if (entitlement.allocationType === 'unlimited' || entitlement.hasPrice) continue;
    const book = new Book(entitlement, asked);
    for (const row of books.byEntitlement.get(entitlement.id) ?? []) {
      const wrong = book.enter(row);
      if (wrong !== undefined)
        yield { verdict: 'inconsistent', what: `row ${row.seq} ${wrong}`, about: entitlement.id, evidence: row };
    }
  }
}

interface Entry {
  status: string;
  minutes: number;
  taken: number;
  /** What it takes is not worked out: it is shared, or was set not to take anything. */
  isAdopted: boolean;
}

const CASE_ROWS = new Set([
  'attached',
  'repeated_attach',
  'updated',
  'resolved',
  'case_canceled',
  'reactivated',
  'decremented',
  'detached',
]);

class Book {
  readonly #terms: EntitlementRow;
  readonly #asked: ReadonlyMap<string, AskedCase>;
  readonly #entries = new Map<string, Entry>();
  #turns = 0;

  constructor(terms: EntitlementRow, asked: ReadonlyMap<string, AskedCase>) {
    this.#terms = terms;
    this.#asked = asked;
  }

  /** What is wrong with the row; undefined where it is as it must be. */
  enter(row: LedgerRow): string | undefined {
    if (row.kind === 'refused') return row.change === 0 ? undefined : `is refused and changes ${row.change}`;
    if (row.kind === 'period_started') this.#turns += 1;
    if (row.caseId === null || !CASE_ROWS.has(row.kind)) return undefined;
    const before = this.#entries.get(row.caseId);
    const after = this.#after(row, before);
    this.#entries.set(row.caseId, after);
    const wrong = this.#statusOf(row, after);
    if (wrong !== undefined) return wrong;
    // What was taken in an earlier period does not come back into this one.
    if (after.isAdopted || this.#turns > 0) {
      after.taken = (before?.taken ?? 0) + (row.useChange ?? -row.change);
      return undefined;
    }
    const change = (before?.taken ?? 0) - after.taken;
    return change === row.change ? undefined : `changes ${row.change} where the rules say ${change}`;
  }

  #statusOf({ kind, after: said }: LedgerRow, { status, minutes }: Entry): string | undefined {
    if (said === null || kind === 'detached') return undefined;
    if (said.status !== status) return `leaves the case ${said.status} where the rules say ${status}`;
    return said.minutes === minutes ? undefined : `leaves ${said.minutes} minutes where ${minutes} were reported`;
  }

  #after(row: LedgerRow, before: Entry | undefined): Entry {
    const asked = row.key === null ? undefined : this.#asked.get(row.key);
    const said = row.after;
    // A case that comes from elsewhere brings its status and its minutes along.
    const known = before ?? {
      status: said?.status ?? 'active',
      minutes: said?.minutes ?? 0,
      taken: 0,
      isAdopted: false,
    };
    const isAdopted =
      known.isAdopted || said?.isShared === true || said?.decrements === false || row.kind === 'decremented';
    switch (row.kind) {
      case 'attached': {
        const isMove = asked === undefined || asked.kind !== 'attach';
        const status = isMove ? (said?.status ?? 'active') : 'active';
        const minutes = isMove ? (said?.minutes ?? 0) : (asked.content.minutes ?? 0);
        return this.#settled({
          status,
          minutes,
          taken: 0,
          isAdopted: said?.isShared === true || said?.decrements === false,
        });
      }
      case 'resolved':
        return this.#settled({
          ...known,
          status: 'resolved',
          minutes: asked?.content.minutes ?? known.minutes,
          isAdopted,
        });
      case 'case_canceled':
        return { ...known, status: 'canceled', taken: 0, isAdopted };
      case 'reactivated':
        return this.#settled({ ...known, status: 'active', isAdopted });
      case 'detached':
        return { ...known, taken: 0, isAdopted };
      case 'updated': {
        // The rows of a change of channel but its last have no key: they give back, and the last takes again.
        const minutes =
          asked === undefined ? (said?.minutes ?? known.minutes) : (asked.content.minutes ?? known.minutes);
        return this.#settled({ ...known, minutes, isAdopted: isAdopted || row.key === null });
      }
      default:
        return { ...known, isAdopted };
    }
  }

  /** With what the case takes in this state. */
  #settled(entry: Entry): Entry {
    const term = this.#terms.allocationType === 'cases' ? 1 : entry.minutes;
    const takes =
      entry.status !== 'canceled' && (this.#terms.decreaseRemainingOn === 'creation' || entry.status === 'resolved');
    return { ...entry, taken: takes ? term : 0 };
  }
}

/** At each moment a case is on one entitlement at most, and in the end where its record says. */
export function* judgeCustody({ stored, workflows: _workflows }: RunRecord, books: Books): Generator<Finding> {
  const holders = new Map<string, Set<string>>();
  for (const [entitlementId, rows] of books.byEntitlement)
    for (const { caseId, kind, after } of rows) {
      if (caseId === null || after === null || kind === 'spill_taken') continue;
      const of = holders.get(caseId) ?? new Set();
      holders.set(caseId, of);
      if (after.isDetached) of.delete(entitlementId);
      else of.add(entitlementId);
    }
  for (const { id, entitlementId } of stored.cases) {
    const of = [...(holders.get(id) ?? [])];
    if (of.length === (entitlementId === null ? 0 : 1) && of[0] === (entitlementId ?? undefined)) continue;
    const what = `is on ${of.join(', ') || 'none'} by the ledger, and on ${entitlementId} by its record`;
    yield { verdict: 'inconsistent', what, about: id };
  }
}

/** Every case that was acknowledged has a record. */
export function* judgeCases({ cases }: Journal, { stored }: RunRecord): Generator<Finding> {
  const known = new Set(stored.cases.map(({ id }) => id));
  for (const { kind, content, attempts, key } of cases)
    if (kind === 'attach' && attempts.some(({ told }) => told?.outcome === 'accepted') && !known.has(content.caseId))
      yield { verdict: 'lost', what: `the case ${content.caseId} has no record`, about: key };
}
