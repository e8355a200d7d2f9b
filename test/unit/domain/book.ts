import type { EpochMs } from '../../../domain/calendar.ts';
import type { CaseEvent } from '../../../domain/cases/case-event.ts';
import { refusedRow } from '../../../domain/cases/case-rows.ts';
import { decideCaseEvent } from '../../../domain/cases/decide-case-event.ts';
import { channelRemaining, remainingTerm } from '../../../domain/entitlements/balance.ts';
import type { Entitlement } from '../../../domain/entitlements/entitlement.ts';
import { createEntitlement, record } from '../../../domain/entitlements/evolve.ts';
import { decideCreate, decideLife, type LifeCommand } from '../../../domain/entitlements/life.ts';
import { decidePassing } from '../../../domain/entitlements/passing-of-time.ts';
import type { CaseId } from '../../../domain/ids.ts';
import type { LedgerRow, RowDraft } from '../../../domain/ledger/ledger-row.ts';
import type { SupportCase } from '../../../domain/ledger/support-case.ts';
import { isRefused, type Refusal } from '../../../domain/refusals.ts';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import { DURING, detailsWith, type Happening, ID, originAt } from './samples.ts';

/** An entitlement with all its rows and cases, which the domain's decisions write: what an engine does, without the engine. */
export class Book {
  entitlement: Entitlement;
  now: EpochMs;
  readonly rows: LedgerRow[];
  readonly cases = new Map<CaseId, SupportCase>();
  private keys = 0;

  /** A draft. */
  constructor(details: EntitlementDetails, now: EpochMs = DURING) {
    const created = decideCreate(details, originAt(now, 'created'), null);
    if (isRefused(created)) throw new Error(`${created.refused.field}: ${created.refused.detail}`);
    const { entitlement, row } = createEntitlement(ID, created);
    this.entitlement = entitlement;
    this.rows = [row];
    this.now = now;
  }

  /** The same book, to be written on from here in more than one way. */
  static copyOf(book: Book): Book {
    const copy = new Book(book.entitlement.details, book.now);
    copy.entitlement = book.entitlement;
    copy.rows.splice(0, 1, ...book.rows);
    for (const [id, supportCase] of book.cases) copy.cases.set(id, supportCase);
    copy.keys = book.keys;
    return copy;
  }

  get remaining(): number | null {
    return remainingTerm(this.entitlement);
  }

  remainingOf(channel: string): number | null {
    return channelRemaining(this.entitlement, channel);
  }

  /** The newest row. */
  get last(): LedgerRow {
    const row = this.rows.at(-1);
    if (row === undefined) throw new Error('A book has rows.');
    return row;
  }

  caseNow(id: string): SupportCase {
    const supportCase = this.cases.get(id as CaseId);
    if (supportCase === undefined) throw new Error(`No case ${id} attached.`);
    return supportCase;
  }

  /** Why the command was refused, or undefined. */
  command(command: LifeCommand): Refusal | undefined {
    const decided = decideLife(this.entitlement, command, originAt(this.now, this.nextKey()));
    if (isRefused(decided)) return decided.refused;
    this.keep(decided);
    return undefined;
  }

  /** Why the event was refused, or undefined. */
  event(event: CaseEvent): Refusal | undefined {
    const origin = originAt(this.now, event.key);
    const decided = decideCaseEvent(this.entitlement, this.cases.get(event.caseId), event, origin);
    if (isRefused(decided)) {
      if (decided.refused.code !== 'not_found') this.keep(refusedRow(event, decided.refused, origin));
      return decided.refused;
    }
    for (const draft of decided) this.keep(draft);
    return undefined;
  }

  /** An event under a key of its own. */
  happens(happening: Happening): Refusal | undefined {
    return this.event({ ...happening, key: this.nextKey() });
  }

  /** Events that a test's story needs: none may be refused. */
  story(...happenings: readonly Happening[]): this {
    for (const happening of happenings) {
      const refused = this.happens(happening);
      if (refused !== undefined) throw new Error(`${happening.kind} was refused: ${refused.detail}`);
    }
    return this;
  }

  /** Lets the clock show `now`, and what is due happen. */
  passTo(now: EpochMs): this {
    this.now = now;
    const due = decidePassing(this.entitlement, originAt(now));
    if (due === undefined) return this;
    this.keep(due);
    return this.passTo(now);
  }

  /** Deactivates, edits and activates again. */
  edited(changes: Partial<EntitlementDetails>): this {
    for (const command of [
      { kind: 'deactivate' },
      { kind: 'edit', changes },
      { kind: 'activate' },
    ] as const satisfies LifeCommand[]) {
      const refused = this.command(command);
      if (refused !== undefined) throw new Error(`${command.kind} was refused: ${refused.detail}`);
    }
    return this;
  }

  private keep(draft: RowDraft): void {
    const { entitlement, row } = record(this.entitlement, draft);
    this.entitlement = entitlement;
    this.rows.push(row);
    if (row.case !== null) this.cases.set(row.case.caseId, row.case);
  }

  private nextKey(): string {
    this.keys += 1;
    return `step-${this.keys}`;
  }
}

/** An active entitlement in the middle of its term. */
export function activeBook(changes: Partial<EntitlementDetails> = {}): Book {
  const book = new Book(detailsWith(changes));
  book.command({ kind: 'activate' });
  return book;
}
