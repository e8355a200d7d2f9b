import type { ClockDispatchStore, DueClockWork } from '../db/clocks/clock-work.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { WorkLoop } from './work-loop.ts';

interface ClockDispatcherParts {
  readonly store: ClockDispatchStore;
  /** Tells the workflow of the case's clocks. A second time is harmless. */
  readonly tell: (due: DueClockWork) => Promise<void>;
  readonly log: Pick<Logger, 'warn'>;
  readonly clock?: Clock;
}

/** Tells the workflows of clocks what is on record about their cases. Every worker has one, and they share the work. */
export class ClockDispatcher {
  readonly #loop: WorkLoop;

  constructor({ store, tell, log, clock }: ClockDispatcherParts) {
    this.#loop = new WorkLoop({
      listen: (onWakeUp) => store.listen(onWakeUp),
      work: () => store.dispatch(tell),
      log,
      words: {
        withoutWakeUps: 'the clocks get no wake-ups and are polled instead',
        failing: 'clocks wait, because their workflows cannot be told',
      },
      clock,
    });
  }

  /** Resolves once the work under way is done. */
  stop(): Promise<void> {
    return this.#loop.stop();
  }
}
