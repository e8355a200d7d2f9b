import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { nextStep } from '../domain/renewal-course.ts';
import type { RenewalAnswer } from './renewal-messages.ts';
import { FIRST_STAGE, searchAttributes } from './search-attributes.ts';

/** Tells the operator how far a renewal is. A search attribute costs an event each time, so only what changed. */
export class RenewalView {
  private stage: string = FIRST_STAGE;

  show({ renewal, successorId }: RenewalAnswer): void {
    const stage = renewal.isPaused ? 'paused' : renewal.stage;
    if (stage !== this.stage) upsertSearchAttributes([{ key: searchAttributes.renewalStage, value: stage }]);
    this.stage = stage;
    const next = nextStep(renewal);
    setCurrentDetails(
      [
        `Renewal ${renewal.n} of \`${renewal.entitlementId}\`, which ends after **${renewal.endDate}** (${renewal.timeZone})`,
        `- Stage: **${stage}**${renewal.reason === null ? '' : `: ${renewal.reason}`}`,
        `- Done: ${renewal.done.length === 0 ? 'nothing yet' : renewal.done.join(', ')}`,
        next === null ? '- Nothing is due' : `- Next: ${next.step} ${new Date(next.at).toISOString()}`,
        ...(successorId === null ? [] : [`- Successor: \`${successorId}\``]),
      ].join('\n'),
    );
  }
}
