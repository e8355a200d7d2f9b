import type { EpochMs } from '../../../domain/calendar.ts';
import type { CaseEvent } from '../../../domain/cases/case-event.ts';
import type { LifeCommand } from '../../../domain/entitlements/life.ts';
import type { CaseId } from '../../../domain/ids.ts';
import type { LedgerRow } from '../../../domain/ledger/ledger-row.ts';
import type { EventAnswer } from '../../../workflows/entitlements/case-messages.ts';
import { problemWithClaims } from '../../../workflows/entitlements/claims.ts';
import { EntitlementRun } from '../../../workflows/entitlements/entitlement-run.ts';
import type { Envelope, Knowledge, Snapshot } from '../../../workflows/entitlements/messages.ts';
import type { Carried } from '../../../workflows/entitlements/run-input.ts';
import { commandTo } from './running.ts';
import { ID } from './samples.ts';

/** Whether the one who sent a message writes the rows of the answer, and tells so with the next message. */
export type Sender = 'writes and tells' | 'writes' | 'dies';

interface Attempt {
  readonly isWritten: (seq: number) => boolean;
  readonly generation: number;
  readonly rows: readonly LedgerRow[];
}

/**
 * A run that forgets, and the database that does not: what the workflow, its inbox and its ledger keeper do around an
 * `EntitlementRun`, step by step and without Temporal, so that everything can come between everything.
 */
export class ForgetfulWorld {
  run: EntitlementRun;
  private readonly rows = new Map<number, LedgerRow>();
  private snapshot: Snapshot;
  private attempt: Attempt | undefined;
  private toTell: number[] = [];
  /** An old row of a repeated key is in memory. */
  hasRecalled = false;

  constructor(run: EntitlementRun) {
    this.run = run;
    this.snapshot = run.snapshot;
    this.keeperWrites();
  }

  /** What a sender reads before it sends. Nothing is known to it when a key has a row: then it may not vouch for it. */
  read(about: { cases: readonly CaseId[]; keys: readonly string[] }): Knowledge | undefined {
    const known = [...this.rows.values()];
    if (known.some((row) => row.key !== null && about.keys.includes(row.key))) return undefined;
    const cases = about.cases.flatMap((id) => this.latest(id) ?? []);
    return structuredClone({ generation: this.snapshot.generation, cases });
  }

  event(event: CaseEvent, now: EpochMs, knowledge: Knowledge | undefined, sender: Sender): EventAnswer {
    this.prepare({ cases: [event.caseId], keys: [event.key] }, knowledge);
    this.run.passTime(now);
    const { results, rows, snapshot } = this.run.caseEvents([event], 'tester', now, 'sender');
    this.send(rows, snapshot, sender);
    const [answer] = results;
    if (answer === undefined) throw new Error('Every event gets an answer.');
    return answer;
  }

  command(command: LifeCommand, now: EpochMs, key: string, sender: Sender) {
    this.prepare({ cases: [], keys: [key] }, undefined);
    this.run.passTime(now);
    const answer = commandTo(this.run, command, now, key);
    if ('row' in answer) this.send([answer.row], answer.snapshot, sender);
    return answer;
  }

  keeperWrites(): void {
    if (this.attempt !== undefined) return;
    const rows = this.run.memory.unconfirmed.unwritten();
    this.write(rows, this.run.snapshot);
    this.run.memory.unconfirmed.written(rows);
  }

  /** The newest unwritten row is left to its sender, who may have died, unless all are to be written. */
  beginCheckpoint(all = false): void {
    if (this.attempt !== undefined) return;
    const unwritten = this.run.memory.unconfirmed.unwritten();
    const rows = all ? unwritten : unwritten.slice(0, -1);
    this.attempt = {
      isWritten: this.run.memory.unconfirmed.whatIsWrittenWith(rows, this.run.entitlement.seq),
      generation: this.run.memory.nextCheckpoint(),
      rows,
    };
  }

  /** A checkpoint that nothing comes between. */
  checkpoint(): void {
    this.endCheckpoint(true);
    this.beginCheckpoint(true);
    this.endCheckpoint(true);
  }

  /** The rows are written. `told` false: the workflow never hears of it and gives the attempt up. */
  endCheckpoint(told: boolean): void {
    if (this.attempt === undefined) return;
    const { isWritten, generation, rows } = this.attempt;
    this.attempt = undefined;
    this.write(rows, { ...this.run.snapshot, generation });
    if (!told) return;
    this.run.memory.unconfirmed.written(rows);
    this.run.memory.checkpoint(isWritten, generation);
    this.hasRecalled = false;
  }

  /** The next run goes on with what this one hands over, as Temporal carries it. */
  continueAsNew(): void {
    this.attempt = undefined;
    const carried: Carried = JSON.parse(JSON.stringify(this.run.carried()));
    this.run = new EntitlementRun(ID, {}, carried);
  }

  /** The workflow completes, and a later message starts it again from the database. */
  completeAndRevive(): void {
    this.checkpoint();
    const run = new EntitlementRun(ID);
    run.restore(structuredClone(this.snapshot));
    this.run = run;
    this.hasRecalled = false;
  }

  /** What the inbox sees to before a message is decided: the forgotten is loaded, unless the sender knows it. */
  private prepare(
    about: { cases: readonly CaseId[]; keys: readonly string[] },
    knowledge: Knowledge | undefined,
  ): void {
    const confirmed = this.toTell.map((seq) => [seq, seq] as const);
    this.toTell = [];
    const envelope: Partial<Envelope> = knowledge === undefined ? { confirmed } : { confirmed, knowledge };
    // What senders read and write themselves is never taken for a lie.
    const refused = problemWithClaims(this.run, envelope);
    if (refused !== undefined) throw new Error(`${refused.detail} ${JSON.stringify(envelope)}`);
    if (!this.run.memory.knows(about, knowledge)) {
      const cases = about.cases.flatMap((id) => this.latest(id) ?? []);
      const rows = [...this.rows.values()].filter((row) => row.key !== null && about.keys.includes(row.key));
      this.run.memory.learn({ knowledge: { generation: this.run.memory.checkpointNumber, cases } });
      this.run.memory.recall(rows);
      this.hasRecalled ||= rows.length > 0;
    }
    this.run.memory.learn(envelope);
  }

  private latest(id: CaseId) {
    const of = [...this.rows.values()].filter((row) => row.case?.caseId === id);
    return of.sort((one, other) => other.seq - one.seq)[0]?.case ?? undefined;
  }

  private send(rows: readonly LedgerRow[], snapshot: Snapshot, sender: Sender): void {
    if (sender === 'dies') return;
    this.write(rows, { ...snapshot, generation: this.snapshot.generation });
    if (sender === 'writes and tells') this.toTell.push(...rows.map((row) => row.seq));
  }

  private write(rows: readonly LedgerRow[], snapshot: Snapshot): void {
    for (const row of structuredClone(rows)) this.rows.set(row.seq, row);
    const { entitlement } = snapshot.entitlement.seq >= this.snapshot.entitlement.seq ? snapshot : this.snapshot;
    const generation = Math.max(snapshot.generation, this.snapshot.generation);
    this.snapshot = structuredClone({ entitlement, generation });
  }
}
