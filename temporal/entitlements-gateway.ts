import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Client,
  type WithStartWorkflowOperation as WithStart,
  WithStartWorkflowOperation,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { ApplicationFailure, type UpdateDefinition } from '@temporalio/common';
import { asksOthers } from '../domain/cases/spill.ts';
import type { Entitlement } from '../domain/entitlements/entitlement.ts';
import type { LifeCommandKind } from '../domain/entitlements/life.ts';
import { predecessorToFree, whyNoSuccessor } from '../domain/entitlements/succession.ts';
import type { EntitlementId } from '../domain/ids.ts';
import { OWN_NAME } from '../domain/input-limits.ts';
import type { LedgerRow } from '../domain/ledger/ledger-row.ts';
import type { SupportCase } from '../domain/ledger/support-case.ts';
import { RefusalError } from '../domain/refusals.ts';
import { type CaseMove, movedKey } from '../workflows/entitlements/case-custody.ts';
import type { entitlement as entitlementWorkflow } from '../workflows/entitlements/entitlement.ts';
import {
  applyCaseEvents,
  type CaseEventsDecision,
  type CaseEventsMessage,
  type CreateMessage,
  caseSignals,
  create,
  type EntitlementInput,
  HANDING_OVER,
  type LifeAnswer,
  type LifeMessage,
  lifeUpdates,
  unwritten,
  type WireCaseEvent,
  workflowIdOf,
} from '../workflows/entitlements/messages.ts';
import { packCase, unpackRow } from '../workflows/entitlements/packed.ts';
import type { FormerSuccessor, LedgerStore } from '../workflows/entitlements/ports.ts';
import { initialSearchAttributes } from '../workflows/messages/search-attributes.ts';
import { shareCase } from './share-case.ts';
import { refusalFrom } from './temporal-failures.ts';

/** How long a caller waits for an entitlement's decision before it is told to ask again. */
const DECISION_DEADLINE_MS = 10_000;
/** A run that ends is followed by the next after this, if nothing comes meanwhile; doubled with each try. */
const HANDING_OVER_MS = 50;
const LONGEST_HANDING_OVER_MS = 1_000;

/** Speaks to the entitlements' workflows, and brings back those that had completed. */
export class EntitlementsGateway {
  private readonly client: Client;
  private readonly taskQueue: string;
  private readonly store: LedgerStore;

  constructor({ client, taskQueue, store }: { client: Client; taskQueue: string; store: LedgerStore }) {
    this.client = client;
    this.taskQueue = taskQueue;
    this.store = store;
  }

  /**
   * Starts an entitlement's workflow with its draft, or finds that the same was done before. `known` entitlements are
   * asked, and brought back if need be, instead of started. Written when it returns.
   */
  async create(id: EntitlementId, message: CreateMessage, known: boolean): Promise<LifeAnswer> {
    const answer = known
      ? await this.update(id, create, message)
      : await this.asking(() => this.updateWithStart(create, message, { id }, message));
    await this.store.write({ rows: [answer.row], snapshot: answer.snapshot });
    return answer;
  }

  /** Refuses as the workflow does; see `decideLife`. Written when it returns. */
  async command(id: EntitlementId, kind: LifeCommandKind, message: LifeMessage): Promise<LifeAnswer> {
    const answer = await this.update(id, lifeUpdates[kind], message);
    await this.store.write({ rows: [answer.row], snapshot: answer.snapshot });
    if (kind === 'delete' || kind === 'cancel') await this.freePredecessorNow(answer.snapshot.entitlement);
    return answer;
  }

  /**
   * Tells the predecessor of an entitlement that was deleted, or canceled before its start, that it can be renewed
   * again. Written when it returns; again it changes nothing. A predecessor that is gone, or has another successor,
   * needs nothing.
   */
  async freePredecessor({ id, predecessorId, why }: FormerSuccessor): Promise<void> {
    try {
      // The key has whoever comes second write the row of the first before it answers.
      const message = { by: OWN_NAME, key: `successor-ended:${id}`, reason: why, successorId: id };
      await this.command(predecessorId, 'successor-ended', message);
    } catch (error) {
      if (!(error instanceof RefusalError) || error.refusal.code === 'unavailable') throw error;
    }
  }

  /**
   * The caller can renew again as soon as it has its answer. Where this fails, the entitlement's workflow does the same
   * by itself.
   */
  private async freePredecessorNow(entitlement: Entitlement): Promise<void> {
    const [predecessorId, why] = [predecessorToFree(entitlement), whyNoSuccessor(entitlement)];
    if (predecessorId === null || why === null) return;
    await this.freePredecessor({ id: entitlement.id, predecessorId, why }).catch(() => undefined);
  }

