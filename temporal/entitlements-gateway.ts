import type { Client } from '@temporalio/client';
import {
  type CaseMove,
  givingUp,
  type LostCase,
  movedKey,
  moveOf,
  movesToFinish,
} from '../domain/cases/case-custody.ts';
import type { CaseEvent } from '../domain/cases/case-event.ts';
import { decidedMeanwhile } from '../domain/cases/moved-case.ts';
import { asksOthers } from '../domain/cases/spill.ts';
import type { Entitlement } from '../domain/entitlements/entitlement.ts';
import type { LifeCommandKind } from '../domain/entitlements/life.ts';
import { predecessorToFree, whyNoSuccessor } from '../domain/entitlements/succession.ts';
import { caseId as asCaseId, type EntitlementId } from '../domain/ids.ts';
import { OWN_NAME } from '../domain/input-limits.ts';
import type { LedgerRow } from '../domain/ledger/ledger-row.ts';
import { RefusalError } from '../domain/refusals.ts';
import {
  applyCaseEvents,
  type CaseEventsDecision,
  type CaseEventsMessage,
  type CaseSignalKind,
  caseSignals,
} from '../workflows/entitlements/case-messages.ts';
import {
  type CreateMessage,
  create,
  type LifeAnswer,
  type LifeMessage,
  lifeUpdates,
} from '../workflows/entitlements/life-messages.ts';
import type { Envelope } from '../workflows/entitlements/messages.ts';
import { packCase, unpackRow } from '../workflows/entitlements/packed.ts';
import type { FormerSuccessor, LedgerBatch, LedgerStore } from '../workflows/entitlements/ports.ts';
import { toWire } from '../workflows/entitlements/wire-case-event.ts';
import { EntitlementWorkflows } from './entitlement-workflows.ts';
import { type Answered, shareCase } from './share-case.ts';

/** How many cases of one entitlement are shared with others at a time; each asks up to twenty entitlements. */
const SHARED_AT_A_TIME = 8;

/** Case events for one entitlement, with what the sender knows; see `Envelope`. */
export interface CaseEventsQuestion extends Partial<Envelope> {
  readonly events: readonly CaseEvent[];
}

/** What became of a decision that was written. */
export interface Committed {
  /** Cases that the decision attached and that another entitlement has: they were given up again. */
  readonly lost: readonly LostCase[];
  /** The rows about which nothing is left to do: the entitlement can be told that they are written. */
  readonly settled: readonly LedgerRow[];
}

/**
 * Asks the workflows of entitlements, and does what follows from their decisions. Refusals are thrown as
 * `RefusalError`: those of the domain, and `unavailable`.
 */
export class EntitlementsGateway {
  private readonly workflows: EntitlementWorkflows;
  private readonly store: LedgerStore;

  constructor({ client, taskQueue, store }: { client: Client; taskQueue: string; store: LedgerStore }) {
    this.workflows = new EntitlementWorkflows({ client, taskQueue });
    this.store = store;
  }

  /**
   * Starts an entitlement's workflow with its draft, or finds that the same was done before. A `known` entitlement is
   * asked, and brought back if need be, instead of started. Returns after the draft is written.
   */
  async create(id: EntitlementId, message: CreateMessage, known: boolean): Promise<LifeAnswer> {
    const answer = known
      ? await this.workflows.update(id, create, message)
      : await this.workflows.create(id, create, message);
    await this.store.write({ rows: [answer.row], snapshot: answer.snapshot });
    return answer;
  }

  /**
   * Sends a command to the entitlement, and refuses as `decideLife` does. Returns after the command's row is written.
   */
  async command<Kind extends LifeCommandKind>(
    id: EntitlementId,
    kind: Kind,
    message: LifeMessage<Kind>,
  ): Promise<LifeAnswer> {
    const answer = await this.workflows.update(id, lifeUpdates[kind], message);
    await this.store.write({ rows: [answer.row], snapshot: answer.snapshot });
    if (kind === 'delete' || kind === 'cancel') await this.freePredecessorNow(answer.snapshot.entitlement);
    return answer;
  }

