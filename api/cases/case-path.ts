import type { CaseContext, ContextQuestion } from '../../db/cases/case-contexts.ts';
import type { ReadOffers } from '../../db/cases/offers.ts';
import type { NoEntitlement, UnattachedOutcome } from '../../db/cases/unattached-cases.ts';
import type { CaseEvent } from '../../domain/cases/case-event.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import { refuse } from '../../domain/refusals.ts';
import type { CaseMove } from '../../workflows/entitlements/case-custody.ts';
import type { EventAnswer, Knowledge, WireCaseEvent } from '../../workflows/entitlements/messages.ts';
import { packCase } from '../../workflows/entitlements/packed.ts';
import { problem } from '../http/problem.ts';
import { type CaseOutcome, nothingDecided, outcomeOf, refusedOutcome } from './case-outcome.ts';
import { type AttachInput, CasePick, wasTried } from './case-picking.ts';
import { type Placed, route } from './case-routing.ts';
import { planSpills } from './case-spilling.ts';
import type { GroupCommit } from './group-commit.ts';

/** A case event of a caller; an attach names the entitlement that the case is to have, or leaves it to be picked. */
export type CaseInput = Exclude<WireCaseEvent, { kind: 'spill' | 'spilled' }> & {
  readonly entitlementId?: string | null | undefined;
  /** The attach puts an entitlement on a case that was recorded without one, or moves it to another. */
  readonly onExisting?: boolean;
};

/** So often an event follows a case that moves. */
const MAX_TRIES = 3;

/** An event on its way. */
interface Item {
  readonly input: CaseInput;
  readonly index: number;
  readonly context: CaseContext;
  /** What was read about it is too old. */
  readonly isStale?: boolean;
  /** How often it was sent after a case that had moved. */
  readonly tries?: number;
}

interface Routed extends Item {
  readonly pick: CasePick | undefined;
}

export interface CasePathParts {
  readonly contexts: (questions: readonly ContextQuestion[]) => Promise<readonly CaseContext[]>;
  readonly offers: ReadOffers;
  readonly groupCommit: GroupCommit;
  /** Has the entitlement that a case came from give back; see EntitlementsGateway.finishMove. */
  readonly finishMove: (move: CaseMove) => Promise<void>;
  readonly unattached: (event: CaseEvent, why: NoEntitlement | null, by: string) => Promise<UnattachedOutcome>;
}

/**
 * The path of case events: what they name is read at once for all of them, each goes to the entitlement that it names, that
 * its case has or that is picked for it, and that entitlement alone decides. Events of one list keep their order.
 */
export class CasePath {
  private readonly parts: CasePathParts;

  constructor(parts: CasePathParts) {
    this.parts = parts;
  }

  /** One outcome an event, in order. What is decided is written when it returns. */
  async apply(inputs: readonly CaseInput[], by: string): Promise<readonly CaseOutcome[]> {
    // Offers first: what is read after them knows all that an offer's generation vouches for.
    const picks = await this.picksFor(inputs, 'create');
    const contexts = await this.contextsOf(inputs);
    const outcomes = new Array<CaseOutcome>(inputs.length);
    let rest: readonly Item[] = (await this.withSpills(inputs, contexts)).map((input, index) => ({
      input,
      index,
      context: contextAt(contexts, index),
    }));
    // Each round asks the next candidate for those that the last one did not take, or goes after a case that moved.
    while (rest.length > 0) rest = await this.round(await this.readAnew(rest), picks, by, outcomes);
    return outcomes;
  }