  /**
   * Decides case events in their order. The caller writes the rows. When the entitlement cannot confirm what the sender
   * knows, as after an operator has reset its workflow, it is asked once more without that and reads by itself.
   */
  async caseEvents(id: EntitlementId, message: CaseEventsMessage): Promise<CaseEventsDecision> {
    const { events, by } = message;
    const decide = async (asked: CaseEventsMessage) => {
      const { results, rows, snapshot } = await this.update(id, applyCaseEvents, asked);
      return { results, rows: rows.map(unpackRow), snapshot };
    };
    try {
      return await decide(message);
    } catch (error) {
      if (!isAboutKnowledge(error)) throw error;
      return await decide(by === undefined ? { events } : { events, by });
    }
  }

  /** Finishes the move of a case that `row` attached to `to`; see `finishMove`. There is nothing to do for any other row. */
  async finishMoveOf(to: EntitlementId, { seq, case: supportCase }: LedgerRow): Promise<void> {
    const { entitlementId: from, seq: through } = supportCase?.movedFrom ?? {};
    if (supportCase === null || from == null || through === undefined) return;
    await this.finishMove({ caseId: supportCase.caseId, from, through, to, seq });
  }

  /**
   * Has the entitlement that a case came from give back what the case took, and tells the new one what the old one
   * decided about the case while it moved. Done again it changes nothing: each step has a key of its own.
   *
   * With the row that gives back, all that the old one decided about the case and that nobody has written is written: a
   * key that it knows is in the ledger before anybody sees that the case has left.
   */
  async finishMove({ caseId, from, through, to, seq }: CaseMove): Promise<void> {
    const key = movedKey(caseId, to, seq);
    const left = await this.written(from, [{ kind: 'detach', key, caseId, through }]);
    // Where the case was shared with others they give back now, or they could take no part of it for the new entitlement.
    for (const row of left.filter(asksOthers)) await this.finishSpill(from, row);
    const last = left.find((row) => row.key === key)?.case;
    const known = await this.store.caseAt(from, through);
    if (last == null || known === undefined) return;
    const events = decidedMeanwhile(known, last, key);
    if (events.length === 0) return;
    await this.written(to, events);
  }

  /**
   * The rows of events that belong to a move, decided and written. What the ledger has is not asked for again; the rest is
   * sent with what the database knows, so that it waits neither for a load nor behind messages that wait for the move.
   */
  private async written(id: EntitlementId, events: readonly WireCaseEvent[]): Promise<readonly LedgerRow[]> {
    return (await this.decidedOnce(id, events)).rows;
  }

  /** The same, with the answers to those that the ledger did not have. */
  private async decidedOnce(
    id: EntitlementId,
    events: readonly WireCaseEvent[],
  ): Promise<Pick<CaseEventsDecision, 'rows' | 'results'>> {
    const [caseIds, keys] = [events.map(({ caseId }) => caseId), events.map(({ key }) => key)];
    // Before the rest: what is read after a checkpoint's number has seen all that was forgotten at it.
    const { snapshot } = await this.store.loadForgotten(id, [], []);
    const { cases, rows: known } = await this.store.loadForgotten(id, caseIds, keys);
    const missing = events.filter(({ key }) => known.every((row) => row.key !== key));
    if (missing.length === 0) return { rows: known, results: [] };
    const knowledge = { generation: snapshot?.generation ?? 0, cases: cases.map(packCase) };
    const decided = await this.caseEvents(id, { events: missing, by: OWN_NAME, knowledge });
    if (decided.rows.length > 0) await this.store.write({ rows: decided.rows, snapshot: decided.snapshot });
    return { rows: [...known, ...decided.rows], results: decided.results };
  }

  /** Writes what the entitlement decided about a case and whoever asked for it may not have written; whether there was any. */
  async writeUnwritten(id: EntitlementId, caseId: string): Promise<boolean> {
    const handle = this.client.workflow.getHandle(workflowIdOf(id));
    // A workflow that has ended and is forgotten wrote everything before it ended.
    const found = await this.asking(() => handle.query(unwritten, caseId).catch(ignoreNotFound));
    if (found == null || found.rows.length === 0) return false;
    await this.store.write({ rows: found.rows.map(unpackRow), snapshot: found.snapshot });
    return true;
  }

  /** Shares a case with other entitlements as a row of its own one, `of`, says; see `shareCase`. */
  async finishSpill(of: EntitlementId, row: LedgerRow): Promise<void> {
    await shareCase(of, row, (id, event) => this.askFor(id, event));
  }

  /** Has an entitlement decide one event, and writes it. One that is gone refuses with `not_found`. */
  private async askFor(id: EntitlementId, event: WireCaseEvent) {
    try {
      const { rows, results } = await this.decidedOnce(id, [event]);
      return { row: rows.find(({ key }) => key === event.key), code: results[0]?.code };
    } catch (error) {
      if (error instanceof RefusalError && error.refusal.code === 'not_found')
        return { row: undefined, code: 'not_found' };
      throw error;
    }
  }

