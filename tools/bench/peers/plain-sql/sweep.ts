import { setTimeout as sleep } from 'node:timers/promises';
import type postgres from 'postgres';
import { turnAllDue } from '../common/turns.ts';

const EVERY_MS = 1_000;
/** A timer may fire a little early, and would then miss what is due on the second by a whole second. */
const AFTER_THE_SECOND_MS = 3;

/** Starts and expires what is due at each full second, as a cron of every second would. */
export function sweepEverySecond(sql: postgres.Sql): { stop(): Promise<void> } {
  const ending = new AbortController();
  const { signal } = ending;
  const sweeping = (async () => {
    while (!signal.aborted) {
      const untilNextMs = EVERY_MS - (Date.now() % EVERY_MS) + AFTER_THE_SECOND_MS;
      await sleep(untilNextMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        await turnAllDue(sql, 'started');
        await turnAllDue(sql, 'expired');
      } catch (error) {
        console.error(error);
      }
    }
  })();
  return {
    stop: async () => {
      ending.abort();
      await sweeping;
    },
  };
}
