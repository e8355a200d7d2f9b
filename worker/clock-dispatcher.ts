import type { ClockDispatchStore, ToldClockWork } from '../db/clocks/clock-work.ts';
import { type Clock, systemClock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import type { CaseClockInput } from '../workflows/clocks/clock-messages.ts';
import type { ClockTurn, ClockTurnTaken } from '../workflows/clocks/ports.ts';
import { WorkLoop } from './work-loop.ts';

interface ClockDispatcherParts {
  readonly store: ClockDispatchStore;
  /** Takes the first turn of a case's clocks; see `takeFirstClockTurn`. */
  readonly takeFirstTurn: (turn: ClockTurn) => Promise<ClockTurnTaken | undefined>;
  /** Tells the workflow of the case's clocks. A second time is harmless. */
  readonly tell: (clocks: CaseClockInput) => Promise<void>;
  readonly log: Pick<Logger, 'warn'>;
  readonly clock?: Clock;
}

/**
 * Tells the workflows of clocks what is on record about their cases. It takes the first turn of a case's clocks itself, so
 * that their workflow begins by sleeping. Every worker has one, and they share the work.
 */
export class ClockDispatcher {
  readonly #loop: WorkLoop;

  constructor({ store, takeFirstTurn, tell, log, clock = systemClock }: ClockDispatcherParts) {
    const look = async ({ caseId, run, isFirst }: ToldClockWork) => {
      const turn = { caseId, run, now: clock.now() };
      // A turn that fails here is left to the workflow, which tries it again for as long as it takes.
      const first = isFirst ? await takeFirstTurn(turn).catch(() => undefined) : undefined;
      await tell({ caseId, run, ...(first === undefined ? {} : { first }) });
    };
    this.#loop = new WorkLoop({
      listen: (onWakeUp) => store.listen(onWakeUp),
      work: () => store.dispatch(look),
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
