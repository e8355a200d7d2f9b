import { allHandlersFinished, condition, log, proxyActivities } from '@temporalio/workflow';
import { MOVE_PATIENCE_MS } from '../messages/limits.ts';
import type { EntitlementRun } from './entitlement-run.ts';
import type { Inbox } from './inbox.ts';
import type { EntitlementActivities, Forgotten } from './ports.ts';

const { loadForgotten } = proxyActivities<EntitlementActivities>({
  startToCloseTimeout: '30 seconds',
  retry: { maximumInterval: '30 seconds' },
  summary: 'Load forgotten cases and keys',
});

/**
 * Loads what waiting messages need and decides them: what was forgotten, what other ledgers have, or the whole
 * entitlement where it must be brought back (`revive`). Runs as long as the run.
 */
export async function recallForgotten(run: EntitlementRun, inbox: Inbox, revive: boolean): Promise<never> {
  for (let revived = !revive; ; revived = true) {
    await condition(() => !revived || (run.exists && !inbox.isEmpty && !(inbox.isClosed && allHandlersFinished())));
    if (inbox.wanted().everywhere) await finishMoves(run, inbox.wanted().cases);
    const { checkpointNumber } = run.memory;
    const { cases, keys, messages, everywhere } = inbox.wanted();
    const stays = run.memory.staysOf(cases);
    const found = await loadAll(run, cases, keys);
    if (!run.exists) run.restore(found.snapshot);
    // A checkpoint meanwhile may have forgotten rows that were written after this read: read again.
    else if (run.memory.checkpointNumber !== checkpointNumber) continue;
    // A case may have moved in meanwhile from an entitlement that had decided under these keys: read again.
    else if (everywhere && run.memory.staysOf(cases) !== stays) continue;
    run.memory.learn({ knowledge: { generation: run.memory.checkpointNumber, cases: found.cases } });
    run.memory.recall(found.rows);
    run.memory.recallElsewhere(found.elsewhere ?? []);
    inbox.decide(messages);
    run.memory.forgetElsewhere();
  }
}

/** One load answers as much as a payload holds, and says what must be asked for again. */
async function loadAll({ id }: EntitlementRun, cases: readonly string[], keys: readonly string[]): Promise<Forgotten> {
  let found = await loadForgotten(id, cases, keys);
  // A worker of an older version does not say what other ledgers have.
  const all = { cases: [...found.cases], rows: [...found.rows], elsewhere: [...(found.elsewhere ?? [])] };
  while (found.left !== undefined) {
    found = await loadForgotten(id, found.left.cases, found.left.keys);
    all.cases.push(...found.cases);
    all.rows.push(...found.rows);
    all.elsewhere.push(...(found.elsewhere ?? []));
  }
  return { ...all, snapshot: found.snapshot };
}

/**
 * Waits until the cases that are just moving in have been given back. Before that, the last decisions of their old
 * entitlements may be unwritten, and so their keys unknown.
 */
async function finishMoves({ id, memory }: EntitlementRun, cases: readonly string[]): Promise<void> {
  const newest = memory.unfinishedMoves(cases).at(-1);
  if (newest === undefined) return;
  for (const row of memory.unfinishedMoves(cases)) memory.unconfirmed.markUrgent(row);
  if (!(await condition(() => memory.unfinishedMoves(cases).length === 0, MOVE_PATIENCE_MS)))
    log.warn('A case moved in, and its old entitlement does not answer', { id, caseId: newest.caseId });
}
