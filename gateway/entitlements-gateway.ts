import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Client,
  type WithStartWorkflowOperation as WithStart,
  WithStartWorkflowOperation,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { ApplicationFailure, type UpdateDefinition } from '@temporalio/common';
import type { LedgerStore } from '../activities/entitlement.ts';
import type { CaseOnEntitlement } from '../domain/case.ts';
import type { EntitlementId } from '../domain/ids.ts';
import type { LedgerRow } from '../domain/ledger.ts';
import type { LifeCommandKind } from '../domain/life.ts';
import { movedKey } from '../workflows/case-custody.ts';
import type { entitlement as entitlementWorkflow } from '../workflows/entitlement.ts';
import { OWN_NAME } from '../workflows/event-limits.ts';
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
  type WireCaseEvent,
  workflowIdOf,
} from '../workflows/messages.ts';
import { unpackRow } from '../workflows/packed.ts';
import { initialSearchAttributes } from '../workflows/search-attributes.ts';
import { problemFrom } from './temporal-failures.ts';

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
    return answer;
  }

  /** Decides case events in their order. The caller writes the rows. */
  async caseEvents(id: EntitlementId, message: CaseEventsMessage): Promise<CaseEventsDecision> {
    const { results, rows, snapshot } = await this.update(id, applyCaseEvents, message);
    return { results, rows: rows.map(unpackRow), snapshot };
  }

  /**
   * Has the entitlement that a case came from give back what the case took, and tells the new one what the old one
   * decided about the case while it moved. Done again it changes nothing: each step has a key of its own.
   */
  async finishMove(to: EntitlementId, { seq, case: kase }: LedgerRow): Promise<void> {
    const { entitlementId: from, seq: through } = kase?.movedFrom ?? {};
    if (kase === null || from == null || through === undefined) return;
    const { caseId } = kase;
    const key = movedKey(caseId, to, seq);
    const by = OWN_NAME;
    const left = await this.caseEvents(from, { events: [{ kind: 'detach', key, caseId, through }], by });
    await this.store.write({ rows: left.rows, snapshot: left.snapshot });
    const last = left.rows.find((row) => row.key === key)?.case;
    const known = await this.store.caseAt(from, through);
    if (last == null || known === undefined) return;
    const events = decidedMeanwhile(known, last, key);
    if (events.length === 0) return;
    const told = await this.caseEvents(to, { events, by });
    await this.store.write({ rows: told.rows, snapshot: told.snapshot });
  }

  /** Tells the entitlement of a case event and waits for no decision. */
  async signal(
    id: EntitlementId,
    { kind, ...event }: Exclude<WireCaseEvent, { kind: 'decrement' | 'detach' }>,
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
      throw problemFrom(error);
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

/** What became of a case between the row by which its mover knew it and its leaving, as events for where it is now. */
function decidedMeanwhile(known: CaseOnEntitlement, last: CaseOnEntitlement, key: string): readonly WireCaseEvent[] {
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
