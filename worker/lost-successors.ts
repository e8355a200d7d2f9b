import { findLostSuccessors } from '../db/entitlements/lost-successors.ts';
import type { Sql } from '../db/postgres/sql.ts';
import type { Logger } from '../runtime/logger.ts';
import type { FormerSuccessor } from '../workflows/entitlements/ports.ts';

/**
 * Workflows tell by themselves; this is for what an older version left behind, and for a worker of it that still runs.
 */
const LOOK_EVERY_MS = 60 * 60_000;

interface Watching {
  readonly sql: Sql;
  readonly gateway: { freePredecessor(successor: FormerSuccessor): Promise<void> };
  readonly log: Logger;
}

/** Frees the predecessors of successors that never followed, when the worker starts and then each hour. */
export function watchLostSuccessors({ sql, gateway, log }: Watching): { stop(): Promise<void> } {
  let isStopped = false;
  const look = async () => {
    const lost = await findLostSuccessors(sql).catch((error: unknown) => {
      log.warn({ err: error }, 'lost successors were not looked for');
      return [];
    });
    for (const successor of lost) {
      if (isStopped) return;
      await gateway.freePredecessor(successor).then(
        () => log.info(successor, 'freed the predecessor of a successor that never followed'),
        (error: unknown) => log.warn({ err: error, ...successor }, 'its predecessor could not be freed'),
      );
    }
  };
  let looking = look();
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, LOOK_EVERY_MS);
  return {
    stop: async () => {
      isStopped = true;
      clearInterval(timer);
      await looking;
    },
  };
}
