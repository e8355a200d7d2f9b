import type { EpochMs } from '../../domain/calendar.ts';
import type { WaitingStep } from '../../domain/renewals/audience.ts';
import type { Renewal, RenewalStep } from '../../domain/renewals/renewal-course.ts';
import type { AcceptMessage, RenewalStepTaken, StepDecided } from './renewal-messages.ts';

/** A step that waits to be written and announced. An acceptance makes its successor first. */
export interface Work {
  readonly taken: StepDecided;
  readonly accept: AcceptMessage | null;
  /** The renewal before the step. */
  readonly before: Renewal;
}

/** What a step was taken with, apart from its number. */
export interface NewStep {
  readonly step: RenewalStep;
  readonly at: EpochMs;
  readonly before: Renewal;
  /** The renewal after the step. */
  readonly renewal: Renewal;
  readonly accept?: AcceptMessage | null;
  readonly decided?: RenewalStepTaken['decided'];
}

/** The steps of a renewal, numbered 1, 2, 3 … They are done one after the other. */
export class StepQueue {
  private readonly waiting: Work[] = [];
  private lastSeq = 0;
  private doneThrough = 0;

  /** Continues after the steps that the renewal's record already has. */
  continueAfter(seq: number): void {
    this.lastSeq = seq;
    this.doneThrough = seq;
  }

  /** Adds a step and returns its number. */
  add({ step, at, before, renewal, accept = null, decided = null }: NewStep): number {
    this.lastSeq += 1;
    this.waiting.push({ taken: { step, at, renewal, seq: this.lastSeq, decided }, accept, before });
    return this.lastSeq;
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  get next(): Work | undefined {
    return this.waiting[0];
  }

  get steps(): readonly WaitingStep[] {
    return this.waiting.map(({ taken }) => taken);
  }

  /** The first step is done. */
  finish({ taken }: Work): void {
    this.doneThrough = taken.seq;
    this.waiting.shift();
  }

  isDone(seq: number): boolean {
    return this.doneThrough >= seq;
  }
}
