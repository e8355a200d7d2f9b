import type { WorkflowHandle } from '@temporalio/client';
import type { EntitlementView } from '../../api/entitlements/entitlement-view.ts';
import { fastForward } from '../../dev/fast-forward.ts';
import { state } from '../../workflows/entitlements/messages.ts';
import type { OwnStack } from '../support/own-stack.ts';
import { must } from '../support/records.ts';
import { unique } from '../support/unique.ts';
import { until } from '../support/waiting.ts';
import type { Path } from './paths.ts';

/** What a scene leaves behind: the run whose history stands for a path. */
export type Played = Partial<Record<Path, WorkflowHandle>>;

type Identified = Pick<EntitlementView, 'id'>;

const MINUTE_MS = 60_000;
const SOON_MS = 60_000;

/** What the scenes have in common: a system of their own, commands to it, and the clocks of its workflows. */
export class Stage {
  protected readonly stack: OwnStack;

  constructor(stack: OwnStack) {
    this.stack = stack;
  }

  protected async command({ id }: Identified, command: string): Promise<EntitlementView> {
    return await must(200, this.stack.ask<EntitlementView>('POST', `/v1/entitlements/${id}/${command}`));
  }

  protected async refused({ id, customerId }: EntitlementView, channel: string): Promise<void> {
    const body = { id: unique('case'), customerId, entitlementId: id, channel };
    await must(422, this.stack.ask('POST', '/v1/cases', body));
  }

  /** Where the API has the entitlement's renewal of that number, once it is there. */
  protected async renewalOf({ id }: Identified, renewalNumber = 1): Promise<string> {
    const path = `/v1/renewals/ren_${id}_${renewalNumber}`;
    return await until('the renewal', SOON_MS, async () =>
      (await this.stack.ask('GET', path)).status === 200 ? path : undefined,
    );
  }

  protected async renewalWorkflow({ id }: Identified, renewalNumber = 1): Promise<WorkflowHandle> {
    return (await this.stack.client()).workflow.getHandle(`renewal/${id}/${renewalNumber}`);
  }

  protected async completed(workflow: WorkflowHandle): Promise<void> {
    await until('completed', SOON_MS, async () =>
      (await workflow.describe()).status.name === 'COMPLETED' ? true : undefined,
    );
  }

  /** The run of this moment. */
  protected async runOf({ id }: Identified): Promise<WorkflowHandle> {
    const client = await this.stack.client();
    const { workflowId, runId } = await client.workflow.getHandle(`entitlement/${id}`).describe();
    return client.workflow.getHandle(workflowId, runId);
  }

  /** The run, once it has written everything that it decided. It confirms rows that no caller confirmed after half a minute. */
  protected async settled(entitlement: Identified): Promise<WorkflowHandle> {
    const workflow = await this.runOf(entitlement);
    await until(`${entitlement.id} has written all`, SOON_MS, async () =>
      (await workflow.query(state)).unconfirmedRows === 0 ? true : undefined,
    );
    return workflow;
  }

  /** Moves the clock of an entitlement to a minute past the instant. `begun` is when the scene began. */
  protected async skipTo(id: string, instant: string | null, begun: number): Promise<void> {
    const workflow = await this.runOf({ id: id as EntitlementView['id'] });
    const { entitlement } = await workflow.query(state);
    // The workflow's clock stands where its last skip ended, or in today.
    const now = Math.max(begun, entitlement.updatedAt);
    await this.skip(`entitlement/${id}`, Date.parse(instant ?? '') + MINUTE_MS - now);
  }

  protected async skip(workflowId: string, ms: number): Promise<void> {
    await fastForward(await this.stack.connection(), 'default', workflowId, ms);
  }
}