  /**
   * What the database knows about the events. Where a case is just moving, and its old entitlement may have decided under
   * the event's key without that being written, the move is finished first: what is decided by then is read, and what
   * comes later the old entitlement refuses.
   */
  async contextsOf(inputs: readonly CaseInput[]): Promise<readonly CaseContext[]> {
    for (let tries = 1; ; tries += 1) {
      const contexts = await this.parts.contexts(inputs.map(questionOf));
      const moves = new Map<string, CaseMove>();
      for (const { rowOfKey, unattachedKey, unfinishedMove } of contexts)
        if (rowOfKey === null && unattachedKey === null && unfinishedMove !== null)
          moves.set(unfinishedMove.caseId, unfinishedMove);
      if (moves.size === 0) return contexts;
      if (tries > MAX_TRIES) throw problem('unavailable', 'The case is just moving. Ask again with the same key.');
      for (const move of moves.values()) await this.parts.finishMove(move);
    }
  }

  /** Events whose case had left the entitlement that was asked: where it is now, and whether their key has been answered. */
  private async readAnew(items: readonly Item[]): Promise<readonly Item[]> {
    const stale = items.filter(({ isStale }) => isStale);
    if (stale.length === 0) return items;
    const contexts = await this.contextsOf(stale.map(({ input }) => input));
    const anew = new Map(stale.map(({ index }, position) => [index, contextAt(contexts, position)]));
    return items.map((item) => ({ ...item, context: anew.get(item.index) ?? item.context, isStale: false }));
  }

  /** Resolves with the entitlements that can take what does not fit into the case's own. */
  async withSpills<Input extends CaseInput>(
    inputs: readonly Input[],
    contexts: readonly CaseContext[],
  ): Promise<readonly Input[]> {
    const plans = await planSpills(inputs, contexts, this.parts.offers);
    if (plans.size === 0) return inputs;
    return inputs.map((input, index) => (plans.has(index) ? { ...input, spillTo: plans.get(index) } : input));
  }

  /** What could be picked for the attaches that name no entitlement, by the index of the input. */
  async picksFor(inputs: readonly CaseInput[], when: 'create' | 'update'): Promise<Map<number, CasePick>> {
    const picks = new Map<number, CasePick>();
    await Promise.all(
      inputs.map(async (input, index) => {
        if (!leavesItOpen(input) || input.customerId === undefined) return;
        const offers = await this.parts.offers(input.customerId);
        // In a list an earlier event may free what is exhausted now.
        picks.set(index, new CasePick(input, offers, { when, lastChances: inputs.length > 1 }));
      }),
    );
    return picks;
  }

  private async round(
    items: readonly Item[],
    picks: ReadonlyMap<number, CasePick>,
    by: string,
    outcomes: CaseOutcome[],
  ): Promise<readonly Item[]> {
    const lanes = new Map<EntitlementId, Routed[]>();
    const placed = new Map<string, Placed>();
    const alone: { event: CaseEvent; index: number; why: NoEntitlement | null }[] = [];
    const toLane = (id: EntitlementId, routed: Routed) => {
      if (routed.input.kind === 'attach') placed.set(routed.input.caseId, id);
      const lane = lanes.get(id) ?? [];
      lane.push(routed);
      lanes.set(id, lane);
    };
    for (const item of items) {
      const { input, index, context } = item;
      const step = route(input, context, placed.get(input.caseId));
      if ('outcome' in step) outcomes[index] = step.outcome;
      else if ('alone' in step) alone.push({ event: step.alone, index, why: null });
      else if ('id' in step) toLane(step.id, { ...item, pick: undefined });
      else {
        const pick = picks.get(index);
        if (pick === undefined) throw new TypeError('An attach without an entitlement has a pick.');
        const candidate = pick.next(context.settings);
        if (candidate !== undefined) toLane(candidate.entitlement.id, { ...item, pick });
        else if (context.settings.demandEntitlement)
          outcomes[index] = noEntitlement(input, pick.whyNone(context.settings));
        else {
          placed.set(input.caseId, 'alone');
          alone.push({ event: pick.event, index, why: pick.whyNone(context.settings) });
        }
      }
    }
    const again = await Promise.all([
      this.applyAlone(alone, by, outcomes),
      ...[...lanes].map(([id, lane]) => this.applyLane(id, lane, by, outcomes)),
    ]);
    return again.flat().sort((one, other) => one.index - other.index);
  }