  /**
   * Tells the predecessor of an entitlement that was deleted, or canceled before its start, that it can be renewed
   * again. Returns after that is written; a repeated call changes nothing. Nothing is done for a predecessor that is
   * gone or has another successor.
   */
  async freePredecessor({ id, predecessorId, why }: FormerSuccessor): Promise<void> {
    try {
      // By the key, a second sender gets and writes the row of the first.
      const message = { by: OWN_NAME, key: `successor-ended:${id}`, reason: why, successorId: id };
      await this.command(predecessorId, 'successor-ended', message);
    } catch (error) {
      if (!(error instanceof RefusalError) || error.refusal.code === 'unavailable') throw error;
    }
  }

  /**
   * Frees the predecessor before the caller gets its answer, so that the caller can renew it at once. If this fails,
   * the entitlement's workflow does the same by itself.
   */
  private async freePredecessorNow(entitlement: Entitlement): Promise<void> {
    const [predecessorId, why] = [predecessorToFree(entitlement), whyNoSuccessor(entitlement)];
    if (predecessorId === null || why === null) return;
    await this.freePredecessor({ id: entitlement.id, predecessorId, why }).catch(() => undefined);
  }

  /**
   * Has the entitlement decide case events in their order. Nothing is written; see `commit`. When the entitlement does
   * not accept what the sender says it knows, as after an operator has reset its workflow, it is asked once more
   * without that and reads the database itself.
   */
  async caseEvents(id: EntitlementId, { events, by, ...known }: CaseEventsQuestion): Promise<CaseEventsDecision> {
    const message: CaseEventsMessage = { events: events.map(toWire), ...(by === undefined ? {} : { by }) };
    try {
      return await this.decide(id, { ...message, ...known });
    } catch (error) {
      if (!isAboutKnowledge(error)) throw error;
      return await this.decide(id, message);
    }
  }

  private async decide(id: EntitlementId, message: CaseEventsMessage): Promise<CaseEventsDecision> {
    const { results, rows, snapshot } = await this.workflows.update(id, applyCaseEvents, message);
    return { results, rows: rows.map(unpackRow), snapshot };
  }

  /** Signals a case event and waits for no decision. */
  async signal(id: EntitlementId, event: Extract<CaseEvent, { kind: CaseSignalKind }>, by: string): Promise<void> {
    const { kind, ...content } = toWire(event);
    await this.workflows.signal(id, caseSignals[event.kind].name, { ...content, by });
  }

  /**
   * Writes what the entitlement decided and does all that follows: lost cases are given up, moves are finished, cases
   * are shared. If this process dies before the end, the entitlement's workflow writes the same rows and does the same.
   */
  async commit(id: EntitlementId, decided: LedgerBatch): Promise<Committed> {
    const { rows } = decided;
    if (rows.length === 0) return { lost: [], settled: [] };
    const { lost } = await this.store.write(decided);
    const givenUp = lost.length === 0 ? [] : await this.giveUp(id, rows, lost);
    await this.finishWritten(id, rows, lost);
    return { lost, settled: [...givenUp, ...rows] };
  }

  /**
   * Does what follows once rows of the entitlement are written: finishes the moves of the cases that they attached, and
   * shares cases as they ask. A repeated call changes nothing. `lost` are cases that the rows attached in vain.
   */
  async finishWritten(id: EntitlementId, rows: readonly LedgerRow[], lost: readonly LostCase[] = []): Promise<void> {
    for (const row of movesToFinish(rows, lost)) {
      const move = moveOf(id, row);
      if (move !== undefined) await this.finishMove(move);
    }
    await this.shareCases(id, rows);
  }

  /**
   * Has the entitlement give back what the lost cases took, and writes that. Returns the rows that do so, and perhaps
   * other rows that still have something to finish.
   */
  private async giveUp(
    id: EntitlementId,
    attached: readonly LedgerRow[],
    lost: readonly LostCase[],
  ): Promise<readonly LedgerRow[]> {
    const events = givingUp(attached, lost);
    const { rows, snapshot } = await this.caseEvents(id, { events, by: OWN_NAME });
    if (rows.length > 0) await this.store.write({ rows, snapshot });
    return rows.filter(({ key }) => events.some((event) => event.key === key));
  }

