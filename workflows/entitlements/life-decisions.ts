import type { EpochMs } from '../../domain/calendar.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { createEntitlement } from '../../domain/entitlements/evolve.ts';
import { decideCreate, decideLife, type LifeCommand } from '../../domain/entitlements/life.ts';
import { asOf } from '../../domain/entitlements/passing-of-time.ts';
import { sinceVersion } from '../../domain/entitlements/version.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import type { Origin, RowDraft } from '../../domain/ledger/ledger-row.ts';
import { type Decided, isRefused, type Refusal, refuse } from '../../domain/refusals.ts';
import type { EntitlementState } from './entitlement-state.ts';
import type { CommandMessage, CreateMessage, LifeAnswer } from './life-messages.ts';

/** What a row's origin takes from a message. */
type Asked = Pick<CommandMessage, 'by' | 'key'> & { readonly reason?: string | null };

/** Decides the creation of an entitlement and the commands of its life, each once by its key. */
export class LifeDecisions {
  private readonly state: EntitlementState;
  private readonly casesMakeNoVersion: () => boolean;

  constructor(state: EntitlementState, casesMakeNoVersion: () => boolean = () => true) {
    this.state = state;
    this.casesMakeNoVersion = casesMakeNoVersion;
  }

  /** Refuses `validation_failed` for details that do not fit; then nothing was created, and the workflow ends. */
  create(message: CreateMessage, now: EpochMs): Decided<LifeAnswer> {
    return this.handedOut(this.decideCreation(message, now));
  }

  /** Begins with a draft that this workflow itself writes. */
  begin(message: CreateMessage, now: EpochMs): void {
    const answer = this.decideCreation(message, now);
    if (!isRefused(answer)) this.state.memory.unconfirmed.markUrgent(answer.row);
  }

  /**
   * Refuses as `decideLife` does, `conflict` for another version, and `idempotency_conflict` for a key with other
   * content.
   */
  command(command: LifeCommand, message: CommandMessage, now: EpochMs): Decided<LifeAnswer> {
    return this.handedOut(this.decideCommand(command, message, now));
  }

  /** Why the command would be refused now, or undefined; nothing is recorded. */
  refusalOf(command: LifeCommand, message: CommandMessage, now: EpochMs): Refusal | undefined {
    const { state } = this;
    const origin = originOf(message, fingerprint([command]), now);
    const entitlement = state.exists ? asOf(state.entitlement, now) : undefined;
    const decided = this.repeated(origin) ?? this.decide(entitlement, command, message, origin, () => true);
    return isRefused(decided) ? decided.refused : undefined;
  }

  private decideCreation(message: CreateMessage, now: EpochMs): Decided<LifeAnswer> {
    const { state } = this;
    const origin = originOf(message, fingerprint(['create', message.details, message.renewsId]), now);
    const repeated = this.repeated(origin);
    if (repeated !== undefined) return repeated;
    if (state.isUnknown) return this.notFound;
    if (state.exists) return refuse('conflict', `The entitlement ${state.id} exists already.`);
    const decided = decideCreate(message.details, origin, message.renewsId);
    if (isRefused(decided)) {
      state.isUnknown = true;
      return decided;
    }
    const { entitlement, row } = createEntitlement(state.id, decided);
    state.begin(entitlement, row);
    return { row, repeated: false, snapshot: state.snapshot };
  }

  private decideCommand(command: LifeCommand, message: CommandMessage, now: EpochMs): Decided<LifeAnswer> {
    const { state } = this;
    const origin = originOf(message, fingerprint([command]), now);
    const repeated = this.repeated(origin);
    if (repeated !== undefined) return repeated;
    const decided = this.decide(state.exists ? state.decidable : undefined, command, message, origin);
    if (isRefused(decided)) return decided;
    const row = state.keep(decided);
    return { row, repeated: false, snapshot: state.snapshot };
  }

  private decide(
    entitlement: Entitlement | undefined,
    command: LifeCommand,
    { ifVersion = entitlement?.seq ?? 0 }: CommandMessage,
    origin: Origin,
    casesMakeNoVersion = this.casesMakeNoVersion,
  ): Decided<RowDraft> {
    if (entitlement === undefined || entitlement.deleted) return this.notFound;
    const since = sinceVersion(entitlement, ifVersion);
    if (since === 'changed' || (since === 'unchanged' && !casesMakeNoVersion()))
      return refuse('conflict', `The entitlement has changed: its version is ${entitlement.seq}, not ${ifVersion}.`);
    return decideLife(entitlement, command, origin);
  }

  get notFound(): { readonly refused: Refusal } {
    return refuse('not_found', `There is no entitlement ${this.state.id}.`);
  }

  /** The first answer to a key that came before; undefined for a new key. */
  private repeated({ key, fingerprint: content }: Origin): Decided<LifeAnswer> | undefined {
    const first = key === null ? undefined : this.state.memory.rowOf(key);
    if (first === undefined) return undefined;
    if (first.fingerprint !== content) return otherContent(first);
    return { row: first, repeated: true, snapshot: this.state.snapshot };
  }

  private handedOut(answer: Decided<LifeAnswer>): Decided<LifeAnswer> {
    if (!isRefused(answer)) this.state.memory.unconfirmed.handOut([answer.row]);
    return answer;
  }
}

/**
 * The refusal of a key that came before with other content; the ledger row of the first is named, where there is one.
 */
export const otherContent = ({ key, seq }: { readonly key: string | null; readonly seq: number | null }) =>
  refuse(
    'idempotency_conflict',
    `The key ${key} came before with other content${seq === null ? '' : ` (ledger row ${seq})`}.`,
  );

const originOf = ({ by, key, reason }: Asked, content: string, at: EpochMs): Origin => ({
  at,
  by,
  key,
  fingerprint: key === null ? null : content,
  reason: reason ?? null,
});
