import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { nextStep } from '../../domain/renewals/renewal-course.ts';
import { RefusedMessages } from '../messages/refused-messages.ts';
import { FIRST_STAGE, searchAttributes } from '../messages/search-attributes.ts';
import type { RenewalAnswer } from './renewal-messages.ts';

/**
 * Shows the operator how far a renewal is. A search attribute costs an event each time, so only changes are written.
 */
export class RenewalOperatorView {
  private stage: string = FIRST_STAGE;
  private readonly refusals = new RefusedMessages();

  /** A message came that a renewal does not take. */
  refused(answer: RenewalAnswer, name: string, why: string): void {
    this.refusals.note(name, why);
    this.describe(answer);
  }

  show(answer: RenewalAnswer): void {
    const stage = stageOf(answer);
    if (stage !== this.stage) upsertSearchAttributes([{ key: searchAttributes.renewalStage, value: stage }]);
    this.stage = stage;
    this.describe(answer);
  }

  private describe(answer: RenewalAnswer): void {
    const { renewal, successorId } = answer;
    const stage = stageOf(answer);
    const next = nextStep(renewal);
    setCurrentDetails(
      [
        `Renewal ${renewal.n} of \`${renewal.entitlementId}\`, which ends after **${renewal.endDate}** (${renewal.timeZone})`,
        `- Stage: **${stage}**${renewal.reason === null ? '' : `: ${renewal.reason}`}`,
        `- Done: ${renewal.done.length === 0 ? 'nothing yet' : renewal.done.join(', ')}`,
        next === null ? '- Nothing is due' : `- Next: ${next.step} ${new Date(next.at).toISOString()}`,
        ...(successorId === null ? [] : [`- Successor: \`${successorId}\``]),
        ...this.refusals.lines,
      ].join('\n'),
    );
  }
}

const stageOf = ({ renewal }: RenewalAnswer): string => (renewal.isPaused ? 'paused' : renewal.stage);
