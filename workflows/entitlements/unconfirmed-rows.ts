import type { EpochMs } from '../../domain/calendar.ts';
import type { CaseId } from '../../domain/ids.ts';
import type { LedgerRow } from '../../domain/ledger/ledger-row.ts';
import { bytesOf } from '../messages/bytes.ts';
import { packRow } from './packed.ts';

/** Row numbers from the first to the last, both included. */
type Span = readonly [from: number, to: number];

/** What a run hands to the next one. */
interface CarriedRows {
  readonly unconfirmed: readonly number[];
  readonly handedOut?: readonly number[];
}

/**
 * The rows of which nobody has said that they are written, oldest first. Most have been handed to a sender, who writes
 * them and says so with its next message. The workflow writes the rest at once, and, after a while, every row that no
 * sender has confirmed.
 */
export class UnconfirmedRows {
  private readonly rows = new Map<number, LedgerRow>();
  /** Rows that a sender has, who may write them. */
  private readonly handedOut = new Set<number>();
  /** Nobody else will write the rows up to this number: the workflow writes them at once. */
  private urgentThrough = 0;
  private readonly bytesOfRow = new WeakMap<LedgerRow, number>();

  /**
   * Those of the carried rows that were unconfirmed. All of them are urgent: their senders may know only the old run.
   */
  static continued(rows: readonly LedgerRow[], { unconfirmed, handedOut = unconfirmed }: CarriedRows): UnconfirmedRows {
    const numbers = new Set(unconfirmed);
    const continued = new UnconfirmedRows();
    for (const row of rows) if (numbers.has(row.seq)) continued.add(row);
    continued.urgentThrough = Math.max(0, ...numbers);
    for (const seq of handedOut) continued.handedOut.add(seq);
    return continued;
  }

  add(row: LedgerRow): void {
    this.rows.set(row.seq, row);
  }

  /** The workflow must write the row and those before it at once. */
  markUrgent(row: LedgerRow): void {
    this.urgentThrough = Math.max(this.urgentThrough, row.seq);
  }

  /** A sender gets these rows as its answer, and may write them and say so. */
  handOut(rows: readonly LedgerRow[]): void {
    for (const { seq } of rows) if (this.rows.has(seq)) this.handedOut.add(seq);
  }

  /** A sender says that the rows of these spans are written. Only those count that were handed out. */
  confirm(spans: readonly Span[]): void {
    for (const seq of this.handedOut) if (spans.some(([from, to]) => seq >= from && seq <= to)) this.remove(seq);
  }

  /** The workflow has written these rows itself. */
  written(rows: readonly LedgerRow[]): void {
    for (const { seq } of rows) this.remove(seq);
  }

  private remove(seq: number): void {
    this.rows.delete(seq);
    this.handedOut.delete(seq);
  }

  get count(): number {
    return this.rows.size;
  }

  /** Bytes of the rows as a payload. */
  get bytes(): number {
    let bytes = 0;
    for (const row of this.rows.values()) {
      let known = this.bytesOfRow.get(row);
      if (known === undefined) {
        known = bytesOf(packRow(row));
        this.bytesOfRow.set(row, known);
      }
      bytes += known;
    }
    return bytes;
  }

  /** Whether there are rows that the workflow must write at once. */
  get hasUrgent(): boolean {
    const [oldest] = this.rows.keys();
    return oldest !== undefined && oldest <= this.urgentThrough;
  }

  get(seq: number): LedgerRow | undefined {
    return this.rows.get(seq);
  }

  all(): Iterable<LedgerRow> {
    return this.rows.values();
  }

  /** The rows for the workflow to write: those made until `madeBefore`, and all urgent ones. */
  unwritten(madeBefore: EpochMs = Number.POSITIVE_INFINITY): readonly LedgerRow[] {
    return [...this.rows.values()].filter((row) => row.at <= madeBefore || row.seq <= this.urgentThrough);
  }

  /** The newest rows up to number `seq`, at most `most`. */
  through(seq: number, most: number): readonly LedgerRow[] {
    return [...this.rows.values()].filter((row) => row.seq <= seq).slice(-most);
  }

  /** The rows about a case. */
  of(id: CaseId): readonly LedgerRow[] {
    return [...this.rows.values()].filter(({ caseId }) => caseId === id);
  }

  /** Whether all rows of the span exist up to number `newest`, and senders have those of them that are unconfirmed. */
  couldBeWritten([from, to]: Span, newest: number): boolean {
    if (to > newest) return false;
    for (const seq of this.rows.keys()) if (seq >= from && seq <= to && !this.handedOut.has(seq)) return false;
    return true;
  }

  /** Which rows up to number `newest` are written once these are: all but those that still wait for a confirmation. */
  whatIsWrittenWith(rows: readonly LedgerRow[], newest: number): (seq: number) => boolean {
    const waiting = new Set(this.rows.keys());
    for (const { seq } of rows) waiting.delete(seq);
    return (seq) => seq <= newest && !waiting.has(seq);
  }

  carried(): Required<CarriedRows> {
    return { unconfirmed: [...this.rows.keys()], handedOut: [...this.handedOut] };
  }
}
