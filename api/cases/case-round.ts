import type { CaseContext } from '../../db/cases/case-contexts.ts';
import type { NoEntitlement, UnattachedOutcome } from '../../db/cases/unattached-cases.ts';
import type { CaseEvent } from '../../domain/cases/case-event.ts';
import type { AttachRequest, CaseRequest } from '../../domain/cases/case-request.ts';
import { type Placed, route } from '../../domain/cases/case-routing.ts';
import type { Considered } from '../../domain/cases/considered.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import { refuse } from '../../domain/refusals.ts';
import type { EventAnswer } from '../../workflows/entitlements/case-messages.ts';
import type { Knowledge } from '../../workflows/entitlements/messages.ts';
import { packCase } from '../../workflows/entitlements/packed.ts';
import { type CaseOutcome, nothingDecided, outcomeOf, outcomeOfFirst, refusedOutcome } from './case-outcome.ts';
import { type CasePick, refusedAsCandidate } from './case-picking.ts';
import type { GroupCommit } from './group-commit.ts';

/** Who decides: entitlements, in groups, and the database for cases without one. */
export interface Deciders {
  readonly groupCommit: Pick<GroupCommit, 'submit'>;
  readonly unattached: (event: CaseEvent, why: NoEntitlement | null, by: string) => Promise<UnattachedOutcome>;
}

/** How often an event follows a case that moves. */
const MAX_TRIES = 3;

/** A request with what the database knows about it. */
export interface ReadRequest {
  readonly request: CaseRequest;
  /** Its place in the caller's list. */
  readonly index: number;
  readonly context: CaseContext;
  /** The case has left the entitlement that was asked: the context must be read again. */
  readonly isStale: boolean;
  /** How often it followed a case that had moved. */
  readonly tries: number;
}

/** A request whose event goes to an entitlement. */
interface RoutedEvent extends ReadRequest {
  /**
   * The event in the form in which the entitlement gets it: with the rule that picked the entitlement, if it was
   * picked.
   */
  readonly event: CaseEvent;
  readonly pick: CasePick | undefined;
}

/** An event of a case without an entitlement, and for a new case why it has none. */
interface UnattachedEvent {
  readonly event: CaseEvent;
  readonly index: number;
  readonly why: NoEntitlement | null;
}

interface RoundOptions {
  /** By the index of the request. */
  readonly picks: ReadonlyMap<number, CasePick>;
  readonly by: string;
  /** The round puts its outcomes here. */
  readonly outcomes: CaseOutcome[];
}

/** One round: sends each event to one place, at once to different places, and says which must go on to another. */
export class Round {
  private readonly deciders: Deciders;
  private readonly options: RoundOptions;
  private readonly lanes = new Map<EntitlementId, RoutedEvent[]>();
  private readonly placed = new Map<string, Placed>();
  private readonly unattached: UnattachedEvent[] = [];

  constructor(deciders: Deciders, options: RoundOptions) {
    this.deciders = deciders;
    this.options = options;
  }

  /** Returns the requests that are not decided yet, in the caller's order. */
  async run(items: readonly ReadRequest[]): Promise<readonly ReadRequest[]> {
    for (const item of items) this.place(item);
    const rest = await Promise.all([
      this.applyUnattached(),
      ...[...this.lanes].map(([id, lane]) => this.applyLane(id, lane)),
    ]);
    return rest.flat().sort((one, other) => one.index - other.index);
  }

  private place(item: ReadRequest): void {
    const { request, index, context } = item;
    const { event } = request;
    const next = route(request, context, this.placed.get(event.caseId));
    switch (next.to) {
      case 'first answer':
        this.options.outcomes[index] = outcomeOfFirst(event, next.first, context);
        break;
      case 'refusal':
        this.options.outcomes[index] = refusedOutcome(event, next.refused);
        break;
      case 'entitlement':
        this.toLane(next.id, { ...item, event, pick: undefined });
        break;
      case 'unattached':
        this.unattached.push({ event, index, why: null });
        break;
      case 'pick':
        this.placeByPick(item, next.request);
        break;
    }
  }

