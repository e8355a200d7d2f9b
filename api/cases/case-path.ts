import type { CaseContext, ContextQuestion } from '../../db/cases/case-contexts.ts';
import type { ReadOffers } from '../../db/cases/offers.ts';
import type { CaseMove } from '../../domain/cases/case-custody.ts';
import { type CaseRequest, needsPick } from '../../domain/cases/case-request.ts';
import { refusalError } from '../../domain/refusals.ts';
import { noteAnswered } from './case-metrics.ts';
import type { CaseOutcome } from './case-outcome.ts';
import { CasePick } from './case-picking.ts';
import { type Deciders, type ReadRequest, Round } from './case-round.ts';
import { withSpills } from './case-spilling.ts';

/** How often the database is read while moves of the requests' cases are finished. */
const MAX_READS = 4;

export interface CasePathParts extends Deciders {
  readonly contexts: (questions: readonly ContextQuestion[]) => Promise<readonly CaseContext[]>;
  readonly offers: ReadOffers;
  /** Has the entitlement that a case came from give back; see EntitlementsGateway.finishMove. */
  readonly finishMove: (move: CaseMove) => Promise<void>;
}

/**
 * The path of case events. What all of them name is read at once. Then each event goes to the entitlement that it
 * names, that its case has or that is picked for it, and that entitlement alone decides. Events of one list about one
 * case keep their order.
 */
export class CasePath {
  private readonly parts: CasePathParts;

  constructor(parts: CasePathParts) {
    this.parts = parts;
  }

  /** Returns one outcome for each event, in order, after everything that was decided is written. */
  async apply(requests: readonly CaseRequest[], by: string): Promise<readonly CaseOutcome[]> {
    // Offers are read first: so the contexts, which are read later, hold everything that was forgotten at an offer's
    // checkpoint.
    const picks = await this.picksFor(requests);
    const contexts = await this.contextsOf(requests);
    const complete = await withSpills(requests, contexts, this.parts.offers, Date.now());
    const outcomes = new Array<CaseOutcome>(requests.length);
    let rest: readonly ReadRequest[] = complete.map((request, index) => ({
      request,
      index,
      context: contextAt(contexts, index),
      isStale: false,
      tries: 0,
    }));
    // Each round asks the next candidate where the last one refused, and follows cases that have moved.
    while (rest.length > 0) {
      const round = new Round(this.parts, { picks, by, outcomes });
      rest = await round.run(await this.readAnew(rest));
    }
    for (const [index, outcome] of outcomes.entries()) noteAnswered(requests[index]?.event.kind ?? 'unknown', outcome);
    return outcomes;
  }

  /**
   * What the database knows about the events. Where a case is just moving, its old entitlement may have decided under
   * the event's key without having written that. So the move is finished first: then everything that the old
   * entitlement decided is on record, and it refuses what comes later. Refuses `unavailable` where that does not
   * succeed.
   */
  async contextsOf(requests: readonly CaseRequest[]): Promise<readonly CaseContext[]> {
    for (let reads = 1; ; reads += 1) {
      const contexts = await this.parts.contexts(requests.map(questionOf));
      const moves = unfinishedMoves(contexts);
      if (moves.length === 0) return contexts;
      if (reads >= MAX_READS)
        throw refusalError('unavailable', 'The case is just moving. Ask again with the same key.');
      for (const move of moves) await this.parts.finishMove(move);
    }
  }

  /** The request with what the entitlement needs to share its case with others; see `withSpills`. */
  async complete<Request extends CaseRequest>(request: Request, context: CaseContext): Promise<Request> {
    const [complete = request] = await withSpills([request], [context], this.parts.offers, Date.now());
    return complete;
  }

  /** The picks for the attaches that name no entitlement, by the index of the request. */
  private async picksFor(requests: readonly CaseRequest[]): Promise<ReadonlyMap<number, CasePick>> {
    const picks = new Map<number, CasePick>();
    await Promise.all(
      requests.map(async (request, index) => {
        if (!needsPick(request)) return;
        const offers = await this.parts.offers(request.event.customerId);
        const options = { when: 'create', lastChances: requests.length > 1, now: Date.now() } as const;
        picks.set(index, new CasePick(request.event, offers, options));
      }),
    );
    return picks;
  }

  /** Reads again what is known about cases that had left the entitlement that was asked. */
  private async readAnew(rest: readonly ReadRequest[]): Promise<readonly ReadRequest[]> {
    const stale = rest.filter(({ isStale }) => isStale);
    if (stale.length === 0) return rest;
    const contexts = await this.contextsOf(stale.map(({ request }) => request));
    const anew = new Map(stale.map(({ index }, position) => [index, contextAt(contexts, position)]));
    return rest.map((item) => ({ ...item, context: anew.get(item.index) ?? item.context, isStale: false }));
  }
}

/** One move for each case that is just moving and whose event has no answer yet. */
function unfinishedMoves(contexts: readonly CaseContext[]): readonly CaseMove[] {
  const moves = new Map<string, CaseMove>();
  for (const { rowOfKey, unattachedKey, unfinishedMove } of contexts)
    if (rowOfKey === null && unattachedKey === null && unfinishedMove !== null)
      moves.set(unfinishedMove.caseId, unfinishedMove);
  return [...moves.values()];
}

export function contextAt(contexts: readonly CaseContext[], index: number): CaseContext {
  const context = contexts[index];
  if (context === undefined) throw new TypeError('Every event has a context.');
  return context;
}

/** What the event names, as the database is asked for it. */
function questionOf({ event, named }: CaseRequest): ContextQuestion {
  const { caseId, key } = event;
  const question = { caseId, key, entitlementId: named };
  if (event.kind !== 'attach' && event.kind !== 'update')
    return { ...question, customerId: null, contactId: null, productId: null, channel: null };
  const { customerId = null, contactId = null, productId = null, channel = null } = event;
  return { ...question, customerId, contactId, productId, channel };
}
