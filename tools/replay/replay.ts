import { Listr, type ListrRendererFactory, type ListrTaskWrapper } from 'listr2';
import type { AllotClient } from '../../client/client.ts';
import type { LogEvent } from './log.ts';
import { type Plan, planReplay, type ReplayOptions } from './plan.ts';
import { type Played, play, readTerms } from './play.ts';
import { setUp } from './setup.ts';

/** How often the progress line changes on a terminal and, less often, in a log file. */
const TERMINAL_INTERVAL_MS = 100;
const FILE_INTERVAL_MS = 5_000;

export interface ReplayResult {
  readonly plan: Plan;
  readonly played: Played;
  /** Entitlement by location. */
  readonly entitlementIds: ReadonlyMap<string, string>;
}

type Task = ListrTaskWrapper<unknown, ListrRendererFactory, ListrRendererFactory>;

/**
 * Plays a log's events through the API, with progress on the terminal. Playing the same again changes nothing and
 * gives the same result; so does going on after an interruption.
 */
export async function replay(
  client: AllotClient,
  events: readonly LogEvent[],
  options: ReplayOptions,
  runName?: string,
): Promise<ReplayResult> {
  const plan = planReplay(events, options, runName);
  let entitlementIds: ReadonlyMap<string, string> = new Map();
  let played: Played | undefined;
  const tasks = new Listr(
    [
      {
        title: `Set up ${plan.locations.length} customers with an entitlement each (run ${plan.run})`,
        task: async (_, task) => {
          const show = showOn(task, client);
          entitlementIds = await setUp(client, plan, (done, of) => show(`${done} of ${of} records`));
        },
      },
      {
        title: `Play ${plan.events.length} events`,
        task: async (_, task) => {
          const show = showOn(task, client);
          played = await play(client, plan, entitlementIds, ({ done, of, rejected }) =>
            show(`${done} of ${of} events, ${rejected} attaches refused`),
          );
        },
      },
      {
        title: 'Read what is left',
        task: async (_, task) => {
          showOn(task, client);
          if (played !== undefined) await readTerms(client, played, entitlementIds);
        },
      },
    ],
    // The caller shows the failure, once, as one line.
    { rendererOptions: { showErrorMessage: false, collapseErrors: false }, fallbackRenderer: 'simple' },
  );
  await tasks.run();
  if (played === undefined) throw new Error('the tasks ended without a play');
  return { plan, played, entitlementIds };
}

/** Shows lines under a task, not more often than a reader needs. That the API is away is always shown. */
export function showOn(task: Task, client: AllotClient): (line: string) => void {
  const intervalMs = process.stdout.isTTY ? TERMINAL_INTERVAL_MS : FILE_INTERVAL_MS;
  let shownAt = performance.now();
  client.onWait = (reason, waitMs) => {
    task.output = `The API is away (${reason}); trying again in ${(waitMs / 1000).toFixed(1)} s`;
  };
  return (line) => {
    if (performance.now() - shownAt < intervalMs) return;
    shownAt = performance.now();
    task.output = line;
  };
}
