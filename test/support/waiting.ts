import { setTimeout as sleep } from 'node:timers/promises';
import { vi } from 'vitest';

const POLL_MS = 25;
/** Long, because a busy machine is slow; what is not coming fails the test anyway. */
const SOON_MS = 120_000;

/**
 * Calls `find` again until it answers something other than undefined. An error counts as "not yet"; when the time is
 * up, the last error is the cause of the failure.
 */
export async function until<Found>(
  what: string,
  limitMs: number,
  find: () => Promise<Found | undefined>,
): Promise<Found> {
  let cause: unknown;
  for (const deadline = performance.now() + limitMs; performance.now() < deadline; await sleep(POLL_MS)) {
    try {
      const found = await find();
      if (found !== undefined) return found;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
  }
  throw new Error(`${what}: not within ${limitMs / 1_000} s`, { cause });
}

/**
 * Calls `check` again until it no longer throws; a failure shows its last error. For what follows a timer or a signal.
 */
export const soon = <Value>(check: () => Promise<Value>, timeout: number = SOON_MS): Promise<Value> =>
  vi.waitFor(check, { timeout, interval: 2 * POLL_MS });