  /** Tells the entitlement of a case event and waits for no decision. */
  async signal(
    id: EntitlementId,
    { kind, ...event }: Exclude<WireCaseEvent, { kind: 'decrement' | 'detach' | 'spill' | 'spilled' }>,
    by: string,
  ): Promise<void> {
    const handle = this.client.workflow.getHandle(workflowIdOf(id));
    const args: [object] = [{ ...event, by }];
    await this.asking(async () => {
      try {
        await handle.signal(caseSignals[kind].name, ...args);
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
        await this.client.workflow.signalWithStart('entitlement', {
          taskQueue: this.taskQueue,
          workflowId: workflowIdOf(id),
          args: [{ id, revive: true }],
          signal: caseSignals[kind].name,
          signalArgs: args,
        });
      }
    });
  }

  private async update<Answer, Message>(
    id: EntitlementId,
    definition: UpdateDefinition<Answer, [Message]>,
    message: Message,
  ): Promise<Answer> {
    const handle = this.client.workflow.getHandle(workflowIdOf(id));
    return await this.asking(async () => {
      try {
        return await untilTaken(() => handle.executeUpdate(definition, { args: [message] }));
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
        return await this.updateWithStart(definition, message, { id, revive: true });
      }
    });
  }

  /** An operation can be used once: each try has one of its own. */
  private async updateWithStart<Answer, Message>(
    definition: UpdateDefinition<Answer, [Message]>,
    message: Message,
    input: EntitlementInput,
    created?: CreateMessage,
  ): Promise<Answer> {
    return await untilTaken(() =>
      this.client.workflow.executeUpdateWithStart(definition, {
        args: [message],
        startWorkflowOperation: this.startOperation(input, created),
      }),
    );
  }

  private async asking<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await this.client.withDeadline(Date.now() + DECISION_DEADLINE_MS, ask);
    } catch (error) {
      throw refusalFrom(error);
    }
  }

  private startOperation(input: EntitlementInput, created?: CreateMessage): WithStart<typeof entitlementWorkflow> {
    const described =
      created === undefined
        ? {}
        : {
            staticSummary: created.details.name,
            staticDetails: `Customer ${created.details.customerId}`,
            typedSearchAttributes: initialSearchAttributes(created.details),
          };
    return new WithStartWorkflowOperation<typeof entitlementWorkflow>('entitlement', {
      workflowId: workflowIdOf(input.id),
      taskQueue: this.taskQueue,
      workflowIdConflictPolicy: 'USE_EXISTING',
      args: [input],
      ...described,
    });
  }
}

const isAboutKnowledge = (error: unknown): boolean =>
  error instanceof RefusalError &&
  error.refusal.code === 'validation_failed' &&
  /^(?:knowledge|confirmed)\b/.test(error.refusal.field ?? '');

function ignoreNotFound(error: unknown): undefined {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
}

/** What became of a case between the row by which its mover knew it and its leaving, as events for where it is now. */
function decidedMeanwhile(known: SupportCase, last: SupportCase, key: string): readonly WireCaseEvent[] {
  const { caseId, minutes } = last;
  const facts = {
    ...(last.contactId === known.contactId ? {} : { contactId: last.contactId }),
    ...(last.productId === known.productId ? {} : { productId: last.productId }),
    ...(last.channel === known.channel ? {} : { channel: last.channel }),
    ...(last.minutes === known.minutes ? {} : { minutes }),
    ...(last.decrements === known.decrements ? {} : { decrementEntitlementTerm: last.decrements }),
  };
  const updates: WireCaseEvent[] =
    Object.keys(facts).length === 0 ? [] : [{ kind: 'update', key: `${key}:update`, caseId, ...facts }];
  if (last.status === known.status || last.status === 'active') return updates;
  return last.status === 'resolved'
    ? [...updates, { kind: 'resolve', key: `${key}:resolve`, caseId, minutes }]
    : [...updates, { kind: 'cancel', key: `${key}:cancel`, caseId }];
}

/** Sends an update again that came while its run ended; a deadline around it bounds how often. */
async function untilTaken<Answer>(send: () => Promise<Answer>): Promise<Answer> {
  for (let wait = HANDING_OVER_MS; ; wait = Math.min(2 * wait, LONGEST_HANDING_OVER_MS)) {
    try {
      return await send();
    } catch (error) {
      if (!isHandingOver(error)) throw error;
      await sleep(wait);
    }
  }
}

const isHandingOver = (error: unknown): boolean =>
  error instanceof WorkflowUpdateFailedError &&
  error.cause instanceof ApplicationFailure &&
  error.cause.type === HANDING_OVER;
