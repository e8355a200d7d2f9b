import { hasNoGap, readGraceCases } from '../../db/cases/grace-cases.ts';
import { findEntitlement } from '../../db/entitlements/entitlements.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { takingOver } from '../../domain/cases/grace-cases.ts';
import { followsWithoutGap } from '../../domain/entitlements/grace.ts';
import { OWN_NAME } from '../../domain/input-limits.ts';
import { RefusalError } from '../../domain/refusals.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { EntitlementsGateway } from '../../temporal/entitlements-gateway.ts';
import type { GraceActivities, SuccessorStart } from '../../workflows/entitlements/ports.ts';

interface GraceParts {
  readonly sql: Sql;
  readonly gateway: Pick<EntitlementsGateway, 'command' | 'caseEvents' | 'commit'>;
  readonly log: Pick<Logger, 'warn'>;
}

/** Cases that move at a time: each may need two events, and an entitlement takes at most 100 at once. */
const CASES_AT_A_TIME = 20;

export const createGraceActivities = (parts: GraceParts): GraceActivities => ({
  takeOverGrace: (start) => takeOverGrace(parts, start),
});

/**
 * See `GraceActivities`. The predecessor is told first: from its answer on it takes no case more in its grace, so none is
 * missed. A case that the successor does not take, because nothing is left or its cover is another one, stays where it is,
 * and the successor's ledger has a row about it. Throws, to be tried again, while rows of the predecessor are not written.
 */
async function takeOverGrace({ sql, gateway, log }: GraceParts, start: SuccessorStart): Promise<void> {
  const { id, predecessorId, startsAt } = start;
  const predecessor = await findEntitlement(sql, predecessorId);
  if (predecessor === undefined || (predecessor.details.graceDays ?? 0) === 0) return;
  await tell(gateway, start);
  if (!followsWithoutGap(predecessor, startsAt)) return;
  if (!(await hasNoGap(sql, predecessorId))) throw new Error(`Rows of ${predecessorId} are not written yet.`);
  for (let after: string | null = null; ; ) {
    const cases = await readGraceCases(sql, predecessorId, { after, limit: CASES_AT_A_TIME });
    const last = cases.at(-1);
    if (last === undefined) return;
    const events = cases.flatMap((known) => takingOver(known, id));
    const { rows, results, snapshot } = await gateway.caseEvents(id, { events, by: OWN_NAME });
    await gateway.commit(id, { rows, snapshot });
    for (const [index, { code }] of results.entries())
      if (code !== undefined)
        log.warn({ id, predecessorId, caseId: events[index]?.caseId, code }, 'a case stays behind');
    after = last.caseId;
  }
}

async function tell(
  gateway: GraceParts['gateway'],
  { id, predecessorId, startsAt, seq }: SuccessorStart,
): Promise<void> {
  const message = { by: OWN_NAME, key: `successor-starts:${id}:${seq}`, reason: null, successorId: id, startsAt };
  try {
    await gateway.command(predecessorId, 'successor-starts', message);
  } catch (error) {
    // It knows that already, or has another successor by now.
    if (!(error instanceof RefusalError) || error.refusal.code === 'unavailable') throw error;
  }
}
