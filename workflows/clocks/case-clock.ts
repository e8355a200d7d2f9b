import {
  CancellationScope,
  condition,
  continueAsNew,
  patched,
  proxyActivities,
  setCurrentDetails,
  setDefaultSignalHandler,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { LONGEST_TIMER_MS, MAX_RUN_EVENTS, MAX_RUN_SIGNALS } from '../messages/limits.ts';
import { RefusedMessages } from '../messages/refused-messages.ts';
import { unreadableStart } from '../messages/start-failure.ts';
import { type CaseClockInput, caseChanged, clockState } from './clock-messages.ts';
import type { ClockActivities, ClockTurnTaken } from './ports.ts';
import { isCaseClockStart } from './start-input.ts';

const { takeClockTurn } = proxyActivities<ClockActivities>({
  startToCloseTimeout: '30 seconds',
  retry: { maximumInterval: '30 seconds' },
  summary: 'Count the clocks and announce what happened',
});

/**
 * The service-level clocks of one case: it sleeps until the next warning or breach, or until something happens to the
 * case, and ends when the last clock has ended. What happened is on record before this workflow is told, so a signal
 * carries nothing. A cancel request of Temporal does not end it.
 */
export async function caseClock(input: CaseClockInput): Promise<void> {
  if (!isCaseClockStart(input)) throw unreadableStart('the clocks of a case');
  return await CancellationScope.nonCancellable(() => live(input));
}

async function live(input: CaseClockInput): Promise<void> {
  const { caseId, run, first } = input;
  let told = 0;
  let heard = 0;
  let last: ClockTurnTaken | null = null;
  const refused = new RefusedMessages();
  setHandler(clockState, () => last, { description: 'How the clocks stood at the last turn' });
  setHandler(
    caseChanged,
    () => {
      told += 1;
    },
    { description: 'Something that concerns the clocks is on record' },
  );
  setDefaultSignalHandler((name) => refused.note(name, 'is no signal of the clocks of a case'));
  const isTold = () => told > heard;
  const show = ({ lines }: ClockTurnTaken) => setCurrentDetails([...lines, ...refused.lines].join('\n\n'));
  if (first !== undefined && patched('first-turn-came-with-the-start')) {
    // It knows what the signal of the start tells.
    heard = 1;
    last = first;
    show(first);
    await sleepUntil(first.wakesAt, isTold);
  }
  do {
    heard = told;
    last = await takeClockTurn({ caseId, run, now: Date.now() });
    show(last);
    if (last.isOver && !isTold()) return;
    if (!last.isOver) await sleepUntil(last.wakesAt, isTold);
  } while (told < MAX_RUN_SIGNALS && workflowInfo().historyLength < MAX_RUN_EVENTS);
  // What it was told and has not heard yet is on record: the next run begins by looking.
  await continueAsNew<typeof caseClock>({ caseId, run });
}

/** Sleeps until the instant, or until the clocks are told something. */
async function sleepUntil(at: number | null, isTold: () => boolean): Promise<void> {
  if (at === null) await condition(isTold);
  else if (at > Date.now()) await condition(isTold, Math.min(at - Date.now(), LONGEST_TIMER_MS));
}
