import { type EntitlementId, entitlementId } from '../ids.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { attachObstacle, caseExists } from './attach-obstacle.ts';
import { changedMeanwhileDetail } from './case-custody.ts';
import { type CaseEvent, isSameContent } from './case-event.ts';
import type { AttachRequest, CaseRequest } from './case-request.ts';
import { type ExistingRecords, problemWithNamed } from './named-records.ts';
import type { RecordedCase } from './recorded-case.ts';

/** What the database knows about an event, all at one moment. */
export interface RoutingFacts extends ExistingRecords {
  readonly case: RecordedCase | null;
  readonly entitlement: { readonly id: string } | null;
  /** The ledger row that the key made, on whichever entitlement. */
  readonly rowOfKey: {
    readonly entitlementId: string;
    readonly fingerprint: string;
    readonly isGivenUp: boolean;
  } | null;
  /** What came with the key when it was about a case without an entitlement. */
  readonly unattachedKey: { readonly fingerprint: string } | null;
}

/**
 * How a key was answered when it first came: by a refusal, by its ledger row, or by the case without an entitlement.
 */
export type FirstAnswered =
  | { readonly by: 'refusal'; readonly refused: Refusal; readonly repeated: boolean }
  | { readonly by: 'row' }
  | { readonly by: 'unattached' };

/** Where an earlier event of the same list put a case: on an entitlement, or on record without one. */
export type Placed = EntitlementId | 'unattached';

/** Where an event goes. */
export type Route =
  | { readonly to: 'first answer'; readonly first: FirstAnswered }
  | { readonly to: 'refusal'; readonly refused: Refusal }
  /** The entitlement decides. */
  | { readonly to: 'entitlement'; readonly id: EntitlementId }
  /** An entitlement must be picked for the case. */
  | { readonly to: 'pick'; readonly request: AttachRequest }
  /** The case has no entitlement: the database decides. */
  | { readonly to: 'unattached' };

/**
 * Where an event goes: to the answer that its key had before, to the entitlement that it names or that its case has, to
 * the picking of one, or to the record of a case without one. Refuses as `problemWithNamed` and `attachObstacle` do,
 * and `not_found` for a case that does not exist. `placed` says where an earlier event of the list put the case.
 */
export function route(request: CaseRequest, facts: RoutingFacts, placed: Placed | undefined): Route {
  const { event } = request;
  const first = firstAnswered(request, facts);
  if (first !== undefined) return { to: 'first answer', first };
  const attach = isAttach(request) ? request : undefined;
  const refused = problemWithNamed(request, facts) ?? (attach && attachObstacle(attach, facts.case));
  if (refused !== undefined) return { to: 'refusal', refused };
  if (placed !== undefined) return routeAfter(request, placed);
  if (facts.entitlement !== null) return { to: 'entitlement', id: entitlementId(facts.entitlement.id) };
  if (attach !== undefined) return { to: 'pick', request: attach };
  if (facts.case === null)
    return { to: 'refusal', refused: refuse('not_found', `There is no case ${event.caseId}.`).refused };
  return { to: 'unattached' };
}

const isAttach = (request: CaseRequest): request is AttachRequest => request.event.kind === 'attach';

/** An event of a case that the same list has placed already. */
function routeAfter({ event, named }: CaseRequest, placed: Placed): Route {
  const goesElsewhere = placed === 'unattached' || (named ?? placed) !== placed;
  if (event.kind === 'attach' && goesElsewhere) return { to: 'refusal', refused: caseExists(event.caseId, false) };
  return placed === 'unattached' ? { to: 'unattached' } : { to: 'entitlement', id: placed };
}

/**
 * How the key was answered when it first came; undefined for a new key. The same key with other content, or for another
 * entitlement, is an `idempotency_conflict`.
 */
export function firstAnswered(request: CaseRequest, facts: RoutingFacts): FirstAnswered | undefined {
  const { event, named } = request;
  const { rowOfKey, unattachedKey } = facts;
  // Where both exist and the row was given up, the key had put the case on record without an entitlement: that answer
  // stands.
  if (unattachedKey !== null && (rowOfKey === null || rowOfKey.isGivenUp))
    return isSameContent(unattachedKey.fingerprint, event) ? { by: 'unattached' } : keyConflict(event);
  if (rowOfKey === null) return undefined;
  // A marked change includes the entitlement that it named in its fingerprint, so that is not compared here.
  const isForOther = event.mark === undefined && named !== null && named !== rowOfKey.entitlementId;
  if (isForOther || !isSameContent(rowOfKey.fingerprint, event)) return keyConflict(event);
  if (!rowOfKey.isGivenUp) return { by: 'row' };
  return { by: 'refusal', refused: refuse('conflict', changedMeanwhileDetail(event.caseId)).refused, repeated: true };
}

const keyConflict = ({ key }: CaseEvent): FirstAnswered => ({
  by: 'refusal',
  refused: refuse('idempotency_conflict', `The key ${key} came before with other content.`).refused,
  repeated: false,
});
