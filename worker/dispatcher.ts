import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { type DeliveryKind, WAKE_CHANNEL } from '../db/deliveries/deliveries.ts';
import {
  type DueDelivery,
  dispatchDeliveries,
  holdEmails,
  tidyDeliveries,
} from '../db/deliveries/delivery-dispatch.ts';
import { dispatchEvents } from '../db/deliveries/events.ts';
import type { Sql } from '../db/postgres/sql.ts';
import type { Logger } from '../runtime/logger.ts';
import { attemptNow, type delivery, deliveryWorkflowIdOf } from '../workflows/deliveries/delivery.ts';

/** How long something waits at most when nobody was woken for it: the connection that listens may be away. */
const POLL_MS = 1_500;
/** A start that takes longer is tried again. */
const START_WITHIN_MS = 5_000;
/** How often deliveries are looked for that wait for nothing. */
const TIDY_EVERY_MS = 60_000;

interface DispatcherParts {
  readonly sql: Sql;
  readonly client: Client;
  /** Of deliveries. */
  readonly taskQueue: string;
  readonly log: Logger;
  /** Without a mail server, e-mails wait. */
  readonly sendsEmail: boolean;
  /** Attempts under way at a time for one webhook. */
  readonly perWebhook: number;
}

/** Turns events into deliveries and starts their workflows. Every worker has one; they share the work. */
export class Dispatcher {
  private readonly parts: DispatcherParts;
  private readonly kinds: readonly DeliveryKind[];
  private readonly stopping = new AbortController();
  private readonly running: Promise<void>;
  private woken = false;
  private wake: () => void = () => undefined;
  private isFailing = false;
  private tidiedAt = 0;

  constructor(parts: DispatcherParts) {
    this.parts = parts;
    this.kinds = parts.sendsEmail ? ['webhook', 'email'] : ['webhook'];
    parts.sql
      .listen(WAKE_CHANNEL, () => this.wakeUp())
      .catch((error: unknown) => parts.log.warn({ err: error }, 'the dispatcher is not woken, it polls'));
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.wakeUp();
    await this.running;
  }

  private wakeUp(): void {
    this.woken = true;
    this.wake();
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      this.woken = false;
      const moved = await this.dispatch();
      if (moved === 0 && !this.woken) await this.pause();
    }
  }

  private async pause(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      timer = setTimeout(resolve, POLL_MS);
    });
    clearTimeout(timer);
  }

  /** How much it did; nothing when a part that it needs is away, which is told once. */
  private async dispatch(): Promise<number> {
    const { sql, sendsEmail, perWebhook, log } = this.parts;
    try {
      await this.tidy();
      const events = await dispatchEvents(sql);
      if (!sendsEmail) await holdEmails(sql);
      const deliveries = await dispatchDeliveries(sql, { kinds: this.kinds, atATime: perWebhook }, (due) =>
        this.start(due),
      );
      this.isFailing = false;
      return events + deliveries;
    } catch (error) {
      if (!this.isFailing) log.warn({ err: error }, 'deliveries wait');
      this.isFailing = true;
      return 0;
    }
  }

  private async tidy(): Promise<void> {
    const now = performance.now();
    if (now - this.tidiedAt < TIDY_EVERY_MS) return;
    await tidyDeliveries(this.parts.sql);
    this.tidiedAt = now;
  }

  /** Started already is fine: whoever did it died before it could say so. */
  private async start({ id, redelivery, ...about }: DueDelivery): Promise<void> {
    const { client, taskQueue } = this.parts;
    const options = {
      taskQueue,
      workflowId: deliveryWorkflowIdOf(id),
      args: [{ id, redelivery }] as [{ id: string; redelivery: number }],
      staticSummary: summaryOf(about),
    };
    try {
      await client.withDeadline(Date.now() + START_WITHIN_MS, async () => {
        if (redelivery === 0)
          await client.workflow.start<typeof delivery>('delivery', {
            ...options,
            workflowIdReusePolicy: 'REJECT_DUPLICATE',
          });
        else
          await client.workflow.signalWithStart<typeof delivery, [number]>('delivery', {
            ...options,
            signal: attemptNow,
            signalArgs: [redelivery],
          });
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }
}

/** The path of a webhook's URL may hold a secret of its receiver's. */
const summaryOf = ({ kind, type, target, subject }: Omit<DueDelivery, 'id' | 'redelivery'>): string =>
  kind === 'webhook' ? `${type} to ${new URL(target).host}` : `E-mail to ${target}: ${subject}`;
