import { expect } from 'vitest';
import { aCustomer, aDraft, anActive, ask } from './api-client.ts';
import { dayFromNow } from './days.ts';
import { discard, temporal } from './temporal.ts';
import { soon } from './waiting.ts';

/** Workflows that a test sends strange input to. Whatever it sends, none of their tasks may fail. */
export class MetWorkflows {
  readonly #ids = new Set<string>();

  add(workflowId: string): void {
    this.#ids.add(workflowId);
  }

  /** A draft, an active entitlement, and one whose renewal is open, all of one new customer. */
  async make(): Promise<{ customerId: string; draftId: string; activeId: string; renewedId: string }> {
    const customerId = await aCustomer();
    const draftId = (await aDraft(customerId)).id;
    const activeId = (await anActive(customerId)).id;
    for (const id of [draftId, activeId]) this.add(`entitlement/${id}`);
    return { customerId, draftId, activeId, renewedId: await this.makeRenewed(customerId) };
  }

  /** An entitlement whose renewal is open; answers the entitlement's id. */
  async makeRenewed(customerId: string): Promise<string> {
    const renewalPolicy = { noticeDays: 60 };
    const { id } = await anActive(customerId, { renewalPolicy, endDate: dayFromNow(20) });
    await soon(async () => expect((await ask('GET', `/v1/renewals/ren_${id}_1`)).status).toBe(200));
    this.add(`entitlement/${id}`);
    this.add(`renewal/${id}/1`);
    return id;
  }

  /** Fails when a task of any of them has failed or is being retried. */
  async expectNoFailedTask(): Promise<void> {
    expect(this.#ids.size).toBeGreaterThan(0);
    for (const workflowId of this.#ids) {
      const handle = temporal.workflow.getHandle(workflowId);
      const { events } = await handle.fetchHistory();
      const failed = (events ?? []).flatMap((event) => event.workflowTaskFailedEventAttributes ?? []);
      expect(
        failed.map((attributes) => JSON.stringify(attributes)),
        workflowId,
      ).toEqual([]);
      const { raw } = await handle.describe();
      expect(raw.pendingWorkflowTask?.attempt ?? 1, workflowId).toBeLessThanOrEqual(1);
      const retried = (raw.pendingActivities ?? []).filter(({ attempt }) => (attempt ?? 1) > 2);
      expect(retried, workflowId).toEqual([]);
    }
  }

  async discard(): Promise<void> {
    await Promise.all([...this.#ids].map((id) => discard(id.replace(/^entitlement\//, ''))));
  }
}
