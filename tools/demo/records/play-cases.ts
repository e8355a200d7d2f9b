import { ActionableError } from '../../../client/failure.ts';
import type { components } from '../../../client/schema.d.ts';
import { sendEvents } from '../../replay/play.ts';
import type { PlannedContract } from './contract-plan.ts';
import type { DeskName, Desks } from './demo-keys.ts';
import type { PlannedCase } from './plan.ts';

/** Small enough to show progress, large enough for few calls. */
const BATCH_SIZE = 150;

type CaseEvent = components['schemas']['CaseEvent'];

/** How many cases and later events were sent, and how many attaches were refused. */
export interface CaseCounts {
  attached: number;
  refused: number;
  later: number;
}

/**
 * Plays all cases: the case system sends them, the support lead lets some in past the terms, and the agents resolve,
 * cancel and reactivate those that were taken. Each event has a key, so a second play changes nothing.
 */
export async function playCases(
  desks: Desks,
  cases: readonly PlannedCase[],
  entitlementIds: ReadonlyMap<PlannedContract, string>,
  onProgress: (done: number) => void,
): Promise<CaseCounts> {
  const taken = new Set<string>();
  let done = 0;
  const send = async (desk: DeskName, events: readonly CaseEvent[]) => {
    for (let at = 0; at < events.length; at += BATCH_SIZE) {
      const batch = events.slice(at, at + BATCH_SIZE);
      const results = await sendEvents(desks.at(desk), batch);
      for (const [index, { outcome }] of results.entries()) {
        const event = batch[index];
        if (event?.kind === 'attach' && outcome === 'accepted') taken.add(event.caseId);
      }
      done += batch.length;
      onProgress(done);
    }
  };
  const attach = (planned: PlannedCase) => attachOf(planned, entitlementIds);
  await send('Case system', cases.filter(({ override }) => override === undefined).map(attach));
  await send('Support lead', cases.filter(({ override }) => override !== undefined).map(attach));
  const later = cases.filter(({ id }) => taken.has(id)).flatMap(laterEventsOf);
  await send('Agent desk', later);
  return { attached: taken.size, refused: cases.length - taken.size, later: later.length };
}

function attachOf(planned: PlannedCase, entitlementIds: ReadonlyMap<PlannedContract, string>): CaseEvent {
  const { id, customerId, contactId, productId, channel, title, names, override } = planned;
  const entitlementId = names === undefined ? undefined : entitlementIds.get(names);
  if (names !== undefined && entitlementId === undefined) throw new ActionableError(`${id} names no contract.`);
  return {
    kind: 'attach',
    key: `${id}:attach`,
    caseId: id,
    ...{ customerId, contactId, productId, channel, title },
    ...(entitlementId === undefined ? {} : { entitlementId }),
    ...(override === undefined ? {} : { override: { reason: override } }),
  };
}

function laterEventsOf({ id, fate, minutes }: PlannedCase): readonly CaseEvent[] {
  const event = <Kind extends 'resolve' | 'cancel' | 'reactivate'>(kind: Kind) => ({
    kind,
    key: `${id}:${kind}`,
    caseId: id,
  });
  switch (fate) {
    case 'open':
      return [];
    case 'canceled':
      return [event('cancel')];
    case 'resolved':
      return [{ ...event('resolve'), minutes }];
    case 'reactivated':
      return [{ ...event('resolve'), minutes }, event('reactivate')];
  }
}