  /** Answers the events of one entitlement; returns those that another candidate is to be asked for, and what follows them. */
  private async applyLane(
    id: EntitlementId,
    lane: readonly Routed[],
    by: string,
    outcomes: CaseOutcome[],
  ): Promise<readonly Item[]> {
    const events = lane.map(({ input, pick }) => pick?.wire ?? wireOf(input));
    const answers = await this.parts.groupCommit.submit(id, { events, by, knowledge: knowledgeOf(lane) });
    const passedOn = new Set<string>();
    const moved = new Set<string>();
    const again: Item[] = [];
    for (const [position, routed] of lane.entries()) {
      const answer = answers[position];
      if (answer === undefined) throw new TypeError('An entitlement answers every event.');
      const { input, index, context, pick } = routed;
      if (pick !== undefined && wasTried(answer)) passedOn.add(input.caseId);
      if (hasLeft(routed, id, answer)) moved.add(input.caseId);
      if (moved.has(input.caseId)) again.push({ ...routed, isStale: true, tries: (routed.tries ?? 0) + 1 });
      else if (passedOn.has(input.caseId)) again.push(routed);
      else outcomes[index] = outcomeOf(input, id, answer, context.case);
    }
    return again;
  }

  /** Cases without an entitlement: one after the other, as a list may speak of one case several times. */
  private async applyAlone(
    alone: readonly { event: CaseEvent; index: number; why: NoEntitlement | null }[],
    by: string,
    outcomes: CaseOutcome[],
  ): Promise<readonly Item[]> {
    for (const { event, index, why } of alone) {
      const { repeated, refused, after } = await this.parts.unattached(event, why, by);
      outcomes[index] =
        refused === null
          ? { ...nothingDecided(event), outcome: 'accepted', repeated, without: after }
          : refusedOutcome(event, refused);
    }
    return [];
  }
}

/**
 * Whether the event is to be read anew: the entitlement has the case no longer, though its record named it; or another one
 * has answered the key, and its row is the answer.
 */
function hasLeft({ context, tries = 0 }: Item, id: EntitlementId, answer: EventAnswer): boolean {
  if (tries >= MAX_TRIES) return false;
  if (answer.entitlementId !== undefined) return true;
  return answer.code === 'not_found' && answer.seq === null && context.case?.entitlementId === id;
}

const leavesItOpen = (input: CaseInput): input is AttachInput => input.kind === 'attach' && input.entitlementId == null;

export function contextAt(contexts: readonly CaseContext[], index: number): CaseContext {
  const context = contexts[index];
  if (context === undefined) throw new TypeError('Every event has a context.');
  return context;
}

/** Refused, as the organisation demands an entitlement. */
const noEntitlement = (input: CaseInput, { explanation }: NoEntitlement): CaseOutcome =>
  refusedOutcome(input, refuse('no_entitlement', explanation).refused);

const wireOf = ({ entitlementId: _named, onExisting: _existing, ...event }: CaseInput): WireCaseEvent => event;

export const questionOf = (input: CaseInput): ContextQuestion => ({
  caseId: input.caseId,
  key: input.key,
  entitlementId: input.entitlementId ?? null,
  customerId: 'customerId' in input ? (input.customerId ?? null) : null,
  contactId: 'contactId' in input ? (input.contactId ?? null) : null,
  productId: 'productId' in input ? (input.productId ?? null) : null,
  channel: 'channel' in input ? (input.channel ?? null) : null,
});

/** True as of the oldest read; of an entitlement that was picked nothing was read but its offer. */
const knowledgeOf = (lane: readonly Routed[]): Knowledge => ({
  generation: Math.min(...lane.map(({ context, pick }) => pick?.generation ?? context.entitlement?.generation ?? 0)),
  cases: lane.flatMap(({ context: { onEntitlement } }) => (onEntitlement === null ? [] : [packCase(onEntitlement)])),
});
