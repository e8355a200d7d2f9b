import type { LedgerEffect } from '../../db/ledger/reconcile.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { createEntitlement, evolve } from '../../domain/entitlements/evolve.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import type { RowDraft } from '../../domain/ledger/ledger-row.ts';
import type { Bought } from '../../domain/terms/bought.ts';

/** The result of reading a ledger: the sums of its rows, and the entitlement that they make. */
export interface LedgerReading {
  readonly rows: number;
  /** The number of the newest row; 0 without rows. */
  readonly lastSeq: number;
  /** What remains by plain addition, in cases or minutes. */
  readonly sum: number;
  /** How much cases changed of each channel's own total. What they bought beyond it does not count. */
  readonly sumByChannel: ReadonlyMap<string, number>;
  /** The entitlement after the newest row and after each row that was asked for; missing where a row does not fit. */
  readonly after: ReadonlyMap<number, Entitlement>;
  readonly faults: readonly RowFault[];
}

/** A fault of the rows themselves. A ledger has at most one of each kind, because one fault often causes many. */
export interface RowFault {
  readonly what: 'row numbers' | 'remaining after a row' | 'row that does not fit';
  readonly seq: number;
  readonly expected: string;
  readonly found: string;
  /** Further rows with the same fault. */
  more: number;
}

/**
 * Reads an entitlement's ledger row by row, in order, in memory that does not grow with the ledger. It adds the sums up
 * independently of the domain's `evolve`, so that one checks the other.
 */
export class LedgerReader {
  private readonly id: EntitlementId;
  private readonly wanted: ReadonlySet<number>;
  private readonly faults = new Map<RowFault['what'], RowFault>();
  private readonly sumByChannel = new Map<string, number>();
  private readonly after = new Map<number, Entitlement>();
  private entitlement: Entitlement | undefined;
  private boughtUnits = 0;
  private boughtByChannel: Bought['byChannel'] = {};
  private rows = 0;
  private lastSeq = 0;
  private sum = 0;

  /** `wanted`: the numbers of the rows after which the entitlement is kept, besides the newest row. */
  constructor(id: EntitlementId, wanted: ReadonlySet<number>) {
    this.id = id;
    this.wanted = wanted;
  }

  add(row: LedgerEffect): void {
    const due = this.lastSeq + 1;
    if (row.seq !== due) this.fault('row numbers', row.seq, `row ${due}`, `row ${row.seq}`);
    this.rows += 1;
    this.lastSeq = row.seq;
    this.sum += row.change;
    if (row.kind === 'period_started') this.beginPeriod(row.facts?.usedByChannel ?? {});
    else if (row.facts?.bought !== undefined) this.buy(row, row.facts.bought);
    // What an amendment does not grant of a channel's own new total counts as used.
    for (const [channel, units] of Object.entries(row.facts?.ofChannels ?? {})) this.addTo(channel, -units);
    if (row.caseId !== null && row.channel !== null) this.addTo(row.channel, row.change);
    this.apply(row);
    this.checkRemaining(row);
    if (this.entitlement !== undefined && this.wanted.has(row.seq)) this.after.set(row.seq, this.entitlement);
  }

  get reading(): LedgerReading {
    const { rows, lastSeq, sum, sumByChannel } = this;
    const newest: [number, Entitlement][] = this.entitlement === undefined ? [] : [[lastSeq, this.entitlement]];
    const after = new Map([...this.after, ...newest]);
    return { rows, lastSeq, sum, sumByChannel, after, faults: [...this.faults.values()] };
  }

  /** A channel's remainder of the previous period lapses, except for what rolls over. */
  private beginPeriod(usedByChannel: Readonly<Record<string, number>>): void {
    this.sumByChannel.clear();
    this.boughtUnits = 0;
    this.boughtByChannel = {};
    for (const [channel, used] of Object.entries(usedByChannel)) this.sumByChannel.set(channel, -used);
  }

  /**
   * Everything that is bought counts as used by the row's channel; what is bought beyond a channel's own total is added
   * to that total.
   */
  private buy({ channel }: LedgerEffect, bought: Bought): void {
    const units = bought.runs.reduce((sum, run) => sum + run.units, 0);
    if (channel !== null) this.addTo(channel, this.boughtUnits - units);
    for (const name of new Set([...Object.keys(this.boughtByChannel), ...Object.keys(bought.byChannel)]))
      this.addTo(name, (bought.byChannel[name] ?? 0) - (this.boughtByChannel[name] ?? 0));
    this.boughtUnits = units;
    this.boughtByChannel = bought.byChannel;
  }

  private addTo(channel: string, units: number): void {
    this.sumByChannel.set(channel, (this.sumByChannel.get(channel) ?? 0) + units);
  }

  private apply(row: LedgerEffect): void {
    const draft = draftOf(row);
    try {
      if (this.rows === 1) this.entitlement = createEntitlement(this.id, draft).entitlement;
      else if (this.entitlement !== undefined) this.entitlement = evolve(this.entitlement, { ...draft, seq: row.seq });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.fault('row that does not fit', row.seq, why, `${row.kind} as row ${row.seq}`);
    }
  }

  private checkRemaining({ seq, remainingAfter }: LedgerEffect): void {
    const unlimited = this.entitlement?.details.totalTerm === null;
    const due = unlimited ? null : this.sum;
    if (remainingAfter !== due) this.fault('remaining after a row', seq, String(due), String(remainingAfter));
  }

  private fault(what: RowFault['what'], seq: number, expected: string, found: string): void {
    const known = this.faults.get(what);
    if (known === undefined) this.faults.set(what, { what, seq, expected, found, more: 0 });
    else known.more += 1;
  }
}

/** The row in the form that `evolve` takes; the fields that have no effect are empty. */
const draftOf = ({ at, seq: _seq, remainingAfter: _remaining, ...effect }: LedgerEffect): RowDraft => ({
  ...effect,
  at: at.getTime(),
  useChange: null,
  overage: 0,
  charge: null,
  key: null,
  fingerprint: null,
  by: '',
  reason: null,
  case: null,
  refusal: null,
  detail: null,
});
