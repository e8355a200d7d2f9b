import { findLostSuccessors } from '../db/entitlements/lost-successors.ts';
import type { Sql } from '../db/postgres/sql.ts';
import type { Logger } from '../runtime/logger.ts';
import type { FormerSuccessor } from '../workflows/entitlements/ports.ts';

/** Workflows free predecessors themselves. This finds what workers of older versions leave behind. */
const LOOK_EVERY_MS = 60 * 60_000;

interface Watching {
  readonly sql: Sql;
  readonly gateway: { freePredecessor(successor: FormerSuccessor): Promise<void> };
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

/**
 * Frees the predecessors of lost successors, at once, and then every hour. A failure is logged and tried again an hour
 * later.
 */
export function watchLostSuccessors({ sql, gateway, log }: Watching): { stop(): Promise<void> } {
  let isStopped = false;
  const look = async () => {
    const lost = await findLostSuccessors(sql).catch((error: unknown) => {
      log.warn({ err: error }, 'lost successors could not be looked for');
      return [];
    });
    for (const successor of lost) {
      if (isStopped) return;
      await gateway.freePredecessor(successor).then(
        () => log.info(successor, 'freed the predecessor of a lost successor'),
        (error: unknown) =>
          log.warn({ err: error, ...successor }, 'could not free the predecessor of a lost successor'),
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
