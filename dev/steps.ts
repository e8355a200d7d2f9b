import { Listr } from 'listr2';
import type { Narrator } from './temporal-program.ts';

export interface Step {
  name: string;
  /** Does the step and answers its result, for the step's line. */
  work(narrator: Narrator): Promise<string>;
}

// In a log file an occasional progress line is enough.
const PROGRESS_EVERY_MS = 5_000;
// A terminal that reports no width is treated as no terminal; redrawn lines would be broken into single letters.
const NARROWEST_TERMINAL = 40;
const MS_PER_SECOND = 1_000;

/**
 * Runs the groups one after the other, and the steps of a group at the same time; prints a line with its time for each
 * step.
 */
export async function runSteps(groups: Step[][]): Promise<void> {
  const canRedraw = process.stdout.isTTY && process.stdout.columns >= NARROWEST_TERMINAL;
  if (canRedraw) await withListr(groups);
  else for (const group of groups) await settleAll(group.map((step) => inPlainLines(step)));
}

// All steps are awaited, even after a failure: what was started must be known before anything is stopped.
async function settleAll(work: Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

async function inPlainLines({ name, work }: Step): Promise<void> {
  const startedAt = performance.now();
  const say = (line: string) => console.log(line);
  let progressAt = performance.now();
  const progress = (line: string) => {
    if (performance.now() - progressAt < PROGRESS_EVERY_MS) return;
    progressAt = performance.now();
    say(line);
  };
  say(`${name}: ${await work({ say, progress })} (${took(startedAt)})`);
}

async function withListr(groups: Step[][]): Promise<void> {
  for (const group of groups) {
    const tasks = group.map(({ name, work }) => ({
      title: name,
      rendererOptions: { persistentOutput: true, outputBar: Number.POSITIVE_INFINITY },
      task: async (_: unknown, task: { title: string | undefined; output: string | undefined }) => {
        const startedAt = performance.now();
        const reached = await work({
          say: (line) => {
            task.output = line;
          },
          progress: (line) => {
            task.title = line;
          },
        });
        task.title = `${name}: ${reached} (${took(startedAt)})`;
      },
    }));
    await new Listr(tasks, { concurrent: true, exitOnError: true, registerSignalListeners: false }).run();
  }
}

function took(startedAt: number): string {
  return `${((performance.now() - startedAt) / MS_PER_SECOND).toFixed(1)} s`;
}