  /**
   * Has the entitlement that a case came from give back what the case took, and tells the new one what the old one
   * decided about the case while it moved. A repeated call changes nothing, because each step has a key of its own.
   *
   * With the row that gives back, everything that the old entitlement decided about the case is written: a key that it
   * knows is in the ledger before anybody can see that the case has left.
   */
  async finishMove({ caseId, from, through, to, seq }: CaseMove): Promise<void> {
    const key = movedKey(caseId, to, seq);
    const { rows: left } = await this.decideAndWrite(from, [
      { kind: 'detach', key, caseId: asCaseId(caseId), through },
    ]);
    // Those that share the case give back first: else they could take no part of it for the new entitlement.
    await this.shareCases(from, left);
    const last = left.find((row) => row.key === key)?.case;
    const known = await this.store.caseAt(from, through);
    if (last == null || known === undefined) return;
    const events = decidedMeanwhile(known, last, key);
    if (events.length > 0) await this.decideAndWrite(to, events);
  }

  /** Shares the cases whose rows ask for it with other entitlements, several at a time; see `shareCase`. */
  private async shareCases(id: EntitlementId, rows: readonly LedgerRow[]): Promise<void> {
    const asking = rows.filter(asksOthers);
    for (let from = 0; from < asking.length; from += SHARED_AT_A_TIME)
      await Promise.all(
        asking
          .slice(from, from + SHARED_AT_A_TIME)
          .map((row) => shareCase(id, row, (other, event) => this.askFor(other, event))),
      );
  }

  /** Has an entitlement decide one event, and writes it. One that is gone refuses with `not_found`. */
  private async askFor(id: EntitlementId, event: CaseEvent): Promise<Answered> {
    try {
      const { rows, results } = await this.decideAndWrite(id, [event]);
      return { row: rows.find(({ key }) => key === event.key), code: results[0]?.code };
    } catch (error) {
      if (error instanceof RefusalError && error.refusal.code === 'not_found')
        return { row: undefined, code: 'not_found' };
      throw error;
    }
  }

  /**
   * Has the entitlement decide events that entitlements send each other, and writes the rows. Events that are in the
   * ledger already are not sent again: their rows come from there, and they have no result. The rest is sent with what
   * the database knows, so that it waits neither for a load nor behind messages that wait for a move.
   */
  private async decideAndWrite(
    id: EntitlementId,
    events: readonly CaseEvent[],
  ): Promise<Pick<CaseEventsDecision, 'rows' | 'results'>> {
    const [caseIds, keys] = [events.map(({ caseId }) => caseId), events.map(({ key }) => key)];
    // The snapshot is read first: only what is read after a checkpoint's number surely holds everything that was
    // forgotten at that checkpoint.
    const { snapshot } = await this.store.loadForgotten(id, [], []);
    const { cases, rows: known } = await this.store.loadForgotten(id, caseIds, keys);
    const missing = events.filter(({ key }) => known.every((row) => row.key !== key));
    if (missing.length === 0) return { rows: known, results: [] };
    const knowledge = { generation: snapshot?.generation ?? 0, cases: cases.map(packCase) };
    const decided = await this.caseEvents(id, { events: missing, by: OWN_NAME, knowledge });
    if (decided.rows.length > 0) await this.store.write({ rows: decided.rows, snapshot: decided.snapshot });
    return { rows: [...known, ...decided.rows], results: decided.results };
  }

  /** Writes what the entitlement decided about a case and perhaps nobody has written. True if there was something. */
  async writeUnwritten(id: EntitlementId, caseId: string): Promise<boolean> {
    const found = await this.workflows.unwrittenAbout(id, caseId);
    if (found === undefined || found.rows.length === 0) return false;
    await this.store.write({ rows: found.rows.map(unpackRow), snapshot: found.snapshot });
    return true;
  }
}

const isAboutKnowledge = (error: unknown): boolean =>
  error instanceof RefusalError &&
  error.refusal.code === 'validation_failed' &&
  /^(?:knowledge|confirmed)\b/.test(error.refusal.field ?? '');
