import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { EpochMs } from '../../domain/calendar.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import type { RenewalActivities } from './ports.ts';
import type { RenewalRun } from './renewal-run.ts';
import type { Work } from './step-queue.ts';

/**
 * Has a step written and announced. While the database is away, something may supersede the step, such as a withdrawal:
 * then the attempt is canceled, and the step is announced as things are by then. An attempt that succeeded all the same
 * stays the one that counts, because a step is written once.
 */
export async function announceStep(
  takeRenewalStep: RenewalActivities['takeRenewalStep'],
  run: RenewalRun,
  work: Work,
  { successorId, now }: { readonly successorId: EntitlementId | null; readonly now: () => EpochMs },
): Promise<void> {
  for (;;) {
    const announcement = run.announcementOf(work, successorId, now());
    const attempt = new CancellationScope();
    let isTaken = false;
    const announced = attempt
      .run(() => takeRenewalStep(announcement))
      .finally(() => {
        isTaken = true;
      });
    const superseded = condition(() => isTaken || run.isSuperseded(work, announcement)).then(
      () => isTaken || attempt.cancel(),
    );
    try {
      await Promise.all([announced, superseded]);
      return;
    } catch (error) {
      if (!isCancellation(error)) throw error;
    }
  }
}