  /**
   * Sends the attach to the next candidate; after the last, the case is on record without an entitlement, or refused.
   */
  private placeByPick(item: ReadRequest, { event }: AttachRequest): void {
    const { index } = item;
    const { settings } = item.context;
    const pick = this.options.picks.get(index);
    if (pick === undefined) throw new TypeError('An attach without an entitlement has a pick.');
    const candidate = pick.next(settings);
    if (candidate !== undefined) {
      this.toLane(candidate.entitlement.id, { ...item, event: pick.attach, pick });
    } else if (settings.demandEntitlement) {
      const { explanation, considered } = pick.whyNone(settings);
      const refused = refuse('no_entitlement', explanation).refused;
      this.options.outcomes[index] = { ...refusedOutcome(event, refused), considered };
    } else {
      this.placed.set(event.caseId, 'unattached');
      this.unattached.push({ event, index, why: pick.whyNone(settings) });
    }
  }

  private toLane(id: EntitlementId, routed: RoutedEvent): void {
    if (routed.event.kind === 'attach') this.placed.set(routed.event.caseId, id);
    const lane = this.lanes.get(id);
    if (lane === undefined) this.lanes.set(id, [routed]);
    else lane.push(routed);
  }

  /**
   * Has one entitlement decide its events; returns those that another must decide, with all later ones of their cases.
   */
  private async applyLane(id: EntitlementId, lane: readonly RoutedEvent[]): Promise<readonly ReadRequest[]> {
    const { groupCommit } = this.deciders;
    const { by, outcomes } = this.options;
    const answers = await groupCommit.submit(id, {
      events: lane.map(({ event }) => event),
      by,
      knowledge: known(lane),
      considered: consideredIn(lane),
    });
    const passedOn = new Set<string>();
    const moved = new Set<string>();
    const rest: ReadRequest[] = [];
    for (const [position, { event, pick, ...item }] of lane.entries()) {
      const answer = answers[position];
      if (answer === undefined) throw new TypeError('An entitlement answers every event.');
      if (pick !== undefined && refusedAsCandidate(answer)) {
        pick.noteRefusal(answer);
        passedOn.add(event.caseId);
      }
      if (hasLeft(item, id, answer)) moved.add(event.caseId);
      if (moved.has(event.caseId)) rest.push({ ...item, isStale: true, tries: item.tries + 1 });
      else if (passedOn.has(event.caseId)) rest.push(item);
      else outcomes[item.index] = outcomeOf(event, id, answer, item.context.case);
    }
    return rest;
  }

  /**
   * Has the database decide about cases without an entitlement: in order, as a list may hold several events of a case.
   */
  private async applyUnattached(): Promise<readonly ReadRequest[]> {
    for (const { event, index, why } of this.unattached) {
      const { repeated, refused, after } = await this.deciders.unattached(event, why, this.options.by);
      this.options.outcomes[index] =
        refused === null
          ? { ...nothingDecided(event), outcome: 'accepted', repeated, without: after }
          : refusedOutcome(event, refused);
    }
    return [];
  }
}

/**
 * Whether what was read about the event is outdated: the entitlement no longer has the case, though the case's record
 * named it; or another entitlement has answered the key, and its row is the answer.
 */
function hasLeft({ context, tries }: ReadRequest, id: EntitlementId, answer: EventAnswer): boolean {
  if (tries >= MAX_TRIES) return false;
  if (answer.entitlementId !== undefined) return true;
  return answer.code === 'not_found' && answer.seq === null && context.case?.entitlementId === id;
}

/** What was considered for the attaches whose entitlement was picked, by key. */
function consideredIn(lane: readonly RoutedEvent[]): ReadonlyMap<string, Considered> {
  const found = new Map<string, Considered>();
  for (const { event, pick, request, context } of lane) {
    const considered = pick === undefined ? request.considered : pick.considered(context.settings);
    if (considered !== undefined) found.set(event.key, considered);
  }
  return found;
}

/** What the sender has read, as of the oldest read. Of an entitlement that was picked only its offer was read. */
const known = (lane: readonly RoutedEvent[]): Knowledge => ({
  generation: Math.min(...lane.map(({ context, pick }) => pick?.checkpoint ?? context.entitlement?.generation ?? 0)),
  cases: lane.flatMap(({ context: { onEntitlement } }) => (onEntitlement === null ? [] : [packCase(onEntitlement)])),
});
