import { type Client, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { inject } from 'vitest';
import { fastForward } from '../../dev/fast-forward.ts';
import type { StateAnswer } from '../../workflows/entitlements/messages.ts';
import { DAY_MS, MINUTE_MS } from './days.ts';
import { soon } from './waiting.ts';

const { client, connection } = await TestWorkflowEnvironment.createFromExistingServer({
  address: inject('temporalAddress'),
});

/** A Temporal client as a case system of its own would have it. */
export const temporal: Client = client;

export const workflowOf = (entitlementId: string, runId?: string): WorkflowHandle =>
  temporal.workflow.getHandle(`entitlement/${entitlementId}`, runId);

export const stateOf = (entitlementId: string): Promise<StateAnswer> =>
  workflowOf(entitlementId).query<StateAnswer>('state');

/** Moves the clock of one delivery ahead, or to its end if that comes first. */
export const skipDelivery = (id: string, ms: number): Promise<void> =>
  fastForward(connection, 'default', `delivery/${id}`, ms).catch(endedBefore);

function endedBefore(error: Error): void {
  if (!error.message.includes('the execution ended before')) throw error;
}

/** Ends an entitlement's workflow that a test may have broken, so that it does not trouble other tests. */
export async function discard(entitlementId: string): Promise<void> {
  await workflowOf(entitlementId)
    .terminate('the test is over')
    .catch((error: unknown) => {
      // It was never started, or has ended by itself.
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    });
}

/** Longer than a workflow leaves a row for its sender to write: after this it writes the row itself. */
export const UNCONFIRMED_MS = 45_000;

/** Less than `fastForward` takes at a time. */
const LONGEST_SKIP_MS = 350 * DAY_MS;

/** The clock of one entitlement, which only goes forward. */
export class Clock {
  private readonly workflowId: string;
  private skippedMs: number;

  /** `aheadMs`: how far it is ahead already. `workflowId`: of another workflow than the entitlement's or its renewal's. */
  constructor(
    entitlementId: string,
    { renewal, aheadMs = 0, workflowId }: { renewal?: number; aheadMs?: number; workflowId?: string } = {},
  ) {
    const own = renewal === undefined ? `entitlement/${entitlementId}` : `renewal/${entitlementId}/${renewal}`;
    this.workflowId = workflowId ?? own;
    this.skippedMs = aheadMs;
  }

  get aheadMs(): number {
    return this.skippedMs;
  }

  /** A minute past the instant: what happens at it has happened. */
  async goPast(instant: string | null): Promise<void> {
    await this.goTo(instant, MINUTE_MS);
  }

  async goJustBefore(instant: string | null): Promise<void> {
    await this.goTo(instant, -MINUTE_MS);
  }

  /** To the very instant; children that start on the way keep their own time from then on. */
  async goToAlone(instant: string): Promise<void> {
    const ms = Date.parse(instant) - Date.now() - this.skippedMs;
    await fastForward(connection, 'default', this.workflowId, ms, { alone: true });
    this.skippedMs += ms;
  }

  /** As far as it likes: what is longer than the server moves at a time is cut. */
  async skip(ms: number): Promise<void> {
    let left = ms;
    for (; left > LONGEST_SKIP_MS; left -= LONGEST_SKIP_MS) await this.skipAtOnce(LONGEST_SKIP_MS);
    await this.skipAtOnce(left);
  }

  private async skipAtOnce(ms: number): Promise<void> {
    await fastForward(connection, 'default', this.workflowId, ms);
    this.skippedMs += ms;
  }

  /** Past the end of the workflow, which has nothing to do any more before `ms` have passed. */
  async skipUntilCompleted(ms: number): Promise<void> {
    await this.skip(ms).catch(endedBefore);
    await soon(async () => {
      const { status } = await temporal.workflow.getHandle(this.workflowId).describe();
      if (status.name !== 'COMPLETED') throw new Error(`${this.workflowId} is ${status.name} after ${ms} ms.`);
    });
  }

  private async goTo(instant: string | null, offsetMs: number): Promise<void> {
    if (instant === null) throw new TypeError('There is no such instant.');
    await this.skip(Date.parse(instant) + offsetMs - Date.now() - this.skippedMs);
  }
}
