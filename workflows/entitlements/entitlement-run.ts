import type { EpochMs } from '../../domain/calendar.ts';
import type { CaseEvent } from '../../domain/cases/case-event.ts';
import { remainingTerm } from '../../domain/entitlements/balance.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { startToTell } from '../../domain/entitlements/grace.ts';
import type { LifeCommand } from '../../domain/entitlements/life.ts';
import { decidePassing } from '../../domain/entitlements/passing-of-time.ts';
import { pausesMeet } from '../../domain/entitlements/pause-time.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import { OWN_NAME } from '../../domain/input-limits.ts';
import type { Origin } from '../../domain/ledger/ledger-row.ts';
import { type Decided, isRefused, type Refusal, refuse } from '../../domain/refusals.ts';
import { MAX_UNCONFIRMED_BYTES, MAX_UNCONFIRMED_ROWS } from '../messages/limits.ts';
import { CaseDecisions } from './case-decisions.ts';
import type { CaseEventsDecision } from './case-messages.ts';
import { EntitlementState, type RunOptions, type WrittenBy } from './entitlement-state.ts';
import { LifeDecisions } from './life-decisions.ts';
import type { CommandMessage, CreateMessage, LifeAnswer } from './life-messages.ts';
import type { Snapshot, StateAnswer } from './messages.ts';
import { RenewalsOfRun } from './renewals-of-run.ts';
import type { Carried, Successor } from './run-input.ts';
import { RunMemory } from './run-memory.ts';

/**
 * One entitlement in the memory of its workflow. It decides by the domain's rules and does no I/O, so each message is
 * handled whole before anything else happens.
 */
export class EntitlementRun {
  readonly cases: CaseDecisions;
  renewals: RenewalsOfRun;
  /** Its predecessor is being told at this moment that it can be renewed again: the workflow must not end before. */
  isFreeingPredecessor = false;
  private readonly lived: EntitlementState;
  private readonly life: LifeDecisions;
  private successor: Successor | undefined;
  private toldStart: EpochMs | null;
  private readonly pausesThatMeetAreOne: () => boolean;

  constructor(id: EntitlementId, options: RunOptions = {}, carried?: Carried) {
    const memory = carried === undefined ? new RunMemory() : RunMemory.continued(carried);
    this.lived = new EntitlementState(id, options, memory, carried?.entitlement);
    this.cases = new CaseDecisions(this.lived, options);
    this.life = new LifeDecisions(this.lived, options.casesMakeNoVersion);
    this.renewals = new RenewalsOfRun(carried?.renewals);
    this.successor = carried?.successor;
    this.toldStart = carried?.toldStart ?? null;
    this.pausesThatMeetAreOne = options.pausesThatMeetAreOne ?? (() => true);
  }

  /**
   * Takes up the life of an entitlement whose workflow had completed, from what the database has; null: the database
   * does not know it, and the workflow ends.
   */
  restore(snapshot: Snapshot | null): void {
    if (snapshot === null) {
      this.lived.isUnknown = true;
      return;
    }
    this.lived.restore(snapshot);
    this.renewals = RenewalsOfRun.revived(snapshot.entitlement);
  }

  get id(): EntitlementId {
    return this.lived.id;
  }

  get memory(): RunMemory {
    return this.lived.memory;
  }

  /** There is no such entitlement: the database does not know it, or its draft was refused. */
  get isUnknown(): boolean {
    return this.lived.isUnknown;
  }

  get exists(): boolean {
    return this.lived.exists;
  }

  get entitlement(): Entitlement {
    return this.lived.entitlement;
  }

  /** See `EntitlementState.isSettled`. */
  get isSettled(): boolean {
    return this.lived.isSettled;
  }

  get snapshot(): Snapshot {
    return this.lived.snapshot;
  }

  get state(): StateAnswer {
    return {
      ...this.snapshot,
      remainingTerm: remainingTerm(this.entitlement),
      unconfirmedRows: this.memory.unconfirmed.count,
      casesInMemory: this.memory.casesInMemory,
    };
  }

  /** Refuses `unavailable` while too many rows wait to be written, as when the database is away; else undefined. */
  backlogRefusal(): Refusal | undefined {
    const { unconfirmed } = this.memory;
    if (unconfirmed.count < MAX_UNCONFIRMED_ROWS && unconfirmed.bytes < MAX_UNCONFIRMED_BYTES) return undefined;
    return refuse('unavailable', 'Too many decisions wait for the database. Try again later.').refused;
  }

  get notFound(): { readonly refused: Refusal } {
    return this.life.notFound;
  }

  /** See `LifeDecisions.create`. */
  create(message: CreateMessage, now: EpochMs): Decided<LifeAnswer> {
    return this.life.create(message, now);
  }

  /** See `LifeDecisions.begin`. */
  begin(message: CreateMessage, now: EpochMs): void {
    this.life.begin(message, now);
  }

  /** See `LifeDecisions.refusalOf`. */
  refusalOf(command: LifeCommand, message: CommandMessage, now: EpochMs): Refusal | undefined {
    return this.life.refusalOf(command, message, now);
  }

  /** See `LifeDecisions.command`. A renewal by hand leaves a successor to start. */
  command(command: LifeCommand, message: CommandMessage, now: EpochMs): Decided<LifeAnswer> {
    const answer = this.life.command(command, message, now);
    // The successor of an accepted renewal is made by that renewal, which outlives this entitlement.
    if (command.kind === 'renew' && !isRefused(answer) && !answer.repeated) this.successor = successorIn(answer);
    return answer;
  }

  /** See `CaseDecisions.decide`. */
  caseEvents(
    events: readonly CaseEvent[],
    by: string,
    at: EpochMs,
    writtenBy: WrittenBy,
    since = this.entitlement.seq,
  ): CaseEventsDecision {
    return this.cases.decide(events, { by, at, writtenBy, since });
  }

  /** Does what is due until `now`: starts or expires the entitlement, turns its period, and so on. */
  passTime(now: EpochMs): void {
    const origin: Origin = { at: now, by: OWN_NAME, key: null, fingerprint: null, reason: null };
    let due = decidePassing(this.entitlement, origin);
    while (due !== undefined) {
      this.lived.keep(decidePassing(this.passing, origin) ?? due, 'workflow');
      due = decidePassing(this.entitlement, origin);
    }
  }

  /** The entitlement for what time does to it: as for other decisions, and as older code did it between two pauses. */
  private get passing(): Entitlement {
    const now = this.lived.decidable;
    return !pausesMeet(now) || this.pausesThatMeetAreOne() ? now : { ...now, separatesPauses: true };
  }

  /** The draft that a renewal by hand has decided on and that must still be started. */
  get successorToStart(): Successor | undefined {
    return this.successor;
  }

  successorStarted(): void {
    this.successor = undefined;
  }

  /** See `startToTell` of the domain. */
  get startToTell(): EpochMs | null | undefined {
    return this.exists ? startToTell(this.entitlement, this.toldStart) : undefined;
  }

  startTold(startsAt: EpochMs | null): void {
    this.toldStart = startsAt;
  }

  /** What the next run is handed. */
  carried(): Carried {
    return {
      version: 1,
      entitlement: this.entitlement,
      ...this.memory.carried(),
      renewals: this.renewals.carried(),
      ...(this.successor === undefined ? {} : { successor: this.successor }),
      ...(this.toldStart === null ? {} : { toldStart: this.toldStart }),
    };
  }
}

const successorIn = ({ row: { facts, by } }: LifeAnswer): Successor | undefined =>
  facts?.successorId === undefined || facts.details === undefined
    ? undefined
    : { id: facts.successorId, details: facts.details, by };
