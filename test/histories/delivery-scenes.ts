import type { WorkflowHandle } from '@temporalio/client';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { anActive, must } from '../support/records.ts';
import { until } from '../support/waiting.ts';
import { type Played, Stage } from './stage.ts';

const SOON_MS = 60_000;

interface DeliveryView {
  readonly id: string;
  readonly endpointId: string;
  readonly status: string;
  readonly attempts: readonly unknown[];
}

/** Deliveries of events to webhooks; the worker must be allowed to send to this machine. */
export class DeliveryScenes extends Stage {
  /** Plays one scene after the other: each sets how the receiver answers. */
  async play(): Promise<Played> {
    const receiver = await HttpReceiver.start();
    try {
      return {
        ...(await this.delivered(receiver)),
        ...(await this.retried(receiver)),
        ...(await this.redelivered(receiver)),
        ...(await this.waiting(receiver)),
        ...(await this.gone(receiver)),
      };
    } finally {
      await receiver.stop();
    }
  }

  private async delivered(receiver: HttpReceiver): Promise<Played> {
    const { workflow } = await this.canceledAt(receiver);
    await this.completed(workflow);
    return { delivered: workflow };
  }

  /** The first attempt fails, the second one five seconds later succeeds. */
  private async retried(receiver: HttpReceiver): Promise<Played> {
    receiver.answer = status(500);
    const { workflow, id } = await this.canceledAt(receiver);
    await this.attempted(id, 1);
    receiver.answer = status(204);
    await this.completed(workflow);
    return { 'delivery-retried': workflow };
  }

  /** After two failed attempts somebody asks for it again. */
  private async redelivered(receiver: HttpReceiver): Promise<Played> {
    receiver.answer = status(500);
    const { workflow, id } = await this.canceledAt(receiver);
    await this.attempted(id, 2);
    receiver.answer = status(204);
    await must(202, this.stack.ask('POST', `/v1/deliveries/${id}/redeliver`));
    await this.completed(workflow);
    return { 'delivery-redelivered': workflow };
  }

  /** Still waits for its third attempt when it is recorded. */
  private async waiting(receiver: HttpReceiver): Promise<Played> {
    receiver.answer = status(503);
    const { workflow, id } = await this.canceledAt(receiver);
    await this.attempted(id, 2);
    return { 'delivery-waiting': workflow };
  }

  private async gone(receiver: HttpReceiver): Promise<Played> {
    receiver.answer = status(410);
    const { workflow } = await this.canceledAt(receiver);
    await this.completed(workflow);
    return { 'delivery-gone': workflow };
  }

  /** The delivery of one event to a webhook of its own. Other scenes cancel entitlements too, and their events go there as well. */
  private async canceledAt(receiver: HttpReceiver): Promise<{ workflow: WorkflowHandle; id: string }> {
    const webhook = { url: receiver.url, types: ['entitlement.canceled'] };
    const { id: endpointId } = await must(201, this.stack.ask<{ id: string }>('POST', '/v1/webhooks', webhook));
    const entitlement = await anActive(this.stack);
    await this.command(entitlement, 'cancel');
    const path = `/v1/deliveries?endpointId=${endpointId}&recordId=${entitlement.id}`;
    const id = await until('the delivery', SOON_MS, async () => {
      const { body } = await this.stack.ask<{ items: DeliveryView[] }>('GET', path);
      return body.items[0]?.id;
    });
    const workflow = (await this.stack.client()).workflow.getHandle(`delivery/${id}`);
    await until('the workflow of the delivery', SOON_MS, async () => (await workflow.describe()).runId);
    return { workflow, id };
  }

  private async attempted(id: string, attempts: number): Promise<void> {
    await until(`attempt ${attempts}`, SOON_MS, async () => {
      const { body } = await this.stack.ask<DeliveryView>('GET', `/v1/deliveries/${id}`);
      return body.attempts.length >= attempts ? true : undefined;
    });
  }
}
